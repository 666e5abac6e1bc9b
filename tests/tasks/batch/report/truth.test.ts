import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { patience } from '../../../helpers/engine.js';
import { isBorneOut, type Played, type Scene, Stage, saysWhatIsSo } from './scenes.js';
import { readPage } from './told-page.js';
import { attentionIsTrue } from './witness.js';

const NEW_UUID = '5a5a5a5a-0000-4000-8000-00000000000';

let stage: Stage;
const edit = (...args: Parameters<Stage['edit']>) => stage.edit(...args);
const copy = (...args: Parameters<Stage['copy']>) => stage.copy(...args);

/** One after the other on one board: each begins with what the one before has left. */
const SCENES: Record<string, Scene> = {
  'a first load': { chip: 'all done', never: [/not understood/, /only its sizes/], endings: { landed: 76 } },
  'a run in which nothing had changed': { chip: 'all done', endings: {} },
  'edits of each kind': {
    edit: async () => {
      await edit(0, `"NOTES" = '=1+1 <b>', "PO NUMBER" = 'NEW-PO', "S" = 77`);
      await edit(1, `"XS" = COALESCE("XS", 0) + 4321`);
      await edit(2, `"CUSTOMER PRICE" = '12;50'`);
      await edit(3, `"CUSTOMER PRICE" = 'twelve', "DESTINATION" = 'Rotterdam'`);
      await edit(4, `"TOTAL QTY" = COALESCE("TOTAL QTY", 0) + 1`);
      await edit(5, `"CUSTOMER SEASON" = '2031 SPRING'`);
      await edit(6, `"ORDER TYPE" = 'CANCELLED'`);
      await stage.remove(7);
      await copy(8, `${NEW_UUID}1`, `"CUSTOMER COLOUR DESCRIPTION" = 'UNSEEN RED'`);
      await copy(9, `${NEW_UUID}2`, `"NOTES" = "NOTES"`);
      await stage.remove(9);
      await edit(10, `"DESTINATION" = NULL, "PO NUMBER" = NULL`);
    },
    detect: ['--confirm-deletes'],
    chip: 'done in part',
    says: [
      /\d+ values could not be read as written; the lines were sent without them\. What is corrected in the source goes with the next run\./,
      /only its sizes changed on the board/,
      /12;50 was not understood and not sent: the board keeps what it has/,
      /twelve was not understood and not sent: the board keeps what it has/,
      /nothing was sent/,
      /nothing to send: none of it is shown on the board/,
      /the same content under a new uuid: nothing to send/,
      /archived/,
    ],
    never: [/on the board already/, /not recorded which columns differ/],
  },
  'a line that is rejected and one that is refused': {
    edit: async () => {
      await edit(11, `"AAG ORDER NUMBER" = NULL`);
      await edit(12, `"NOTES" = 'refused'`);
      await stage.refuseOnce('change_multiple_column_values', 1);
    },
    chip: 'needs attention',
    says: [/GREYSON: 1 line rejected before sending\. What is corrected/, /GREYSON: 1 line refused by the board/],
    endings: { failed: 2 },
  },
  'lines that are held back': {
    detect: ['--method', 'fields'],
    edit: () => edit(13, `"DESTINATION" = 'Antwerp'`),
    chip: 'done in part',
    says: [
      /GREYSON: 2 lines were held back since an earlier failure/,
      /held back, because it had failed before; not sent/,
    ],
    endings: { open: 2, landed: 1 },
  },
  'lines that are put right': {
    edit: () => edit(11, `"AAG ORDER NUMBER" = 'PUT-RIGHT-1'`),
    batch: ['--retry-failed'],
    chip: 'all done',
    endings: { landed: 2 },
  },
  'a refused token': {
    edit: () => edit(14, `"DESTINATION" = 'Hamburg'`),
    steps: ['stage', 'push'],
    push: { MONDAY_API_TOKEN: 'a-token-that-was-revoked' },
    chip: 'needs attention',
    says: [/GREYSON is not finished, it is STAGED\. .*token/i, /not sent yet/],
    endings: { open: 1 },
  },
  'a dry run': {
    detect: ['--dry-run'],
    edit: () => edit(15, `"DESTINATION" = 'Oslo'`),
    steps: ['stage', 'push'],
    chip: 'dry run: nothing was written',
    says: [/dry run, so nothing was sent/],
    never: [/not sent yet/],
    endings: { nothing: 2 },
  },
  'a size that the board refuses': {
    edit: async () => {
      await edit(16, `"XS" = COALESCE("XS", 0) + 11`);
      await stage.refuseOnce('change_multiple_column_values', 3);
    },
    chip: 'needs attention',
    says: [/GREYSON: 1 size refused, or not sent because the item was/],
    endings: { landed: 2, failed: 1 },
  },
  'a batch that is pushed and not promoted': {
    edit: () => edit(17, `"DESTINATION" = 'Malmö'`),
    batch: ['--retry-failed'],
    steps: ['stage', 'push'],
    chip: 'needs attention',
    says: [/GREYSON is not finished, it is PUSHED\./],
  },
  'a line of another customer, and one of a customer that nobody knows': {
    edit: async () => {
      await edit(18, `"CUSTOMER NAME" = 'TITLE 9'`);
      await edit(19, `"CUSTOMER NAME" = 'SOMEBODY ELSE'`);
    },
    chip: 'done in part',
    says: [/left scope/],
  },
  'a braked customer': {
    edit: async () => {
      await edit(19, `"CUSTOMER NAME" = 'GREYSON CLOTHIERS'`);
      for (let place = 16; place < 60; place++) await edit(place, `"PO NUMBER" = '4756'`);
    },
    chip: 'done in part',
    says: [
      /GREYSON was braked: \d+ of \d+ known lines changed: ask the owner of the source/,
      /not sent: the customer was braked/,
    ],
  },
  'a run that was let through': {
    detect: ['--allow-large-change'],
    chip: 'all done',
  },
  'a restore': { instead: () => stage.restore(), chip: 'all done', never: [/not recorded/] },
  'a customer that stays as it was restored': {
    chip: 'done in part',
    says: [/GREYSON was braked: its board was taken back to an archive and stays so/],
  },
};

beforeAll(async () => {
  stage = await Stage.open();
  await stage.play(SCENES);
}, patience(400_000));
afterAll(() => stage.close());

const of = (name: string): Played => stage.of(name);

describe.each(Object.entries(SCENES))('the report of %s', (name, scene) => {
  it('says what is so, and leaves nothing out', () => saysWhatIsSo(of(name), scene));
  it('has figures and lines that the board bears out', () => isBorneOut(stage.world, of(name), scene));
});

describe('the reports of all these runs at the end', () => {
  it('say of each what the tables say, and that later runs and corrections have settled the earlier ones', async () => {
    for (const [name, { runId }] of stage.played) {
      const page = readPage(await stage.report(runId));
      await attentionIsTrue(stage.world, page, runId);
      const needs = page.attention.filter(({ tone }) => tone !== 'past').map(({ text }) => `${name}: ${text}`);
      if (name !== 'a customer that stays as it was restored') expect(needs).toEqual([]);
    }
  });

  it('give what failed as CSV that no spreadsheet reckons with', async () => {
    const { runId, page } = of('a line that is rejected and one that is refused');
    const { said } = await stage.world.run('batch', ['report', '--run-id', runId, '--csv', '--output', '-']);
    expect(page.csv[0]).toMatch(
      /^customer,order,PO,style and colour,item,size,column,state,reason,what to do,item link,since,/,
    );
    expect(said.split('\n').length).toBe(page.csv.length);
    expect(page.csv.filter((row) => row.includes(',failed,')).length).toBeGreaterThanOrEqual(2);
    const linked = page.csv.flatMap((row) => (row.includes(',failed,') ? (row.match(/https?:[^,]*/) ?? []) : []));
    const items = page.lines.flatMap(({ ending, href }) => (ending === 'failed' ? (href ?? []) : []));
    expect(linked.sort()).toEqual(items.sort());
    expect(linked.length).toBeGreaterThan(0);
    expect(page.csv.join('\n')).not.toMatch(/(^|,)"?[=+@]/m);
  });
});

describe('the page that lists all these runs', () => {
  let list: Awaited<ReturnType<typeof runsPage>>;
  beforeAll(async () => {
    list = await runsPage();
  });

  const cellsOf = (row: string): Record<string, string> =>
    Object.fromEntries(
      [...row.matchAll(/<td data-label="([^"]+)">(.*?)<\/td>/gs)].map(([, label = '', text = '']) => [
        label,
        text.replace(/<a .*<\/a>|<[^>]+>/gs, '').trim(),
      ]),
    );

  it('has a row for each that was not dry, with what the board and the tables bear out', async () => {
    const { rows, html } = list;
    const shown = [...stage.played].filter(([, { page }]) => !page.chip.startsWith('dry')).reverse();
    expect(rows.map(({ href }) => href)).toEqual(shown.map(([, { runId }]) => `run-${runId}.html`));
    for (const [place, [name, { runId, seen }]] of shown.entries()) {
      const cells = cellsOf(rows[place]?.row ?? '');
      const kinds = [...seen.items.values()];
      const changed = kinds.filter((done) => !done.has('created') && (done.has('updated') || done.has('moved')));
      const [failed] = await stage.world.sql(
        `SELECT COUNT(*) AS "n" FROM dbo."STG_MON_CustMasterSchedule" s JOIN dbo."MON_BatchProcessing" b ON b."batch_id" = s."batch_id"
         WHERE b."run_id" = @runId AND s."stg_status" IN ('API_FAILED', 'REJECTED')`,
        { runId },
      );
      expect({ name, ...cells }).toMatchObject({
        name,
        created: count(kinds.filter((done) => done.has('created')).length),
        updated: count(changed.length),
        archived: count(kinds.filter((done) => done.has('archived')).length),
        failed: expect.stringMatching(new RegExp(`^(${count(Number(failed?.['n']))}|${failed?.['n']})$`)),
      });
    }
    expect(html).toContain(`The last ${shown.length} runs`);
  });

  it('measures how far the board is behind from the newest run of all customers that left nobody out', async () => {
    const { html } = list;
    const runs = await stage.world.sql(
      `SELECT r."run_id", r."outputs", (SELECT COUNT(*) FROM dbo."MON_BatchProcessing" b WHERE b."run_id" = r."run_id" AND b."status" IN ('STARTED', 'STAGED', 'PUSHED')) AS "open"
       FROM dbo."MON_Run" r WHERE r."dry" = 0 AND r."kind" = 'SYNC' AND r."filter" IS NULL AND r."state" = 'DONE' ORDER BY r."seq" DESC`,
    );
    const newest = runs.find(({ outputs, open }) => {
      const { braked, busy } = JSON.parse(String(outputs)) as { braked: unknown[]; busy: unknown[] };
      return Number(open) === 0 && braked.length + busy.length === 0;
    });
    expect(newest).toBeDefined();
    expect(html).toMatch(
      new RegExp(
        `The board is <b>.+ behind</b> the source at most: the <a href="run-${String(newest?.['run_id'])}.html">`,
      ),
    );
  });

  it('adds up the reasons of errors that the tables hold', async () => {
    const { html } = list;
    const section = html.slice(html.indexOf('id="reasons"'));
    const told = [...section.matchAll(/<tr><th scope="row">(\w+)<\/th><td data-label="in all">(\d+)<\/td>/g)].map(
      ([, reason = '', n]) => [reason, Number(n)] as const,
    );
    const rows = await stage.world.sql(
      `SELECT e."reason", COUNT(*) AS "n" FROM (SELECT "reason" FROM dbo."ERR_MON_CustMasterSchedule" WHERE "severity" = 'ERROR' UNION ALL SELECT "reason" FROM dbo."ERR_MON_CustMasterSchedule_Subitems" WHERE "severity" = 'ERROR') e GROUP BY e."reason"`,
    );
    expect(new Map(told)).toEqual(new Map(rows.map((row) => [String(row['reason']), Number(row['n'])])));
  });

  const count = (n: number): string => (n === 0 ? '·' : String(n));

  async function runsPage(): Promise<{ html: string; rows: { href: string; row: string }[] }> {
    const folder = mkdtempSync(join(tmpdir(), 'runs-'));
    try {
      const { code, said } = await stage.world.run('batch', ['report', '--runs', '--output', folder]);
      expect({ code, said }).toEqual({ code: 0, said });
      const html = readFileSync(join(folder, 'index.html'), 'utf8');
      const table = html.slice(html.indexOf('id="list"'), html.indexOf('</table>'));
      const rows = [...table.matchAll(/<tr><th scope="row"><a href="([^"]+)">.*?<\/tr>/gs)];
      return { html, rows: rows.map(([row, href = '']) => ({ href, row })) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});
