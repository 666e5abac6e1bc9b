import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { batchId, newUuid } from '../../../../shared/ground/ids.js';
import { readSettings } from '../../../../shared/runtime/settings.js';
import { topOf } from '../../../../tasks/batch/report/chart.js';
import { reportRun } from '../../../../tasks/batch/report/run.js';
import { taskContext } from '../../../helpers/task-context.js';
import { minutesAfter, RecordedRuns } from '../runs.js';

let runs: RecordedRuns;
beforeAll(async () => {
  runs = await RecordedRuns.open();
});
afterEach(async () => {
  await runs.sql('DELETE FROM dbo."MON_Change"');
  await runs.clear();
});
afterAll(() => runs.test.drop());

async function page(runId?: string): Promise<string> {
  const settings = readSettings(
    ['WAREHOUSE_URL', 'MAPPING_FILE', 'ARCHIVE_SCHEMA'],
    { WAREHOUSE_URL: runs.test.url, ARCHIVE_URL: runs.test.archiveUrl },
    ['ARCHIVE_URL'],
  );
  const context = {
    ...taskContext(['WAREHOUSE_URL', 'MAPPING_FILE', 'ARCHIVE_SCHEMA'], { warehouse: runs.test.warehouse }),
    settings,
  };
  return (
    (await reportRun(context, { runId, output: '-', csv: false, runs: false, handOver: false })).lines?.join('\n') ?? ''
  );
}

const count = (text: string, part: string): number => text.split(part).length - 1;

describe('the report of a run, with history', () => {
  it('draws the last thirty runs without dry ones, using stored counts for pruned rows', async () => {
    for (let n = 0; n < 35; n++) {
      const startedAt = minutesAfter(240 * (n - 35));
      const runId = await runs.run({ startedAt });
      await runs.found(runId, 'GREYSON', { new: n === 34 ? 97_000 : 10 + n, changed: 2 });
      const failed = { kind: 'items', status: 'API_FAILED', action: '', rows: n } as const;
      await runs.batch(runId, { counts: [failed] });
    }
    await runs.found(await runs.run({ dry: true }), 'GREYSON', { new: 12_345 });
    const text = await page();
    expect(text).toContain('The last 30 runs');
    expect(count(text, '<g class="earlier">')).toBe(29 * 4);
    expect(count(text, '<g class="own">')).toBe(4);
    expect(text).toContain('97,000 new, 2 changed');
    expect(text).not.toContain('cut at the top');
    expect(text).toContain('97,002 in this run');
    expect(text).toContain('34 refused by the board, 0 rejected before');
    expect(text).not.toContain('12,345');
  });

  it('shows 250 lines of a customer and says how many more there are', async () => {
    const runId = await runs.run();
    await runs.changes(runId, 'GREYSON', 300);
    await runs.batch(runId);
    const text = await page(runId);
    expect(count(text, '<li class="line"')).toBe(250);
    expect(text).toContain('… and 50 more lines');
  });

  it('names an unfinished batch with its last error, and one that a newer run took over', async () => {
    const runId = await runs.run({ outputs: { unsound: 3, busy: ['TITLE NINE'] } });
    await runs.changes(runId, 'GREYSON', 1);
    await runs.changes(runId, 'PELOTON', 1);
    await runs.batch(runId, { customer: 'GREYSON', status: 'STAGED' });
    await runs.batch(runId, { customer: 'PELOTON', status: 'SUPERSEDED' });
    await runs.sql(
      'UPDATE dbo."MON_BatchProcessing" SET "last_error" = \'The board <is> away.\' WHERE "batch_id" = @id',
      {
        id: batchId(runId, 'GREYSON'),
      },
    );
    const text = await page(runId);
    expect(text).toContain('<b>GREYSON</b> is not finished, it is STAGED. The board &lt;is&gt; away.');
    expect(text).toContain('3 rows of the source are left out, because their uuids are missing');
    expect(text).toContain('<b>TITLE NINE</b> was busy');
    expect(text).toContain('<b>PELOTON</b>: a newer run took its batch over before it was finished.');
  });

  it('names what keeps lines out of scope, and separates lines that the board shows', async () => {
    const left = { customer: 'GREYSON LTD', lines: 72, known: 70, nearest: 'GREYSON' };
    const never = { word: 'SAMPLE', column: 'ORDER TYPE', lines: 5, known: 0 };
    const text = await page(await runs.run({ outputs: { unmapped: [left, never] } }));
    expect(text).toMatch(/70 lines of the board left scope<\/a> by names or words that the mapping does not know/);
    expect(text).toMatch(/&quot;GREYSON LTD&quot;<\/th>.*>72<.*>70<.*>GREYSON</);
    expect(text).toMatch(/ORDER TYPE &quot;SAMPLE&quot;<\/th>.*>5<.*>0<.*>–</);
    expect(await page(await runs.run({ outputs: { unmapped: [never] } }))).toContain('Nothing needs attention');
    expect(await page(await runs.run())).not.toContain('Unknown names');
  });

  it('reports nothing to do for a run without changes, and refuses an unknown run', async () => {
    const runId = await runs.run();
    const text = await page(runId);
    expect(text).toContain('Nothing needs attention');
    expect(text).toContain('Nothing had changed.');
    await expect(page(newUuid())).rejects.toMatchObject({ exitCode: 2 });
    await runs.clear();
    await expect(page()).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('the upper edge of a chart', () => {
  it.each([
    [[], 1],
    [[0, 0], 1],
    [[3, 4, 2], 4],
    [[3, 400, 2], 3],
    [[3, 2, 400], 400],
    [[400, 0, 0], 400],
    [[9_000, 1_000, 30, 5, 4], 5],
  ])('of %j is %d', (values, top) => {
    expect(topOf(values)).toBe(top);
  });
});
