import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, startOfDay } from '../../../shared/ground/clock.js';
import { addCalls, callsToday, rememberBoard } from '../../../shared/store/boards.js';
import { migrate } from '../../../shared/store/schema/migrate.js';
import { openWarehouseAt } from '../../helpers/engine.js';
import { line, mapping, updateLine } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

const NOON = DAY_MS / 2;
const LINES = [1, 2, 3];
let pushing: Pushing;
let value = 0;

beforeAll(async () => {
  pushing = await Pushing.open();
});
afterAll(() => pushing.close());
beforeEach(async () => {
  await pushing.startWith(LINES.map((n) => line(n, { XS: n })));
  await pushing.board.limits({ callsPerDay: 10_000, mutationMs: 0, queryMs: 0 });
  await passUntil(0);
  await passUntil(NOON);
});

/** The next moment that is so long after midnight UTC. */
function passUntil(msOfDay: number): Promise<void> {
  const passed = pushing.clock.now().getTime() % DAY_MS;
  return pushing.clock.wait(passed < msOfDay ? msOfDay - passed : DAY_MS + msOfDay - passed);
}

const seen = () => callsToday(pushing.test.warehouse, pushing.clock.now());
const budget = () => pushing.board.board.account.budget;
/** The token may not see it, once. */
const hideLimit = () => pushing.board.fault('platform_api', 'error:USER_UNAUTHORIZED@field');
const load = () => pushing.carry(LINES.map((n) => ({ line: n, change: 'NEW' as const })));

async function changed(): Promise<string> {
  value += 1;
  for (const n of LINES) await updateLine(pushing.test.warehouse, n, { 'PO NUMBER': `PO ${value}` });
  return pushing.stage(LINES.map((n) => ({ line: n, change: 'CHANGED' as const })));
}

describe('the calls that an account has in a day', () => {
  it.each([
    ['Standard', 1_000],
    ['Pro', 10_000],
    ['Enterprise', 25_000],
  ])('are kept by a push, as the API tells them of a %s plan', async (_plan, callsPerDay) => {
    expect((await seen()).limit).toBeUndefined();
    await pushing.board.limits({ callsPerDay });
    await load();
    expect(await seen()).toMatchObject({ limit: { calls: callsPerDay }, isUsedUp: false });
  });

  it('are those that were told last, when the plan has changed', async () => {
    await pushing.board.limits({ callsPerDay: 1_000 });
    await load();
    await pushing.board.limits({ callsPerDay: 10_000 });
    const batchId = await changed();
    const before = pushing.clock.now();
    await pushing.push(batchId);
    const { limit } = await seen();
    expect(limit?.calls).toBe(10_000);
    expect(limit?.toldAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
  });

  it('are unknown where the API does not tell them, and stay as they were told before', async () => {
    await hideLimit();
    await load();
    expect(await seen()).toMatchObject({ limit: undefined, made: budget().callsToday });
    await pushing.push(await changed());
    const { limit } = await seen();
    expect(limit?.calls).toBe(10_000);
    await passUntil(NOON);
    await hideLimit();
    await pushing.push(await changed());
    expect((await seen()).limit).toEqual(limit);
  });
});

describe('the calls of a day', () => {
  it('are those that the account counts: first load, change, forecast and audit', async () => {
    await load();
    expect((await seen()).made).toBe(budget().callsToday);
    await pushing.push(await changed());
    await pushing.push(await changed(), { dryRun: true });
    await pushing.audit();
    const { made } = await seen();
    expect(made).toBeGreaterThan(5);
    expect(made).toBe(budget().callsToday);
  });

  it('count a request that a limit has refused as a tenth', async () => {
    await load();
    const batchId = await changed();
    await pushing.board.fault('change_multiple_column_values', 'error:RATE_LIMIT_EXCEEDED');
    const before = (await seen()).made;
    await pushing.push(batchId);
    // One read, one refused request and its repetition.
    expect((await seen()).made - before).toBeCloseTo(2.1);
  });

  it('begin anew at midnight UTC', async () => {
    await load();
    const { resetsAt } = await seen();
    expect(resetsAt.getTime() % DAY_MS).toBe(0);
    await passUntil(0);
    expect(await seen()).toMatchObject({ made: 0, resetsAt: new Date(resetsAt.getTime() + DAY_MS) });
    await pushing.push(await changed());
    expect((await seen()).made).toBe(2);
  });

  it('belong to the day on which they left, in a push that goes on over midnight', async () => {
    await load();
    const batchId = await changed();
    await passUntil(DAY_MS - 1_000);
    await pushing.board.limits({ mutationMs: 1_000, queryMs: 1_000 });
    await pushing.push(batchId);
    expect(pushing.clock.now().getTime() % DAY_MS).toBeLessThan(NOON);
    expect((await seen()).made).toBe(1);
  });

  it('are kept while a push is at work: one that is killed takes half a minute of them with it', async () => {
    await pushing.board.limits({ mutationMs: 31_000 });
    const kept: number[] = [];
    await pushing.push(await pushing.stage(LINES.map((n) => ({ line: n, change: 'NEW' as const }))), {
      checkpoint: async (moment) => {
        if (moment === 'answered') kept.push((await seen()).made);
      },
    });
    expect(kept[0]).toBe(0);
    expect(kept.at(-1)).toBeGreaterThan(3);
  });

  it('that are used up are told as that, whoever used them, until midnight or until the API takes one again', async () => {
    await load();
    const batchId = await changed();
    // Others of the account have used the rest: no read of ours gets through.
    await pushing.board.limits({ callsPerDay: budget().callsToday });
    await expect(pushing.push(batchId)).rejects.toMatchObject({ code: 'DAILY_LIMIT_EXCEEDED' });
    expect(await seen()).toMatchObject({ isUsedUp: true });
    expect((await seen()).made).toBeCloseTo(budget().callsToday);
    await passUntil(0);
    expect(await seen()).toMatchObject({ made: 0, isUsedUp: false });
    await pushing.board.limits({ callsPerDay: 1.5 });
    await expect(pushing.push(batchId)).rejects.toMatchObject({ code: 'DAILY_LIMIT_EXCEEDED' });
    expect(await seen()).toMatchObject({ isUsedUp: true, made: budget().callsToday });
    await pushing.board.limits({ callsPerDay: 10_000 });
    expect((await pushing.push(batchId)).outputs).toMatchObject({ status: 'PUSHED' });
    expect(await seen()).toMatchObject({ isUsedUp: false, made: budget().callsToday });
  });

  it('of a pipeline in another schema of the database are not among them, though its account is the same', async () => {
    await load();
    const other = await openWarehouseAt(pushing.test.url, { schema: 'other' });
    await migrate(other, mapping, pushing.clock, { waitMs: 10_000, signal: new AbortController().signal });
    const now = pushing.clock.now();
    await rememberBoard(other, '4711', now);
    await addCalls(other, '4711', [{ day: startOfDay(now), calls: 7, isUsedUp: undefined }]);
    expect(await callsToday(other, now)).toMatchObject({ made: 7, limit: undefined });
    await other.close();
    expect(await seen()).toMatchObject({ made: budget().callsToday, limit: { calls: 10_000 } });
  });
});
