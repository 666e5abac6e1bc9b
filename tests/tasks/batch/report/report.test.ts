import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { systemClock } from '../../../../shared/ground/clock.js';
import { loadMapping } from '../../../../shared/mapping/mapping.js';
import { readReport } from '../../../../tasks/batch/report/read-report.js';
import { handedOver } from '../../../../tasks/batch/report/run.js';
import { control } from '../../../e2e/board-view.js';
import { TOKEN, World } from '../../../e2e/world.js';
import { axeProblems, inBrowser, launchBrowser, VIEWS } from '../../../helpers/browser.js';
import { patience } from '../../../helpers/engine.js';

const NOTE = `<script>alert("x")</script> & 'so on'`;
const PLANNER = 'Ada Quill';
const RECORDED = { ROW_ERRORS_EXIT: '0' };

let world: World;
let folder: string;
/** What was found and sent, refused and rejected; then what was held back; then a braked customer; then a restore. */
const runs: string[] = [];
let greyson: string[];

/** Some lines of a customer, always the same ones. */
async function linesOf(spelling: string): Promise<string[]> {
  const rows = await world.sql(
    'SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = @spelling AND "ORDER TYPE" = \'ACTIVE\' ORDER BY "record_uuid"',
    { spelling },
  );
  return rows.map((row) => String(row['record_uuid']));
}

const edit = (uuid: string | undefined, assignment: string, note: string | null = null) =>
  world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignment} WHERE "record_uuid" = @uuid`, {
    uuid: uuid ?? null,
    ...(note === null ? {} : { note }),
  });

async function done(task: Parameters<World['run']>[0], ...args: string[]): Promise<Record<string, unknown>> {
  const { code, outputs, said } = await world.run(task, args, RECORDED);
  if (code !== 0) throw new Error(`${task} ended with exit code ${code}:\n${said}`);
  return outputs;
}

async function carry(...detectFlags: string[]): Promise<string> {
  const { runId } = await done('detect', ...detectFlags);
  const { batches } = await done('batch', '--run-id', String(runId));
  for (const { batchId } of batches as { batchId: string }[])
    for (const task of ['stage', 'push', 'promote', 'archive'] as const) await done(task, '--batch-id', batchId);
  return String(runId);
}

/** Takes a customer back to its first archive. */
async function restore(customer: string): Promise<string> {
  const archives = JSON.parse((await world.run('archive', ['list', '--customer', customer, '--json'])).said);
  const { runId, batchId } = await done('archive', 'restore', '--archive-id', String(archives[0].id));
  for (const task of ['stage', 'push', 'promote'] as const) await done(task, '--batch-id', String(batchId));
  return String(runId);
}

async function report(runId: string | undefined, file = join(folder, `${runId ?? 'newest'}.html`)) {
  const chosen = runId === undefined ? [] : ['--run', runId];
  const archive = world.env('archive')['ARCHIVE_URL'] ?? '';
  const ended = await world.run('batch', ['report', ...chosen, '--output', file], { ARCHIVE_URL: archive });
  return { ...ended, file, page: ended.code === 0 ? readFileSync(file, 'utf8') : '' };
}

beforeAll(async () => {
  world = await World.open();
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  await carry();
  greyson = await linesOf('GREYSON CLOTHIERS');
  await edit(greyson[0], '"NOTES" = @note, "S" = 77', NOTE);
  for (const column of loadMapping().source.personal) await edit(greyson[0], `"${column}" = '${PLANNER}'`);
  await edit(greyson[1], '"AAG ORDER NUMBER" = NULL');
  await world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid', { uuid: greyson[2] ?? null });
  const [titleNine] = await linesOf('TITLE 9');
  await edit(titleNine, '"PO NUMBER" = \'NEW-PO\'');
  // The first change that is asked for is that of the smallest batch, TITLE NINE's.
  await control(world, '/_faults', {
    script: [{ operation: 'change_multiple_column_values', nth: 1, fault: 'error:ColumnValueException' }],
  });
  runs.push(await carry('--method', 'fields', '--confirm-deletes'));
  runs.push(await carry());
  for (const uuid of greyson.slice(3, 60)) await edit(uuid, '"PO NUMBER" = \'4756\'');
  runs.push(await carry());
  runs.push(await restore('GREYSON'));
}, patience(240_000));

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

describe('the report of a run', () => {
  it('tells what changed, what reached the board, and what failed and why, and is the same file each time', async () => {
    const { page, outputs, file } = await report(runs[0]);
    expect(outputs).toEqual({ runId: runs[0], file, bytes: Buffer.byteLength(page) });
    expect(page).toContain('needs attention');
    expect(page).toMatch(
      /Owner of the source<\/b> <b>GREYSON<\/b>: <a href="#failed">1 line rejected before sending<\/a>/,
    );
    expect(page).toMatch(
      /Operator<\/b> <b>TITLE NINE<\/b>: <a href="#failed">1 line refused by the board, 3 sizes refused, or not sent because the item was<\/a>/,
    );
    expect(page).toMatch(/<pre><code>.*--customer &#39;TITLE NINE&#39; --retry-failed<\/code><\/pre>/);
    const order = ['What needs somebody', 'What changed', 'In figures'].map((heading) =>
      page.indexOf(`<h2>${heading}</h2>`),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(page).toContain('REQUIRED (stage) 1');
    expect(page).toContain('ColumnValueException (push) 1');
    expect(page).toContain('Enter it in the source.');
    expect(page).toMatch(/request <code>[^<]+<\/code>/);
    expect(page).toContain('NEW-PO');
    expect(page).toMatch(/<dt>size S<\/dt><dd>.*77/);
    const written = /Written [^.]*\./;
    expect((await report(runs[0])).page.replace(written, '')).toBe(page.replace(written, ''));
  });

  it('escapes what the source holds, and asks for nothing from elsewhere', async () => {
    const { page } = await report(runs[0]);
    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;so on&#39;');
    expect(page.match(/<script/g)).toHaveLength(1);
    const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(page) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`);
    const links = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link = '']) => link);
    const own = ['#', 'data:text/csv', `${world.board.url}/boards/`];
    expect(links.filter((link) => !own.some((start) => link.startsWith(start)))).toEqual([]);
    expect(page.replaceAll(world.board.url, '')).not.toMatch(/https?:\/\//);
  });

  it('holds no secret and nobody’s name', async () => {
    const { page } = await report(runs[0]);
    const secrets = [TOKEN, new URL(world.env('detect')['WAREHOUSE_URL'] ?? '').password].filter((each) => each !== '');
    for (const each of [PLANNER, ...secrets]) expect(page).not.toContain(each);
  });

  it('lists what was held back, with the reason', async () => {
    const { page } = await report(runs[1]);
    expect(page.match(/1 line was held back<\/a>/g)).toHaveLength(2);
    expect(page).toMatch(/id="held"[\s\S]*REQUIRED[\s\S]*ColumnValueException/);
  });

  it('tells a braked customer with its numbers', async () => {
    const { page } = await report(runs[2]);
    expect(page).toMatch(/<b>GREYSON<\/b> was braked: 5\d of 70 known lines changed/);
  });

  it('is of the newest run when none is named, a restore as well', async () => {
    const { page, outputs } = await report(undefined);
    expect(outputs['runId']).toBe(runs[3]);
    expect(page).toContain(', a restore,');
    expect(page).toMatch(/<dt>changed<\/dt><dd>[1-9]/);
    expect(page).toMatch(/<dt>NOTES<\/dt><dd>.*&lt;script/);
  });

  it('can be written to stdout, and does without the archives', async () => {
    const { code, said } = await world.run('batch', ['report', '--run-id', runs[0] ?? '', '--output', '-']);
    expect(code).toBe(0);
    expect(said.trim()).toMatch(/^<!doctype html>[\s\S]*<\/html>$/);
    expect(said).toContain('Archive sizes are left out');
  });

  it('is handed to a flow with what failed as CSV, and writes no file', async () => {
    const archive = world.env('archive')['ARCHIVE_URL'] ?? '';
    const { code, outputs } = await world.run('batch', ['report', '--run-id', runs[0] ?? '', '--hand-over'], {
      ARCHIVE_URL: archive,
    });
    const { page } = await report(runs[0]);
    const csv = await world.run('batch', ['report', '--run-id', runs[0] ?? '', '--csv', '--output', '-']);
    const withoutTime = (text: unknown) => String(text).replace(/Written [^.]*\./, '');
    expect({ ...outputs, page: withoutTime(outputs['page']), code }).toEqual({
      code: 0,
      runId: runs[0],
      page: withoutTime(page),
      csv: expect.stringMatching(/^customer,order,.*\r\n(.*\r\n)+$/),
      shortened: false,
      boardUrl: expect.stringContaining(`${world.board.url}/boards/`),
    });
    expect(String(outputs['csv']).trimEnd().split('\r\n')).toEqual(
      csv.said.split('\n').filter((line) => line !== '' && !/^[{:]/.test(line)),
    );
    const both = await world.run('batch', ['report', '--hand-over', '--csv']);
    expect(both).toMatchObject({ code: 2, said: expect.stringContaining('leave --output, --csv and --runs out') });
  });

  it('is handed over with fewer lines where a flow would not take it whole, and says how many are missing', async () => {
    const sources = {
      warehouse: world.warehouse,
      archives: () => Promise.resolve(undefined),
      mapping: loadMapping(),
    };
    const whole = await readReport(sources, runs[0]);
    const inJson = (text: string) => Buffer.byteLength(JSON.stringify(text));
    const all = handedOver(whole, systemClock().now());
    expect(all.shortened).toBe(false);
    const most = { page: inJson(all.page) - 1, csv: inJson(all.csv) - 1 };
    const { page, csv, shortened } = handedOver(whole, systemClock().now(), most);
    expect(shortened).toBe(true);
    expect(inJson(page)).toBeLessThanOrEqual(most.page);
    expect(inJson(csv)).toBeLessThanOrEqual(most.csv);
    expect(page).toMatch(/… and \d+ more lines?: <code>detect --explain/);
    expect(page).toContain('<h2>In figures</h2>');
  });

  it('says what to do when there is no such run or no such folder', async () => {
    expect((await report('00000000-0000-4000-8000-000000000000')).code).toBe(2);
    const { code, said } = await report(runs[0], join(folder, 'nowhere', 'x.html'));
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringContaining('may be written to and has room, with --output.'),
    });
  });

  it('says of a line of which only sizes changed that they did, with old and new, and whose batch it was', async () => {
    const [line] = await linesOf('JOHNNIE O');
    await edit(line, '"S" = 4321');
    const runId = await carry('--customer', 'JOHNNIE O');
    const { page } = await report(runId);
    expect(page).toContain('only its sizes changed');
    expect(page).not.toContain('on the board already');
    expect(page).not.toContain('not recorded which columns differ');
    expect(page).toMatch(/<dt>size S<\/dt><dd>.*4321/);
    expect(page).toContain('Nothing needs attention');
    const [batch] = await world.sql('SELECT "batch_id" FROM dbo."MON_BatchProcessing" WHERE "run_id" = @run', {
      run: runId,
    });
    expect(page).toContain(`batch <code>${String(batch?.['batch_id'])}</code>`);
  });
});

inBrowser('the report in a browser', () => {
  let browser: Browser;
  let file: string;
  let pages: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    ({ file } = await report(runs[0]));
    pages = join(folder, 'runs');
    await done('batch', 'report', '--runs', '--output', pages);
  });
  afterAll(() => browser?.close());

  /** With JavaScript off: the page must be readable without. */
  async function open(width: number): Promise<{ page: Page; problems: string[] }> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, javaScriptEnabled: false });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) problems.push(request.url());
    });
    page.on('console', (message) => problems.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    return { page, problems };
  }

  it.each([1366, 390])('fits %i pixels and opens a customer’s lines without a script', async (width) => {
    const { page, problems } = await open(width);
    const [scroll] = await page.locator('html').evaluateAll((elements) => elements.map((each) => each.scrollWidth));
    expect(scroll).toBeLessThanOrEqual(width);
    await page.locator('details.customer > summary', { hasText: 'GREYSON' }).click();
    const changed = page.locator('.differences', { hasText: NOTE });
    await changed.waitFor();
    expect(await changed.textContent()).toContain('→');
    expect(await page.locator('#customers tbody tr').count()).toBe(2);
    expect(await page.locator('#runs svg').count()).toBe(4);
    expect(await page.locator('#steps tbody tr').count()).toBe(2);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('would hear of what axe finds wrong', async () => {
    const page = await browser.newPage();
    await page.setContent('<main><h1>A page</h1><img src="data:," /></main>');
    expect((await axeProblems(page)).join('\n')).toMatch(/image-alt: <img/);
    await page.close();
  });

  it.each(VIEWS)('holds nothing that axe finds wrong, all opened, at %s', async (_, view) => {
    const context = await browser.newContext(view);
    const page = await context.newPage();
    for (const name of ['index.html', ...readdirSync(pages).filter((each) => /^run-.*html$/.test(each))]) {
      await page.goto(pathToFileURL(join(pages, name)).href);
      await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
      expect([name, await axeProblems(page)]).toEqual([name, []]);
      const [scroll] = await page.locator('html').evaluateAll((elements) => elements.map((each) => each.scrollWidth));
      expect([name, scroll]).toEqual([name, view.viewport?.width]);
    }
    await context.close();
  });
});
