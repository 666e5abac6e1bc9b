import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MODEL_RULES } from '../model/rules.js';
import { ChaosDatabase } from './database.js';
import { scheduleOf } from './generate.js';
import { play } from './play.js';
import { withoutRule } from './rules-off.js';
import { type Schedule, scheduleSchema } from './schedule.js';
import { shrink } from './shrink.js';

const FOUND = 'tests/chaos/found';
/** The smallest schedules that miss a rule, one file each, as the suite has found and shrunk them. */
const found = readdirSync(FOUND).map((file) => ({
  rule: Number(/^rule-(\d+)\.json$/.exec(file)?.[1]) as (typeof MODEL_RULES)[number],
  schedule: scheduleSchema.parse(JSON.parse(readFileSync(`${FOUND}/${file}`, 'utf8'))),
}));

let database: ChaosDatabase;

beforeAll(async () => {
  database = await ChaosDatabase.open();
});
afterAll(() => database.close());

describe('the chaos suite', () => {
  it('has a schedule for every rule that the model needs', () => {
    expect(found.map(({ rule }) => rule).sort((a, b) => a - b)).toEqual([...MODEL_RULES]);
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

describe('the schedule of a seed', () => {
  it('is always the same, and every fifth has real processes', () => {
    const schedules = Array.from({ length: 50 }, (_, seed) => scheduleOf(seed));
    expect(schedules).toEqual(Array.from({ length: 50 }, (_, seed) => scheduleOf(seed)));
    expect(schedules.map((schedule) => scheduleSchema.parse(schedule))).toEqual(schedules);
    expect(schedules.filter(({ mode }) => mode === 'real')).toHaveLength(10);
  });
});

describe('a failing schedule', () => {
  it('is shrunk to what it needs to fail', async () => {
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
