import { describe, expect, it } from '@jest/globals';
import { minutesAfter, START } from '../runs.js';
import { LINK, useWatching, type Watching } from './watching.js';

const watching = useWatching();
const watch: Watching['watch'] = (...given) => watching.watch(...given);

describe('the growth of archives', () => {
  const daysBefore = (days: number) => minutesAfter(-days * 24 * 60);

  it('is compared with the archives of a week before, customer by customer', async () => {
    const runId = await watching.runs.run();
    const grown = await watching.runs.batch(runId, { customer: 'GREYSON' });
    const steady = await watching.runs.batch(runId, { customer: 'PELOTON' });
    await watching.runs.archive('GREYSON', daysBefore(20), 500_000);
    await watching.runs.archive('GREYSON', daysBefore(8), 1_000_000);
    await watching.runs.archive('GREYSON', daysBefore(1), 1_100_000);
    await watching.runs.archive('PELOTON', daysBefore(8), 1_000_000);
    await watching.runs.archive('PELOTON', START, 1_200_000, steady);
    await watching.runs.archive('GREYSON', START, 1_300_000, grown);
    expect((await watch(runId)).outputs['checks']).toEqual(['archive-growth']);
    expect(watching.hook.posts[0]?.['findings']).toEqual([
      {
        check: 'archive-growth',
        value: 0.3,
        limit: 0.2,
        customers: [{ customer: 'GREYSON', bytes: 1_300_000, weekBefore: 1_000_000, growth: 0.3 }],
      },
    ]);
  });

  const grownBefore = async () => {
    await watching.runs.archive('GREYSON', daysBefore(8), 1_000_000);
    await watching.runs.archive('GREYSON', daysBefore(0.5), 1_300_000);
  };

  it('is told once while it lasts, and again when it comes back', async () => {
    await grownBefore();
    expect((await watch(await watching.runs.run())).outputs['checks']).toEqual(['archive-growth']);
    await watching.runs.archive('GREYSON', START, 1_400_000);
    expect((await watch(await watching.runs.run())).outputs['checks']).toEqual([]);
    await watching.runs.archive('GREYSON', START, 1_100_000);
    expect((await watch(await watching.runs.run())).outputs['checks']).toEqual([]);
    await watching.runs.archive('GREYSON', START, 1_300_000);
    expect((await watch(await watching.runs.run())).outputs['checks']).toEqual(['archive-growth']);
  });

  it('is told of each customer, whatever was told of another', async () => {
    await grownBefore();
    await watch(await watching.runs.run());
    await watching.runs.archive('PELOTON', daysBefore(8), 1_000_000);
    await watching.runs.archive('PELOTON', START, 1_500_000);
    await watch(await watching.runs.run());
    expect(watching.hook.posts[1]?.['findings']).toMatchObject([
      { check: 'archive-growth', customers: [{ customer: 'PELOTON' }] },
    ]);
  });

  it('is told whoever wrote the archive: a run, its restarted customer, or the daily flow', async () => {
    const first = await watching.runs.run({ startedAt: daysBefore(0.5) });
    const late = await watching.runs.batch(first);
    await watching.runs.archive('GREYSON', daysBefore(8), 1_000_000);
    await watch(first);
    await watching.runs.archive('GREYSON', START, 1_300_000, late);
    await watching.runs.archive('PELOTON', daysBefore(8), 1_000_000);
    await watching.runs.archive('PELOTON', START, 1_300_000, null);
    const { outputs } = await watch(await watching.runs.run());
    expect(outputs['reasons']).toEqual([expect.stringContaining('(GREYSON, PELOTON)')]);
  });

  it('that could not be posted is told by the next run', async () => {
    await grownBefore();
    await watching.runs.archive('PELOTON', START, 501_000_000);
    const checks = ['archive-growth', 'archive-month'];
    watching.hook.respond = (answer) => answer(503);
    expect((await watch(await watching.runs.run())).outputs).toMatchObject({ checks, posted: false });
    watching.hook.respond = (answer) => answer(200);
    expect((await watch(await watching.runs.run())).outputs).toMatchObject({ checks, posted: true });
    expect((await watch(await watching.runs.run())).outputs).toMatchObject({ checks: [] });
  });

  it('counts as told without a webhook where --link says where people look, and not after a look by hand', async () => {
    await grownBefore();
    const checks = ['archive-growth'];
    const runId = await watching.runs.run();
    expect((await watch(runId, {})).outputs).toMatchObject({ checks });
    expect((await watch(runId, {}, LINK)).outputs).toMatchObject({ checks });
    // Another limit by hand is no reason to tell again.
    expect((await watch(runId, { WATCH_ARCHIVE_GROWTH: '1' })).outputs).toMatchObject({ checks: [] });
    expect((await watch(await watching.runs.run(), {}, LINK)).outputs).toMatchObject({ checks: [] });
  });

  it('is compared with an archive of months before, if nothing has changed since', async () => {
    await watching.runs.archive('GREYSON', daysBefore(90), 1_000_000);
    await watching.runs.archive('GREYSON', START, 1_300_000);
    expect((await watch(await watching.runs.run())).outputs['checks']).toEqual(['archive-growth']);
  });

  it('stays told while the archives cannot be read', async () => {
    await grownBefore();
    await watch(await watching.runs.run());
    await watch(await watching.runs.run(), {
      ALERT_URL: watching.url,
      ARCHIVE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    });
    expect((await watch(await watching.runs.run())).outputs['checks']).toEqual([]);
  });

  it('is nothing that an earlier run has to do with', async () => {
    const earlier = await watching.runs.run();
    await watching.runs.run();
    await grownBefore();
    expect((await watch(earlier)).outputs['checks']).toEqual([]);
  });

  it('of thirty days is compared with the planned month, once, whoever wrote them', async () => {
    const runId = await watching.runs.run();
    await watching.runs.archive('GREYSON', daysBefore(31), 900_000_000);
    await watching.runs.archive('PELOTON', daysBefore(5), 499_000_000);
    await watching.runs.archive('GREYSON', minutesAfter(5), 2_000_000);
    expect((await watch(runId)).outputs['checks']).toEqual(['archive-month']);
    expect(watching.hook.posts[0]?.['findings']).toEqual([
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
    await watching.runs.archive('PELOTON', daysBefore(4), 5_000_000);
    expect((await watch(runId)).outputs['checks']).toEqual([]);
  });

  it('is skipped with a note when the database is unreachable, and the rest is still checked', async () => {
    const runId = await watching.runs.run();
    await watching.runs.batch(runId, { staged: { REJECTED: 1 } });
    const { outputs } = await watch(runId, {
      ALERT_URL: watching.url,
      ARCHIVE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    });
    expect(outputs).toMatchObject({ checks: ['rejected'], posted: true });
    expect(watching.warnings[0]).toMatch(/^Archives are left out: .*127\.0\.0\.1:1/);
  });
});

describe('unknown names', () => {
  const LEFT = { customer: 'GREYSON LTD', lines: 72, known: 72, nearest: 'GREYSON' };
  const NEVER = { word: 'SAMPLE', column: 'ORDER TYPE', lines: 5, known: 0 };
  const told = (unmapped: readonly object[], filter: string[] | null = null) =>
    watching.runs.run({ outputs: { unmapped }, ...(filter === null ? {} : { filter }) });

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
    expect(watching.hook.posts).toMatchObject([
      {
        text: expect.stringContaining('"GREYSON LTD" (72 lines, 72 of them known, nearest is "GREYSON")'),
        findings: [{ check: 'unmapped', value: 2, unmapped: [LEFT, NEVER] }],
      },
    ]);
    const next = await watch(await told([{ ...LEFT, customer: 'Greyson\u00a0Ltd', lines: 73 }, NEVER]));
    expect(next.outputs).toMatchObject({ status: 'WITHIN', posted: false, unmapped: [{ new: false }, { new: false }] });
    expect(watching.hook.posts).toHaveLength(1);
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

  it('are in the alert of the next run when the webhook was down', async () => {
    watching.hook.respond = (answer) => answer(500);
    expect((await watch(await told([LEFT]))).outputs).toMatchObject({ checks: ['unmapped'], posted: false });
    watching.hook.respond = (answer) => answer(200);
    expect((await watch(await told([LEFT]))).outputs).toMatchObject({ checks: ['unmapped'], posted: true });
  });

  it('count as told without a webhook only where --link says where people look', async () => {
    const runId = await told([LEFT]);
    expect((await watch(runId, {})).outputs).toMatchObject({ checks: ['unmapped'], unmapped: [{ new: true }] });
    expect((await watch(runId, {}, LINK)).outputs).toMatchObject({ checks: ['unmapped'], unmapped: [{ new: true }] });
    expect((await watch(await told([LEFT]), {}, LINK)).outputs).toMatchObject({
      checks: [],
      unmapped: [{ new: false }],
    });
  });

  it('that somebody has only looked at are posted by the next watch with a webhook', async () => {
    const runId = await told([LEFT]);
    await watch(runId, {});
    expect((await watch(runId, { ALERT_URL: watching.url }, LINK)).outputs).toMatchObject({
      checks: ['unmapped'],
      posted: true,
    });
    expect(watching.hook.posts).toHaveLength(1);
  });

  it('stay told over a run that detect could not finish', async () => {
    await watch(await told([LEFT]));
    const unfinished = await watching.runs.run();
    await watching.runs.sql(
      `UPDATE dbo."MON_Run" SET "state" = 'OPEN', "outputs" = NULL, "last_error" = 'no' WHERE "run_id" = @id`,
      { id: unfinished },
    );
    expect((await watch(unfinished)).outputs).toMatchObject({ checks: ['unfinished'], posted: true });
    expect((await watch(await told([LEFT]))).outputs).toMatchObject({ checks: [] });
  });

  it('of a dry run cause no alert', async () => {
    expect((await watch(await watching.runs.run({ dry: true, outputs: { unmapped: [LEFT] } }))).outputs).toMatchObject({
      alerts: 0,
    });
    expect((await watch(await told([LEFT]))).outputs).toMatchObject({ checks: ['unmapped'] });
  });
});
