import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../shared/ground/clock.js';
import { newUuid } from '../../../../shared/ground/ids.js';
import { readFlags } from '../../../../shared/runtime/flag-values.js';
import { reportCommand } from '../../../../tasks/batch/commands.js';
import { formatAge } from '../../../../tasks/batch/report/format.js';
import { reportRun } from '../../../../tasks/batch/report/run.js';
import { taskContext } from '../../../helpers/task-context.js';
import { minutesAfter, RecordedRuns } from '../runs.js';
import { plain } from './told-page.js';

const MINUTE = 60_000;
const ERRORS = ['ERR_MON_CustMasterSchedule', 'ERR_MON_CustMasterSchedule_Subitems'] as const;

let runs: RecordedRuns;
let folder: string;
beforeAll(async () => {
  runs = await RecordedRuns.open();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const table of [...ERRORS, 'MON_Change']) await runs.sql(`DELETE FROM dbo."${table}"`);
  await runs.clear();
});
afterAll(() => runs.test.drop());

/** Writes the pages so many minutes after the first run, and gives the page of runs as it is read. */
async function pageOfRuns(minutes: number, output = folder): Promise<{ html: string; text: string }> {
  const clock = { ...systemClock(), now: () => minutesAfter(minutes) };
  const context = taskContext(['WAREHOUSE_URL', 'MAPPING_FILE', 'ARCHIVE_SCHEMA'], {
    warehouse: runs.test.warehouse,
    clock,
  });
  await reportRun(context, { output, csv: false, runs: true, handOver: false });
  const html = readFileSync(join(output, 'index.html'), 'utf8');
  return { html, text: plain(html.replace(/<style>[\s\S]*<\/style>/, '').replace(/<script>[\s\S]*<\/script>/, '')) };
}

async function failed(runId: string, reason: string, table: (typeof ERRORS)[number] = ERRORS[0]): Promise<void> {
  const size = table === ERRORS[0] ? ['', ''] : [', "size_label"', `, 'XS'`];
  await runs.sql(
    `INSERT INTO dbo."${table}" ("err_id", "run_id", "step", "severity", "reason", "line_key", "error_message", "created_date", "last_seen_date"${size[0]})
     VALUES (@id, @run, 'stage', 'ERROR', @reason, @key, 'Fill it in.', @now, @now${size[1]})`,
    { id: newUuid(), run: runId, reason, key: newUuid(), now: minutesAfter(1) },
  );
}

/** The cells of a run in the list, by heading. */
function rowOf(html: string, runId: string): Record<string, string> {
  const [, row = ''] = new RegExp(`<tr><th scope="row"><a href="run-${runId}.html">(.*?)</tr>`, 's').exec(html) ?? [];
  const cells = [...row.matchAll(/<td data-label="(.*?)">(.*?)<\/td>/gs)];
  return Object.fromEntries(cells.map(([, name = '', text = '']) => [name, plain(text)]));
}

describe('the page of runs', () => {
  it('lists each run, newest first and without dry ones, with its end, customers and results', async () => {
    const first = await runs.run();
    await runs.found(first, 'GREYSON', { new: 4, changed: 1 });
    await runs.found(first, 'PELOTON', { new: 2 });
    await runs.batch(first, { staged: { API_SUCCESS: 4, API_FAILED: 1 }, endedAfter: 7 });
    await runs.batch(first, { customer: 'PELOTON', staged: { API_SUCCESS: 1, REJECTED: 1 }, endedAfter: 9 });
    const second = await runs.run({ startedAt: minutesAfter(240), filter: ['GREYSON', 'A & B'] });
    const dry = await runs.run({ dry: true, startedAt: minutesAfter(300) });
    const { html } = await pageOfRuns(400);
    expect(rowOf(html, first)).toEqual({
      state: 'settled since',
      whose: 'all',
      customers: '2',
      lines: '7',
      created: '5',
      updated: '·',
      archived: '·',
      failed: '2',
      ended: '04:09 UTC',
      took: '9 min',
    });
    expect(rowOf(html, second)).toMatchObject({ state: 'all done', whose: 'GREYSON, A & B', failed: '·' });
    expect(html).toContain('A &amp; B');
    expect(html.indexOf(`"row"><a href="run-${second}`)).toBeLessThan(html.indexOf(`"row"><a href="run-${first}`));
    expect(html).not.toContain(dry);
  });

  it('has a page of each run, with links to the previous run, the next run, and back', async () => {
    const ids = [];
    for (let n = 0; n < 33; n++) ids.push(await runs.run({ startedAt: minutesAfter(240 * n) }));
    await failed(ids[32] ?? '', 'REQUIRED');
    const { html } = await pageOfRuns(240 * 33);
    const shown = ids.slice(3);
    expect(readdirSync(folder).sort()).toEqual(
      ['index.html', `run-${ids[32]}-failed.csv`, ...shown.map((id) => `run-${id}.html`)].sort(),
    );
    const links = (file: string) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/<a href="([^"#:]*)"/g)].map(([, link]) => link);
    const page = (id: string | undefined) => `run-${id}.html`;
    expect(links(page(shown[1]))).toEqual([page(shown[0]), 'index.html', page(shown[2])]);
    expect(links(page(shown[0]))).toEqual(['index.html', page(shown[1])]);
    expect(links(page(shown.at(-1)))).toEqual([page(shown.at(-2)), 'index.html']);
    const files = new Set(readdirSync(folder));
    for (const [, link = ''] of html.matchAll(/href="([^"]*)"/g)) expect(files).toContain(link);
    expect(html).toContain(`<a href="run-${ids[32]}-failed.csv" download>`);
  });

  it('counts error reasons over the runs, most frequent first, and says in which runs they were new', async () => {
    const [first, second] = [await runs.run(), await runs.run({ startedAt: minutesAfter(240) })];
    for (const reason of ['REQUIRED', 'REQUIRED', '<b>Odd</b>']) await failed(first, reason);
    await failed(first, 'SubitemRefused', ERRORS[1]);
    await failed(second, 'REQUIRED');
    const { html, text } = await pageOfRuns(300);
    expect(text).toMatch(/Reasons over time.*REQUIRED ?3 ?24 Nov 2026, 08:00 UTC/);
    expect(html).toContain('aria-label="REQUIRED in the last 2 runs, the oldest first: 2, 1"');
    expect(html).toContain('aria-label="SubitemRefused in the last 2 runs, the oldest first: 1, 0"');
    expect(html).toContain('&lt;b&gt;Odd&lt;/b&gt;');
    const order = ['REQUIRED', '&lt;b&gt;Odd', 'SubitemRefused'].map((reason) => html.indexOf(`"row">${reason}`));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('is written into a new folder, and says that there is no run', async () => {
    const { text } = await pageOfRuns(0, join(folder, 'not', 'there'));
    expect(text).toContain('Nothing was carried yet.');
    expect(text).toContain('There is no run yet.');
  });
});

describe('the freshness on the page of runs', () => {
  const carry = async (at: number, batch: Parameters<RecordedRuns['batch']>[1] = {}, run = {}): Promise<string> => {
    const runId = await runs.run({ startedAt: minutesAfter(at), ...run });
    await runs.found(runId, batch.customer ?? 'GREYSON', { new: 1 });
    await runs.batch(runId, batch);
    return runId;
  };
  const setStateOf = (runId: string, state: string) =>
    runs.sql(`UPDATE dbo."MON_ChangeSet" SET "state" = '${state}' WHERE "run_id" = @run`, { run: runId });

  it('is the time since the start of the last complete run of all customers', async () => {
    const runId = await carry(0, { staged: { API_SUCCESS: 1 } });
    const { text, html } = await pageOfRuns(130);
    expect(text).toContain(
      'The board is 2 h 10 min behind the source at most: the run of 24 Nov 2026, 04:00 UTC carried what had changed of all customers. It is the last full success.',
    );
    expect(html).toContain(`<a href="run-${runId}.html">run of 24 Nov 2026, 04:00 UTC</a>`);
    expect(text).not.toContain('later');
  });

  it('names failed and held lines, and the last run without any', async () => {
    await carry(0);
    const second = await carry(240, { staged: { API_SUCCESS: 5, API_FAILED: 1, REJECTED: 1 } });
    await runs.sql(
      `INSERT INTO dbo."MON_Change" ("run_id", "line_key", "customer", "change", "reason", "row_hash", "held") VALUES (@run, @key, 'GREYSON', 'NEW', 'CONTENT', 'x', 1)`,
      { run: second, key: newUuid() },
    );
    const { text } = await pageOfRuns(300);
    expect(text).toContain(
      'The board is 60 min behind the source at most: the run of 24 Nov 2026, 08:00 UTC carried what had changed of all customers, but for 3 lines or sizes that failed or were held back. The last full success was the run of 24 Nov 2026, 04:00 UTC.',
    );
  });

  it.each<[string, (at: number) => Promise<unknown>]>([
    ['a run of chosen customers', (at) => carry(at, {}, { filter: ['GREYSON'] })],
    ['a batch that is not finished', (at) => carry(at, { status: 'STAGED' })],
    ['a batch that a newer run took over', (at) => carry(at, { status: 'SUPERSEDED' })],
    ['a customer without a batch yet', async (at) => setStateOf(await carry(at), 'OPEN')],
    ['a braked customer', async (at) => setStateOf(await carry(at), 'BRAKED')],
    ['a busy customer', (at) => carry(at, {}, { outputs: { busy: ['PELOTON'] } })],
    [
      'a restore',
      async (at) =>
        runs.sql(`UPDATE dbo."MON_Run" SET "kind" = 'RESTORE' WHERE "run_id" = @run`, { run: await carry(at) }),
    ],
    [
      'a run that detect has not finished',
      async (at) =>
        runs.sql(`UPDATE dbo."MON_Run" SET "state" = 'OPEN' WHERE "run_id" = @run`, { run: await carry(at) }),
    ],
  ])('is not made younger by %s', async (_, later) => {
    await later(-240);
    expect((await pageOfRuns(0)).text).toContain(
      'How far the board is behind is not known: the only run was not one of all customers that came to its end.',
    );
    await carry(0);
    await later(240);
    const { text } = await pageOfRuns(300);
    expect(text).toContain('The board is 5 h 0 min behind the source at most');
    expect(text).toContain('1 later run does not count');
  });

  it.each([
    [0, 'less than a minute'],
    [MINUTE, '1 min'],
    [119 * MINUTE, '119 min'],
    [130 * MINUTE, '2 h 10 min'],
    [49 * 60 * MINUTE, '2 days 1 h'],
  ])('is human-readable: %d ms as %s', (ms, words) => {
    expect(formatAge(ms)).toBe(words);
  });
});

describe('batch report --runs', () => {
  it.each([{ runId: 'latest' }, { csv: true }, { output: '-' }])('is refused with %j', async (flags) => {
    await expect(readFlags(reportCommand, { runs: true, ...flags })).rejects.toThrow('--runs writes');
  });
});
