import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '../helpers/warehouse.js';
import { archivesFault } from './closing.js';
import { ChaosDatabase } from './database.js';
import { scheduleOf } from './generate.js';
import { play } from './play.js';
import { CHAOS_RULES, type ChaosRule, withoutRule } from './rules-off.js';
import { type Hand, type Schedule, scheduleSchema, TASKS } from './schedule.js';
import { shrink } from './shrink.js';

const FOUND = 'tests/chaos/found';
/** The smallest schedules that miss a rule, one file each, as the suite has found and shrunk them. */
const found = readdirSync(FOUND).map((file) => ({
  rule: Number(/^rule-(\d+)\.json$/.exec(file)?.[1]) as ChaosRule,
  schedule: scheduleSchema.parse(JSON.parse(readFileSync(`${FOUND}/${file}`, 'utf8'))),
}));

let database: ChaosDatabase;

/** Everything that a planner does in a schedule, between its steps and in the middle of them. */
function handsIn({ steps }: Schedule): { kind: Hand['kind']; to?: string; board?: string | undefined }[] {
  return steps.flatMap((step) => {
    if (step.do === 'hand') return step.hand;
    if (step.do !== 'next' && step.do !== 'pair' && step.do !== 'abreast') return [];
    return step.disturbances.flatMap((each) => (each.kind === 'hand' ? each.hand : []));
  });
}

beforeAll(async () => {
  database = await ChaosDatabase.open();
});
afterAll(() => database.close());

describe('the chaos suite', () => {
  it('has a schedule for every rule that can be removed', () => {
    expect(found.map(({ rule }) => rule).sort((a, b) => a - b)).toEqual([...CHAOS_RULES].sort((a, b) => a - b));
  });

  it.each(found)('finds a violation without rule $rule, and none with it', async ({ rule, schedule }) => {
    expect((await play(database, schedule, withoutRule(rule))).violation).toBeDefined();
    expect((await play(database, schedule)).violation).toBeUndefined();
  });

  it('plays a seed the same way twice, operation by operation', async () => {
    const [once, again] = [await play(database, scheduleOf(13)), await play(database, scheduleOf(13))];
    expect(once.trace.length).toBeGreaterThan(200);
    expect(again.trace).toEqual(once.trace);
  });
});

const calm = scheduleSchema.parse({ ...scheduleOf(1), lines: [2], limits: {}, steps: [], ending: 'renew' });

describe('the final comparison with a board edited by hand', () => {
  const RUN = Array.from({ length: TASKS.length }, () => ({ do: 'next', disturbances: [], faults: {} }));
  const edited = { do: 'hand', hand: { kind: 'item', to: 'edit', place: 0 } };
  const poNumber = (value: string | null) => ({
    do: 'edit',
    edit: { kind: 'set', line: 1, values: { 'PO NUMBER': value } },
  });
  const violation = async (steps: readonly unknown[]) =>
    (await play(database, scheduleSchema.parse({ ...calm, lines: [1], steps: [...steps, { do: 'renew' }] }))).violation;

  it.each([
    ['push has never sent anything to', [...RUN, edited]],
    ['push has sent a value to', [poNumber('4755'), ...RUN, edited]],
    ['push has cleared', [poNumber('4755'), ...RUN, { do: 'renew' }, poNumber(null), ...RUN, edited]],
    ['push sends a value to afterwards', [...RUN, edited, { do: 'renew' }, poNumber('4755'), ...RUN]],
  ])('accepts an edit in a cell that %s', async (_, steps) => {
    expect(await violation(steps)).toBeUndefined();
  });
});

describe('the final check of the archives', () => {
  const fault = async () => (await archivesFault(database.test, []))?.what;
  const change = (text: string) => sql(database.test.archive, text);

  beforeEach(async () => {
    expect((await play(database, calm)).violation).toBeUndefined();
    expect(await fault()).toBeUndefined();
  });

  it.each([
    [
      'a truncated archive',
      `UPDATE public."snapshot_archive" SET "parquet_data" = substr("parquet_data", 1, 100)`,
      'not as written',
    ],
    ['a missing archive', 'DELETE FROM public."snapshot_archive"', 'undefined of 2 lines'],
    ['an archive that lacks a line', 'UPDATE public."snapshot_archive" SET "record_count" = 1', 'not as written'],
  ])('reports %s', async (_, tampering, told) => {
    await change(tampering);
    expect(await fault()).toContain(told);
  });

  it('reports an archive that a task announced and that does not exist', async () => {
    expect((await archivesFault(database.test, [{ archiveId: 4711, rows: 2 }]))?.what).toContain('archive 4711');
  });

  it('reports an archive that was written twice', async () => {
    const [row] = await change(
      "SELECT string_agg(quote_ident(column_name), ', ') AS names FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'snapshot_archive' AND column_name <> 'id'",
    );
    await change(
      `INSERT INTO public."snapshot_archive" (${row?.['names']}) SELECT ${row?.['names']} FROM public."snapshot_archive"`,
    );
    expect(await fault()).toContain('a batch has two archives');
  });
});

describe('the schedule of a seed', () => {
  it('is always the same, and every fifth runs real processes', () => {
    const schedules = Array.from({ length: 50 }, (_, seed) => scheduleOf(seed));
    expect(schedules).toEqual(Array.from({ length: 50 }, (_, seed) => scheduleOf(seed)));
    expect(schedules.map((schedule) => scheduleSchema.parse(schedule))).toEqual(schedules);
    expect(schedules.filter(({ mode }) => mode === 'real')).toHaveLength(10);
    const abreast = schedules.filter(({ steps }) => steps.some((step) => step.do === 'abreast'));
    expect(abreast.map(({ seed, mode, lines }) => [seed, mode, lines.length])).toEqual(
      [5, 15, 25, 35, 45].map((seed) => [seed, 'real', 3]),
    );
  });
});

describe('the planner in 300 schedules', () => {
  const hands = Array.from({ length: 300 }, (_, seed) => handsIn(scheduleOf(seed + 1))).flat();
  const of = (kind: Hand['kind']) => hands.filter((hand) => hand.kind === kind);

  it('edits everything: groups, columns and labels of both boards, rules, managed columns, items and sizes', () => {
    const drawn = (kind: Hand['kind']) =>
      [...new Set(of(kind).map((hand) => [hand.board, hand.to].filter(Boolean).join(' ')))].sort();
    expect(drawn('group')).toEqual(['archive', 'delete', 'rename']);
    const changes = ['archive', 'delete', 'rename', 'retype'];
    expect(drawn('column')).toEqual([...changes, ...changes.map((to) => `subitems ${to}`)]);
    const edits = ['deactivate', 'delete', 'rename'];
    expect(drawn('label')).toEqual([...edits, ...edits.map((to) => `subitems ${to}`)]);
    expect(drawn('managed')).toEqual(['', 'subitems']);
    expect(drawn('rule')).toEqual(['', 'subitems']);
    expect(drawn('item')).toEqual(['archive', 'delete', 'edit']);
    expect(drawn('size')).toEqual(['archive', 'delete', 'edit']);
    expect(of('board').length).toBeGreaterThan(5);
  });
});

describe('a failing schedule', () => {
  it('is shrunk to the smallest one that still fails', async () => {
    const kill = { kind: 'kill', at: 2, of: 'writes', side: 'after' } as const;
    const fails = (schedule: Schedule) =>
      Promise.resolve(
        schedule.steps.some((step) => step.do === 'next' && step.disturbances.some(({ kind }) => kind === 'kill')),
      );
    const large = scheduleOf(3);
    const next = { do: 'next', disturbances: [kill, { kind: 'cut', at: 3, side: 'before' }], faults: { reset: 0.2 } };
    const schedule = scheduleSchema.parse({ ...large, steps: [...large.steps, next] });
    const smallest = await shrink(schedule, fails, { plays: 500, ms: 60_000 });
    expect(smallest.steps).toEqual([
      { do: 'next', disturbances: [expect.objectContaining({ kind: 'kill' })], faults: {} },
    ]);
    expect(smallest).toMatchObject({ lines: [1], limits: {} });
  });
});
