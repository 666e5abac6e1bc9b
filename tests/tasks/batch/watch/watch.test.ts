import { describe, expect, it } from '@jest/globals';
import type { Metric } from '../../../../shared/runtime/outputs.js';
import { alertOf, lastAlert } from '../../../../shared/store/run-figures.js';
import { minutesAfter } from '../runs.js';
import { Hook, type Respond, useWatching, type Watching } from './watching.js';

const watching = useWatching();
const watch: Watching['watch'] = (...given) => watching.watch(...given);

const metric = (metrics: readonly Metric[], name: string) => metrics.find((each) => each.name === name)?.value;

describe('watch', () => {
  it('is silent about a normal run, and returns its figures as metrics', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, {
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
    expect(watching.hook.posts).toEqual([]);
    expect(metric(metrics, 'mutations_asked')).toBe(1_000);
    expect(metric(metrics, 'mutations_accepted')).toBe(990);
    expect(metric(metrics, 'lines_staged')).toBe(3);
    expect(metric(metrics, 'lines_rejected')).toBe(0);
    expect(metric(metrics, 'run_minutes')).toBe(29);
  });

  it('posts run, customers and numbers, and nothing else', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { customer: 'GREYSON', mutations: { asked: 100, accepted: 97 } });
    await watching.runs.batch(runId, { customer: 'PELOTON', mutations: { asked: 100, accepted: 100 } });
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
    expect(watching.hook.posts).toEqual([
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
    const bad = await watching.runs.run();
    await watching.runs.batch(bad, { mutations: { asked: 100, accepted: 50 } });
    const reasons = [expect.stringMatching(/^50 % of the mutations/)];
    const kept = () => lastAlert(watching.runs.test.warehouse);
    expect(await kept()).toBeUndefined();
    await watch(bad, {});
    expect(await kept()).toEqual({ runId: bad, alertedAt: minutesAfter(10), reasons, post: 'not configured' });
    watching.hook.respond = (answer) => answer(500);
    await watch(bad);
    expect(await kept()).toMatchObject({ post: 'refused' });
    await watch(bad, {});
    expect(await kept()).toMatchObject({ post: 'refused' });
    watching.hook.respond = (answer) => answer(200);
    await watch(bad);
    expect(await kept()).toMatchObject({ post: 'accepted' });
    await watch(bad, {});
    expect(await kept()).toMatchObject({ post: 'accepted' });
    await watch(await watching.runs.run());
    expect(await kept()).toEqual({ runId: bad, alertedAt: minutesAfter(10), reasons, post: 'accepted' });
  });

  it('keeps the accepted alert of an earlier run that is looked at again without ALERT_URL', async () => {
    const earlier = await watching.runs.run();
    await watching.runs.batch(earlier, { mutations: { asked: 100, accepted: 50 } });
    await watch(earlier);
    const later = await watching.runs.run();
    await watching.runs.batch(later, { mutations: { asked: 100, accepted: 50 } });
    await watch(later);
    await watch(earlier, {});
    expect(await alertOf(watching.runs.test.warehouse, earlier)).toMatchObject({ post: 'accepted' });
    expect(await lastAlert(watching.runs.test.warehouse)).toMatchObject({ post: 'accepted' });
  });

  it('compares rejected lines with staged ones', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { staged: { API_SUCCESS: 3, REJECTED: 1, OBSOLETE: 4 } });
    expect((await watch(runId)).outputs['checks']).toEqual(['rejected']);
    expect(watching.hook.posts[0]?.['findings']).toEqual([
      { check: 'rejected', value: 0.25, limit: 0.001, customers: [{ customer: 'GREYSON', lines: 4, rejected: 1 }] },
    ]);
    expect((await watch(runId, { ALERT_URL: watching.url, WATCH_MAX_REJECTED: '0.25' })).outputs['checks']).toEqual([]);
  });

  it('ignores shares of few lines and mutations', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { mutations: { asked: 3, accepted: 2 }, staged: { API_SUCCESS: 2, REJECTED: 1 } });
    expect((await watch(runId, { WATCH_MIN_LINES: '4' })).outputs['checks']).toEqual([]);
    expect((await watch(runId, { WATCH_MIN_LINES: '3' })).outputs['checks']).toEqual(['accepted', 'rejected']);
  });

  it('posts only the text in the format chat', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { mutations: { asked: 100, accepted: 50 } });
    await watch(runId, { ALERT_URL: watching.url, ALERT_FORMAT: 'chat' });
    expect(watching.hook.posts).toEqual([
      { text: expect.stringMatching(/^customer-orders run .+: 50 % of the mutations/) },
    ]);
  });

  it.each([
    ['longer than half an hour without a forecast', 31, undefined, ['duration']],
    ['longer than half an hour and than its forecast', 90, 80, ['duration']],
    ['as long as its forecast', 80, 80, []],
    ['that is short, although longer than its forecast', 20, 2, []],
  ])('flags a run %s, or not', async (_, endedAfter, forecastMinutes, checks) => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { endedAfter, ...(forecastMinutes === undefined ? {} : { forecastMinutes }) });
    expect((await watch(runId)).outputs['checks']).toEqual(checks);
  });

  it('does not count the time until a batch was superseded as the time of its run', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { status: 'SUPERSEDED', endedAfter: 240 });
    expect(metric((await watch(runId)).metrics, 'run_minutes')).toBe(1);
  });

  it('counts an open batch until now', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { status: 'STAGED' });
    expect(metric((await watch(runId)).metrics, 'run_minutes')).toBe(10);
  });

  it('ignores a dry run', async () => {
    const runId = await watching.runs.run({ dry: true });
    await watching.runs.batch(runId, { staged: { REJECTED: 1 } });
    expect((await watch(runId)).outputs).toMatchObject({ status: 'DRY_RUN', alerts: 0 });
    await expect(watch(undefined)).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('unfinished work of a run', () => {
  it('is reported for a batch that an error stopped, with the error', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { status: 'STAGED', staged: { PENDING: 3 } });
    await watching.runs.sql(`UPDATE dbo."MON_BatchProcessing" SET "last_error" = 'The token is refused.'`);
    const { outputs } = await watch(runId);
    expect(outputs).toMatchObject({ status: 'ALERT', checks: ['unfinished'], posted: true });
    expect(outputs['reasons']).toEqual([
      expect.stringMatching(/^1 customer is not finished: .+, The token is refused\.$/),
    ]);
    expect(watching.hook.posts).toEqual([
      expect.objectContaining({ text: expect.stringContaining('The token is refused.') }),
    ]);
  });

  it('is reported for a run that detect could not finish, with the error', async () => {
    const runId = await watching.runs.run();
    await watching.runs.sql(`UPDATE dbo."MON_Run" SET "state" = 'OPEN', "outputs" = NULL`);
    expect((await watch(runId)).outputs).toMatchObject({ status: 'WITHIN' });
    await watching.runs.sql(`UPDATE dbo."MON_Run" SET "last_error" = 'A row has no record_uuid.'`);
    expect((await watch(runId)).outputs).toMatchObject({
      checks: ['unfinished'],
      reasons: ['detect could not finish the run: A row has no record_uuid.'],
      posted: true,
    });
  });

  it('is not reported for a batch that is merely not finished', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { status: 'STAGED', staged: { PENDING: 3 } });
    expect((await watch(runId)).outputs).toMatchObject({ status: 'WITHIN', checks: [] });
  });

  it('is reported for lines that the board refused, however few', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { staged: { API_SUCCESS: 999, API_FAILED: 1 } });
    const { outputs } = await watch(runId);
    expect(outputs).toMatchObject({ status: 'ALERT', checks: ['failed'] });
    expect(outputs['reasons']).toEqual([expect.stringMatching(/^1 line was refused by the board \(.+\)$/)]);
  });

  it('is reported for braked customers', async () => {
    const braked = [{ customer: 'GREYSON', reason: 'CHANGES', known: 20, changed: 11, deleted: 0 }];
    const runId = await watching.runs.run({ outputs: { braked } });
    expect((await watch(runId)).outputs).toMatchObject({
      checks: ['braked'],
      reasons: ['1 customer is braked and left out (GREYSON)'],
    });
  });
});

describe('the webhook', () => {
  const alarming = async (): Promise<string> => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { staged: { REJECTED: 1 } });
    return runId;
  };

  it('if not set, means no alert and no failure', async () => {
    expect((await watch(await alarming(), { ALERT_URL: '' })).outputs).toMatchObject({
      status: 'ALERT',
      posted: false,
    });
    expect(watching.hook.posts).toEqual([]);
  });

  it.each<[string, Respond]>([
    ['refuses', (answer) => answer(500)],
    ['redirects', (answer) => answer(302)],
    ['never answers', () => undefined],
  ])('that %s fails and delays nothing, and its address is not logged', async (_, respond) => {
    watching.hook.respond = respond;
    const startedAt = performance.now();
    expect((await watch(await alarming())).outputs).toMatchObject({ status: 'ALERT', posted: false });
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(watching.warnings.join()).toMatch(/The alert/);
    expect(watching.warnings.join()).not.toContain('a-secret-path');
  });

  it('that is down fails nothing', async () => {
    const down = new Hook();
    const nowhere = await down.listen();
    await down.close();
    expect((await watch(await alarming(), { ALERT_URL: nowhere })).outputs).toMatchObject({ posted: false });
    expect(watching.warnings.join()).toContain('could not be posted');
    expect(watching.warnings.join()).not.toContain('a-secret-path');
  });
});
