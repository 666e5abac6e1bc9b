import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, startOfDay, systemClock } from '../../../../shared/ground/clock.js';
import { silentLog } from '../../../../shared/ground/errors.js';
import { readSettings } from '../../../../shared/runtime/settings.js';
import { addCalls, rememberBoard, rememberDailyCalls } from '../../../../shared/store/boards.js';
import { statusCommand, watchCommand } from '../../../../tasks/batch/commands.js';
import { runStatus } from '../../../../tasks/batch/status/run.js';
import { watchRun } from '../../../../tasks/batch/watch/run.js';
import { minutesAfter, RecordedRuns, START } from '../runs.js';

const BOARD = '9200517329';
const HOUR = 60;
const TODAY = startOfDay(START);
let runs: RecordedRuns;
let now = minutesAfter(10);
const told: string[] = [];

beforeAll(async () => {
  runs = await RecordedRuns.open();
});
beforeEach(() => rememberBoard(runs.test.warehouse, BOARD, START));
afterEach(async () => {
  await runs.clear();
  told.length = 0;
  now = minutesAfter(10);
});
afterAll(() => runs.test.drop());

const limit = (dailyCalls: number, at = START) =>
  rememberDailyCalls(runs.test.warehouse, BOARD, { dailyCalls, now: at });
const made = (calls: number, { day = TODAY, isUsedUp = false } = {}) =>
  addCalls(runs.test.warehouse, BOARD, [{ day, calls, isUsedUp }]);

/** A run that took so many requests. */
async function ran(minutes: number, requests: number): Promise<string> {
  const runId = await runs.run({ startedAt: minutesAfter(minutes) });
  await runs.batch(runId, { customer: 'GREYSON', requests: requests - 1 });
  await runs.batch(runId, { customer: 'PELOTON', requests: 1 });
  return runId;
}

/** The runs of yesterday, every four hours from midnight on, and the one of today that began at 04:00. */
async function everyFourHours(requests: number): Promise<string> {
  for (const hour of [0, 4, 8, 12, 16, 20]) await ran((hour - 28) * HOUR, requests);
  return ran(0, requests);
}

function contextOf<Context>(settings: Context) {
  return {
    settings,
    log: { ...silentLog, info: (message: string) => told.push(message) },
    clock: { ...systemClock(), now: () => now },
    signal: new AbortController().signal,
    warehouse: () => Promise.resolve(runs.test.warehouse),
    emitMetrics: () => undefined,
  };
}

const env = () => ({ WAREHOUSE_URL: runs.test.url });

async function watch(runId: string | undefined, given: Record<string, string> = {}) {
  const { outputs = {} } = await watchRun(contextOf(readSettings(watchCommand.settings, { ...env(), ...given })), {
    runId,
  });
  return outputs;
}

async function status(): Promise<string[]> {
  const context = contextOf(readSettings(statusCommand.settings, env(), statusCommand.optional));
  return [...((await runStatus(context, { json: false })).lines ?? [])];
}

const callsLine = async () => (await status()).find((row) => row.startsWith('Calls'))?.slice(10);

describe('the calls of the day', () => {
  it.each([
    ['Standard', 1_000, '312 of 1,000 (31 %)'],
    ['Pro', 10_000, '312 of 10,000 (3 %)'],
    ['Enterprise', 25_000, '312 of 25,000 (1 %)'],
  ])('are told against those of a %s plan', async (_plan, calls, words) => {
    await limit(calls);
    await made(312);
    const runId = await ran(0, 104);
    expect(await watch(runId)).toMatchObject({
      status: 'WITHIN',
      callsToday: 312,
      callsExpected: 312,
      callsPerDay: calls,
    });
    expect(told).toEqual([`API calls today: ${words}, resets at 00:00 UTC.`]);
    expect(await callsLine()).toBe(`API calls today: ${words}, resets at 00:00 UTC`);
    expect((await status()).at(-1)).toBe('Nothing needs attention.');
  });

  it('are the count alone where nobody knows how many there are', async () => {
    await made(312);
    const outputs = await watch(await ran(0, 104));
    expect(outputs).toMatchObject({ status: 'WITHIN', callsToday: 312 });
    expect(outputs).not.toHaveProperty('callsPerDay');
    expect(await callsLine()).toBe('API calls today: 312, resets at 00:00 UTC');
  });

  it('are none before the first push, and none again from midnight UTC on', async () => {
    expect(await callsLine()).toBe('API calls today: 0, resets at 00:00 UTC');
    await limit(1_000);
    await made(950);
    const runId = await ran(0, 104);
    now = new Date(TODAY.getTime() + DAY_MS - 1);
    expect(await watch(runId)).toMatchObject({ checks: ['calls'], callsToday: 950 });
    now = new Date(TODAY.getTime() + DAY_MS);
    expect(await watch(runId)).toMatchObject({ checks: [], callsToday: 0 });
    expect(await callsLine()).toBe('API calls today: 0 of 1,000 (0 %), resets at 00:00 UTC');
  });

  it('name an old limit as old, and the newest is the one that counts', async () => {
    await made(312);
    await limit(10_000, minutesAfter(-72 * HOUR));
    expect(await callsLine()).toBe(
      'API calls today: 312 of 10,000 (3 % of what the API told 2026-11-21 04:00 UTC), resets at 00:00 UTC',
    );
    await limit(1_000);
    expect(await callsLine()).toBe('API calls today: 312 of 1,000 (31 %), resets at 00:00 UTC');
  });

  it('are nothing that a run tells which is not the newest', async () => {
    await limit(1_000);
    await made(1_000);
    const earlier = await ran(-10, 104);
    await ran(0, 104);
    expect(await watch(earlier)).toMatchObject({ status: 'WITHIN', checks: [] });
    expect(await watch(earlier)).not.toHaveProperty('callsToday');
    expect(await watch('latest')).toMatchObject({ checks: ['calls'] });
  });
});

describe('watch', () => {
  it.each([
    ['Standard', 1_000, 900],
    ['Pro', 10_000, 9_000],
    ['Enterprise', 25_000, 22_500],
  ])('alerts when 90 %% of the calls of a %s plan are used', async (_plan, calls, used) => {
    await limit(calls);
    await made(used - 1);
    const runId = await ran(0, 104);
    expect(await watch(runId)).toMatchObject({ status: 'WITHIN', checks: [] });
    await made(1);
    expect(await watch(runId)).toMatchObject({
      status: 'ALERT',
      checks: ['calls'],
      reasons: [
        `API calls today: ${used.toLocaleString('en-US')} of ${calls.toLocaleString('en-US')} (90 %), resets at 00:00 UTC`,
      ],
    });
    expect(await watch(runId, { WATCH_MAX_CALLS: '0.95' })).toMatchObject({ checks: [] });
  });

  it('alerts when the runs that are still to come do not fit any more', async () => {
    const runId = await everyFourHours(104);
    await limit(1_000);
    await made(584);
    // Yesterday four began after ten past four.
    expect(await watch(runId)).toMatchObject({ checks: [], callsExpected: 1_000 });
    await made(1);
    expect(await watch(runId)).toMatchObject({
      checks: ['calls'],
      callsExpected: 1_001,
      reasons: [
        'API calls today: 585 of 1,000 (58 %), resets at 00:00 UTC; about 416 more expected by then (4 runs, as many as yesterday after this time, at 104 calls, the median of the last runs)',
      ],
    });
    now = minutesAfter(16 * HOUR + 10);
    expect(await watch(runId)).toMatchObject({ checks: [], callsExpected: 585 });
  });

  it('does not take a first load for what a run takes, nor a run of no changes', async () => {
    await ran(-30 * HOUR, 3_000);
    await ran(-23 * HOUR, 104);
    await ran(-22 * HOUR, 104);
    await ran(-21 * HOUR, 0);
    await limit(1_000);
    await made(104);
    expect(await watch(await ran(0, 104))).toMatchObject({ checks: [], callsExpected: 104 + 3 * 104 });
  });

  it('alerts when the API refuses further calls, however few are ours, known limit or not', async () => {
    const runId = await ran(0, 104);
    await made(312, { isUsedUp: true });
    const refused = 'the API refuses more until 00:00 UTC';
    expect(await watch(runId)).toMatchObject({ checks: ['calls'], reasons: [`API calls today: 312, ${refused}`] });
    await limit(1_000);
    expect(await watch(runId)).toMatchObject({ reasons: [`API calls today: 312 of 1,000 (31 %), ${refused}`] });
  });
});

describe('status', () => {
  it('says what to do when the day is used up, and that somebody has to look', async () => {
    await ran(0, 104);
    await limit(1_000);
    await made(999.1, { isUsedUp: true });
    expect(await callsLine()).toBe(
      'API calls today: 999 of 1,000 (99 %), the API refuses more until 00:00 UTC. What is left is sent by the first run after that. Run less often, check who else uses the account, or have its daily limit raised.',
    );
    expect((await status()).at(-1)).toBe('Finished, but somebody has to look at what is named above.');
  });

  it('says what to do when the day will be used up', async () => {
    await everyFourHours(104);
    await limit(1_000);
    await made(585);
    expect(await callsLine()).toMatch(
      /^API calls today: 585 of 1,000 \(58 %\), .+; about 416 more expected .+ runs\)\. Run less often, /,
    );
    expect((await status()).find((row) => row.startsWith('Watch'))).toBe('Watch     none');
  });
});
