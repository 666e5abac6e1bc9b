import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../shared/ground/clock.js';
import { silentLog } from '../../../../shared/ground/errors.js';
import type { Metric } from '../../../../shared/runtime/outputs.js';
import { readSettings } from '../../../../shared/runtime/settings.js';
import { alertOf, lastAlert } from '../../../../shared/store/run-figures.js';
import { watchCommand } from '../../../../tasks/batch/commands.js';
import { watchRun } from '../../../../tasks/batch/watch/run.js';
import { minutesAfter, RecordedRuns, START } from '../runs.js';

type Respond = (answer: (status: number) => void) => void;

/** A receiver of alerts on a port of its own. */
class Hook {
  readonly posts: Record<string, unknown>[] = [];
  respond: Respond = (answer) => answer(200);
  readonly #server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      this.posts.push(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
      this.respond((status) => response.writeHead(status).end('noted'));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/services/a-secret-path`;
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

let runs: RecordedRuns;
let hook: Hook;
let url: string;
const warnings: string[] = [];

beforeAll(async () => {
  runs = await RecordedRuns.open();
  hook = new Hook();
  url = await hook.listen();
});
afterEach(async () => {
  await runs.clear();
  hook.posts.length = 0;
  hook.respond = (answer) => answer(200);
  warnings.length = 0;
});
afterAll(async () => {
  await hook.close();
  await runs.test.drop();
});

async function watch(runId: string | undefined, env: Record<string, string> = { ALERT_URL: url }) {
  const given = { WAREHOUSE_URL: runs.test.url, ARCHIVE_URL: runs.test.archiveUrl, WATCH_MIN_LINES: '0', ...env };
  const { outputs, metrics } = await watchRun(
    {
      settings: readSettings(watchCommand.settings, given, ['ARCHIVE_URL', 'ALERT_URL']),
      log: { ...silentLog, warn: (message) => warnings.push(message) },
      clock: { ...systemClock(), now: () => minutesAfter(10) },
      signal: new AbortController().signal,
      warehouse: () => Promise.resolve(runs.test.warehouse),
      emitMetrics: () => undefined,
    },
    { runId },
  );
  return { outputs: outputs ?? {}, metrics: metrics ?? [] };
}

const metric = (metrics: readonly Metric[], name: string) => metrics.find((each) => each.name === name)?.value;

describe('watch', () => {
  it('is silent about a normal run, and returns its figures as metrics', async () => {
    const runId = await runs.run();
    await runs.batch(runId, {
      mutations: { asked: 1_000, accepted: 990 },
      staged: { API_SUCCESS: 3, OBSOLETE: 1 },
      endedAfter: 29,
    });
    const { outputs, metrics } = await watch(undefined);
    expect(outputs).toEqual({
      runId,
      status: 'WITHIN',
      alerts: 0,
      checks: [],
      reasons: [],
      posted: false,
      unmapped: [],
      callsToday: 0,
      callsExpected: 0,
    });
    expect(hook.posts).toEqual([]);
    expect(metric(metrics, 'mutations_asked')).toBe(1_000);
    expect(metric(metrics, 'mutations_accepted')).toBe(990);
    expect(metric(metrics, 'lines_staged')).toBe(3);
    expect(metric(metrics, 'lines_rejected')).toBe(0);
    expect(metric(metrics, 'run_minutes')).toBe(29);
  });

  it('posts run, customers and numbers, and nothing else', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { customer: 'GREYSON', mutations: { asked: 100, accepted: 97 } });
    await runs.batch(runId, { customer: 'PELOTON', mutations: { asked: 100, accepted: 100 } });
    const { outputs } = await watch(runId);
    expect(outputs).toEqual({
      runId,
      status: 'ALERT',
      alerts: 1,
      checks: ['accepted'],
      reasons: [expect.stringMatching(/^98.5 % of the mutations/)],
      posted: true,
      unmapped: [],
      callsToday: 0,
      callsExpected: 0,
    });
    expect(hook.posts).toEqual([
      {
        program: 'customer-orders',
        run: runId,
        text: `customer-orders run ${runId}: 98.5 % of the mutations were accepted, at least 99 % should be (GREYSON)`,
        findings: [
          {
            check: 'accepted',
            value: 0.985,
            limit: 0.99,
            customers: [{ customer: 'GREYSON', asked: 100, accepted: 97 }],
          },
        ],
      },
    ]);
  });

  it('stores its alert and the result of the post, which a normal run does not change', async () => {
    const bad = await runs.run();
    await runs.batch(bad, { mutations: { asked: 100, accepted: 50 } });
    const reasons = [expect.stringMatching(/^50 % of the mutations/)];
    const kept = () => lastAlert(runs.test.warehouse);
    expect(await kept()).toBeUndefined();
    await watch(bad, {});
    expect(await kept()).toEqual({ runId: bad, alertedAt: minutesAfter(10), reasons, post: 'not configured' });
    hook.respond = (answer) => answer(500);
    await watch(bad);
    expect(await kept()).toMatchObject({ post: 'refused' });
    hook.respond = (answer) => answer(200);
    await watch(bad);
    expect(await kept()).toMatchObject({ post: 'accepted' });
    await watch(bad, {});
    expect(await kept()).toMatchObject({ post: 'accepted' });
    await watch(await runs.run());
    expect(await kept()).toEqual({ runId: bad, alertedAt: minutesAfter(10), reasons, post: 'accepted' });
  });

  it('keeps the accepted alert of an earlier run that is looked at again without ALERT_URL', async () => {
    const earlier = await runs.run();
    await runs.batch(earlier, { mutations: { asked: 100, accepted: 50 } });
    await watch(earlier);
    const later = await runs.run();
    await runs.batch(later, { mutations: { asked: 100, accepted: 50 } });
    await watch(later);
    await watch(earlier, {});
    expect(await alertOf(runs.test.warehouse, earlier)).toMatchObject({ post: 'accepted' });
    expect(await lastAlert(runs.test.warehouse)).toMatchObject({ post: 'accepted' });
  });

  it('compares rejected lines with staged ones', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { staged: { API_SUCCESS: 3, REJECTED: 1, OBSOLETE: 4 } });
    expect((await watch(runId)).outputs['checks']).toEqual(['rejected']);
    expect(hook.posts[0]?.['findings']).toEqual([
      { check: 'rejected', value: 0.25, limit: 0.001, customers: [{ customer: 'GREYSON', lines: 4, rejected: 1 }] },
    ]);
    expect((await watch(runId, { ALERT_URL: url, WATCH_MAX_REJECTED: '0.25' })).outputs['checks']).toEqual([]);
  });

  it('ignores shares of few lines and mutations', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { mutations: { asked: 3, accepted: 2 }, staged: { API_SUCCESS: 2, REJECTED: 1 } });
    expect((await watch(runId, { WATCH_MIN_LINES: '4' })).outputs['checks']).toEqual([]);
    expect((await watch(runId, { WATCH_MIN_LINES: '3' })).outputs['checks']).toEqual(['accepted', 'rejected']);
  });

  it('posts only the text in the format chat', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { mutations: { asked: 100, accepted: 50 } });
    await watch(runId, { ALERT_URL: url, ALERT_FORMAT: 'chat' });
    expect(hook.posts).toEqual([{ text: expect.stringMatching(/^customer-orders run .+: 50 % of the mutations/) }]);
  });

  it.each([
    ['longer than half an hour without a forecast', 31, undefined, ['duration']],
    ['longer than half an hour and than its forecast', 90, 80, ['duration']],
    ['as long as its forecast', 80, 80, []],
    ['that is short, although longer than its forecast', 20, 2, []],
  ])('flags a run %s, or not', async (_, endedAfter, forecastMinutes, checks) => {
    const runId = await runs.run();
    await runs.batch(runId, { endedAfter, ...(forecastMinutes === undefined ? {} : { forecastMinutes }) });
    expect((await watch(runId)).outputs['checks']).toEqual(checks);
  });

  it('does not count the time until a batch was superseded as the time of its run', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { status: 'SUPERSEDED', endedAfter: 240 });
    expect(metric((await watch(runId)).metrics, 'run_minutes')).toBe(1);
  });

  it('counts an open batch until now', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { status: 'STAGED' });
    expect(metric((await watch(runId)).metrics, 'run_minutes')).toBe(10);
  });

  it('ignores a dry run', async () => {
    const runId = await runs.run({ dry: true });
    await runs.batch(runId, { staged: { REJECTED: 1 } });
    expect((await watch(runId)).outputs).toMatchObject({ status: 'DRY_RUN', alerts: 0 });
    await expect(watch(undefined)).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('unfinished work of a run', () => {
  it('is reported for a batch that an error stopped, with the error', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { status: 'STAGED', staged: { PENDING: 3 } });
    await runs.sql(`UPDATE dbo."MON_BatchProcessing" SET "last_error" = 'The token is refused.'`);
    const { outputs } = await watch(runId);
    expect(outputs).toMatchObject({ status: 'ALERT', checks: ['unfinished'], posted: true });
    expect(outputs['reasons']).toEqual([
      expect.stringMatching(/^1 customer is not finished: .+, The token is refused\.$/),
    ]);
    expect(hook.posts).toEqual([expect.objectContaining({ text: expect.stringContaining('The token is refused.') })]);
  });

  it('is reported for a run that detect could not finish, with the error', async () => {
    const runId = await runs.run();
    await runs.sql(`UPDATE dbo."MON_Run" SET "state" = 'OPEN', "outputs" = NULL`);
    expect((await watch(runId)).outputs).toMatchObject({ status: 'WITHIN' });
    await runs.sql(`UPDATE dbo."MON_Run" SET "last_error" = 'A row has no record_uuid.'`);
    expect((await watch(runId)).outputs).toMatchObject({
      checks: ['unfinished'],
      reasons: ['detect could not finish the run: A row has no record_uuid.'],
      posted: true,
    });
  });

  it('is not reported for a batch that is merely not finished', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { status: 'STAGED', staged: { PENDING: 3 } });
    expect((await watch(runId)).outputs).toMatchObject({ status: 'WITHIN', checks: [] });
  });

  it('is reported for lines that the board refused, however few', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { staged: { API_SUCCESS: 999, API_FAILED: 1 } });
    const { outputs } = await watch(runId);
    expect(outputs).toMatchObject({ status: 'ALERT', checks: ['failed'] });
    expect(outputs['reasons']).toEqual([expect.stringMatching(/^1 line was refused by the board \(.+\)$/)]);
  });

  it('is reported for braked customers', async () => {
    const braked = [{ customer: 'GREYSON', reason: 'CHANGES', known: 20, changed: 11, deleted: 0 }];
    const runId = await runs.run({ outputs: { braked } });
    expect((await watch(runId)).outputs).toMatchObject({
      checks: ['braked'],
      reasons: ['1 customer is braked and left out (GREYSON)'],
    });
  });
});

describe('the growth of archives', () => {
  const daysBefore = (days: number) => minutesAfter(-days * 24 * 60);

  it('is compared with the archives of a week before, customer by customer', async () => {
    const runId = await runs.run();
    const grown = await runs.batch(runId, { customer: 'GREYSON' });
    const steady = await runs.batch(runId, { customer: 'PELOTON' });
    await runs.archive('GREYSON', daysBefore(20), 500_000);
    await runs.archive('GREYSON', daysBefore(8), 1_000_000);
    await runs.archive('GREYSON', daysBefore(1), 1_100_000);
    await runs.archive('PELOTON', daysBefore(8), 1_000_000);
    await runs.archive('PELOTON', START, 1_200_000, steady);
    await runs.archive('GREYSON', START, 1_300_000, grown);
    expect((await watch(runId)).outputs['checks']).toEqual(['archive-growth']);
    expect(hook.posts[0]?.['findings']).toEqual([
      {
        check: 'archive-growth',
        value: 0.3,
        limit: 0.2,
        customers: [{ customer: 'GREYSON', bytes: 1_300_000, weekBefore: 1_000_000, growth: 0.3 }],
      },
    ]);
  });

  it('is not reported again if it happened before this run', async () => {
    const runId = await runs.run();
    const batch = await runs.batch(runId);
    await runs.archive('GREYSON', daysBefore(8), 1_000_000);
    await runs.archive('GREYSON', daysBefore(0.5), 1_300_000);
    await runs.archive('GREYSON', START, 1_310_000, batch);
    expect((await watch(runId)).outputs['checks']).toEqual([]);
  });

  it('of thirty days is compared with the planned month, once', async () => {
    const runId = await runs.run();
    const batch = await runs.batch(runId);
    await runs.archive('GREYSON', daysBefore(31), 900_000_000);
    await runs.archive('PELOTON', daysBefore(5), 499_000_000);
    await runs.archive('GREYSON', minutesAfter(5), 2_000_000, batch);
    expect((await watch(runId)).outputs['checks']).toEqual(['archive-month']);
    expect(hook.posts[0]?.['findings']).toEqual([
      {
        check: 'archive-month',
        value: 501,
        limit: 500,
        customers: [
          { customer: 'PELOTON', megabytes: 499 },
          { customer: 'GREYSON', megabytes: 2 },
        ],
      },
    ]);
    await runs.archive('PELOTON', daysBefore(4), 5_000_000);
    expect((await watch(runId)).outputs['checks']).toEqual([]);
  });

  it('is skipped with a note when the database is unreachable, and the rest is still checked', async () => {
    const runId = await runs.run();
    await runs.batch(runId, { staged: { REJECTED: 1 } });
    const { outputs } = await watch(runId, { ALERT_URL: url, ARCHIVE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
    expect(outputs).toMatchObject({ checks: ['rejected'], posted: true });
    expect(warnings[0]).toMatch(/^Archives are left out: .*127\.0\.0\.1:1/);
  });
});

describe('unknown names', () => {
  const LEFT = { customer: 'GREYSON LTD', lines: 72, known: 72, nearest: 'GREYSON' };
  const NEVER = { word: 'SAMPLE', column: 'ORDER TYPE', lines: 5, known: 0 };
  const told = (unmapped: readonly object[], filter: string[] | null = null) =>
    runs.run({ outputs: { unmapped }, ...(filter === null ? {} : { filter }) });

  it('are named in every run, and in one alert', async () => {
    const first = await watch(await told([LEFT, NEVER]));
    expect(first.outputs).toMatchObject({
      status: 'ALERT',
      checks: ['unmapped'],
      posted: true,
      unmapped: [
        { ...LEFT, new: true },
        { ...NEVER, new: true },
      ],
    });
    expect(hook.posts).toMatchObject([
      {
        text: expect.stringContaining('"GREYSON LTD" (72 lines, 72 of them known, nearest is "GREYSON")'),
        findings: [{ check: 'unmapped', value: 2, unmapped: [LEFT, NEVER] }],
      },
    ]);
    const next = await watch(await told([{ ...LEFT, customer: 'Greyson\u00a0Ltd', lines: 73 }, NEVER]));
    expect(next.outputs).toMatchObject({ status: 'WITHIN', posted: false, unmapped: [{ new: false }, { new: false }] });
    expect(hook.posts).toHaveLength(1);
  });

  it('are in an alert again when lines of the board leave scope because of them for the first time', async () => {
    await watch(await told([NEVER]));
    expect((await watch(await told([{ ...NEVER, known: 3 }]))).outputs).toMatchObject({ checks: ['unmapped'] });
    expect((await watch(await told([{ ...NEVER, known: 3 }]))).outputs).toMatchObject({ checks: [] });
  });

  it('are in an alert again when they come back, but not after a run of other customers', async () => {
    await watch(await told([LEFT]));
    await watch(await told([], ['PELOTON']));
    expect((await watch(await told([LEFT]))).outputs).toMatchObject({ checks: [] });
    await watch(await told([]));
    expect((await watch(await told([LEFT]))).outputs).toMatchObject({ checks: ['unmapped'] });
  });

  it('are in the alert of the next run when the webhook was down, and are recorded without a webhook', async () => {
    hook.respond = (answer) => answer(500);
    expect((await watch(await told([LEFT]))).outputs).toMatchObject({ checks: ['unmapped'], posted: false });
    hook.respond = (answer) => answer(200);
    expect((await watch(await told([LEFT]))).outputs).toMatchObject({ checks: ['unmapped'], posted: true });
    expect((await watch(await told([LEFT, NEVER]), {})).outputs).toMatchObject({ checks: ['unmapped'], posted: false });
    expect((await watch(await told([LEFT, NEVER]))).outputs).toMatchObject({ checks: [] });
  });

  it('of a dry run cause no alert', async () => {
    expect((await watch(await runs.run({ dry: true, outputs: { unmapped: [LEFT] } }))).outputs).toMatchObject({
      alerts: 0,
    });
    expect((await watch(await told([LEFT]))).outputs).toMatchObject({ checks: ['unmapped'] });
  });
});

describe('the webhook', () => {
  const alarming = async (): Promise<string> => {
    const runId = await runs.run();
    await runs.batch(runId, { staged: { REJECTED: 1 } });
    return runId;
  };

  it('if not set, means no alert and no failure', async () => {
    expect((await watch(await alarming(), { ALERT_URL: '' })).outputs).toMatchObject({
      status: 'ALERT',
      posted: false,
    });
    expect(hook.posts).toEqual([]);
  });

  it.each<[string, Respond]>([
    ['refuses', (answer) => answer(500)],
    ['redirects', (answer) => answer(302)],
    ['never answers', () => undefined],
  ])('that %s fails and delays nothing, and its address is not logged', async (_, respond) => {
    hook.respond = respond;
    const startedAt = performance.now();
    expect((await watch(await alarming())).outputs).toMatchObject({ status: 'ALERT', posted: false });
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(warnings.join()).toMatch(/The alert/);
    expect(warnings.join()).not.toContain('a-secret-path');
  });

  it('that is down fails nothing', async () => {
    const down = new Hook();
    const nowhere = await down.listen();
    await down.close();
    expect((await watch(await alarming(), { ALERT_URL: nowhere })).outputs).toMatchObject({ posted: false });
    expect(warnings.join()).toContain('could not be posted');
    expect(warnings.join()).not.toContain('a-secret-path');
  });
});
