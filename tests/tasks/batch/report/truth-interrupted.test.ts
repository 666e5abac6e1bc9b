import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ITEMS_BOARD } from '../../../../local/board/shape.js';
import { control, lastRequest, readBoard, requestsAfter } from '../../../e2e/board-view.js';
import { killAtTable, killWhen, writing } from '../../../e2e/killing.js';
import { TOKEN } from '../../../e2e/world.js';
import { patience } from '../../../helpers/engine.js';
import { isBorneOut, type Scene, Stage, saysWhatIsSo } from './scenes.js';
import { readPage } from './told-page.js';
import { attentionIsTrue } from './witness.js';

const NEW_UUID = '6b6b6b6b-0000-4000-8000-000000000001';
const DESTINATION = 'text_mkr5kbc6';
/** What people paste into a cell: characters of two units, line ends, both directions, what pages are built of. */
const HOSTILE = `👩‍👩‍👧 <b>&amp;</b> "x" → y · z\r\nשלום\u202e ${'ö'.repeat(480)} {{ x }} \${y} %s`;

let stage: Stage;
const edit = (...args: Parameters<Stage['edit']>) => stage.edit(...args);

/** A planner writes into the board by hand. */
async function plan(place: number, columnId: string, value: string): Promise<void> {
  const key = stage.lines[place];
  const item = (await readBoard(stage.world)).find((each) => each.key.toLowerCase() === key?.toLowerCase());
  const query = `mutation { change_simple_column_value(board_id: ${ITEMS_BOARD}, item_id: ${item?.id}, column_id: "${columnId}", value: "${value}") { id } }`;
  const response = await fetch(`${stage.world.board.url}/v2`, {
    method: 'POST',
    headers: { Authorization: TOKEN, 'API-Version': '2026-10', 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  expect(await response.json()).toMatchObject({ data: { change_simple_column_value: { id: item?.id } } });
}

/** Kills push once the board has taken a change whose answer never arrives. */
async function killPush(): Promise<string> {
  const { runId } = await stage.done('detect', []);
  const { batches } = await stage.done('batch', ['--run-id', String(runId)]);
  const [{ batchId = '' } = {}] = batches as { batchId: string }[];
  await stage.done('stage', ['--batch-id', batchId]);
  const from = await lastRequest(stage.world);
  const fault = 'hangAfterCommit';
  await control(stage.world, '/_faults', { script: [{ operation: 'change_multiple_column_values', nth: 1, fault }] });
  const hangs = async () => (await requestsAfter(stage.world, from)).some((each) => each.fault === fault);
  expect(await killWhen(stage.world, 'push', ['--batch-id', batchId], hangs)).toBe(true);
  await control(stage.world, '/_faults', {});
  return String(runId);
}

/** Carries what is left of the newest run to its end. */
async function resume(): Promise<string> {
  const [batch] = await stage.world.sql(
    `SELECT "batch_id", "run_id" FROM dbo."MON_BatchProcessing" WHERE "status" IN ('STAGED', 'PUSHED') ORDER BY "start_time" DESC`,
  );
  const args = ['--batch-id', String(batch?.['batch_id'])];
  for (const task of ['push', 'promote', 'archive'] as const)
    await stage.done(task, args, { MONDAY_SETTLE_WAIT: '1s' });
  return String(batch?.['run_id']);
}

async function newestRun(): Promise<string> {
  const rows = await stage.world.sql('SELECT "run_id" FROM dbo."MON_Run" ORDER BY "seq" DESC');
  return String(rows[0]?.['run_id']);
}

const SCENES: Record<string, Scene> = {
  'a first load': { chip: 'all done', endings: { landed: 76 } },
  'a detect that was killed': {
    edit: () => edit(0, `"DESTINATION" = 'Genoa'`),
    instead: async () => {
      expect(await killAtTable(stage.world, writing('MON_Change'), 'detect', [])).toBe(true);
      return newestRun();
    },
    chip: 'needs attention',
    says: [/detect has not finished this run: it still works, or was stopped\./],
    endings: {},
  },
  'a source with too many rows without a uuid': {
    edit: async () => {
      await stage.copy(1, null);
      await stage.copy(2, null);
    },
    instead: async () => {
      expect((await stage.world.run('detect')).code).toBe(2);
      const { said } = await stage.world.run('batch', ['status']);
      expect(said).toMatch(/detect has not finished it\. 2 or more of 79 rows of the source have no record_uuid/);
      return newestRun();
    },
    chip: 'needs attention',
    says: [/no record_uuid/],
    endings: {},
  },
  'a row without a usable uuid': {
    edit: async () => {
      await stage.world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" IS NULL');
      // Of a hundred rows one may be so.
      for (let row = 0; row < 30; row++)
        await stage.copy(1, `7c7c7c7c-0000-4000-8000-0000000000${10 + row}`, `"ORDER TYPE" = 'CANCELLED'`);
      await stage.copy(1, null);
    },
    chip: 'done in part',
    says: [/1 row of the source is left out, because its uuid is missing, malformed or in another row too\./],
    endings: { landed: 31 },
  },
  'an edit that waits': {
    edit: async () => {
      await stage.world.sql('DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" IS NULL');
      await edit(3, `"DESTINATION" = 'Trieste'`);
    },
    steps: ['stage'],
    chip: 'needs attention',
    says: [/GREYSON is not finished, it is STAGED\./],
    endings: { open: 1 },
  },
  'an edit that was taken back': {
    edit: () => edit(3, `"DESTINATION" = 'USA'`),
    chip: 'all done',
    endings: {},
  },
  'a line that is new': {
    edit: () => stage.copy(4, NEW_UUID, `"CUSTOMER COLOUR DESCRIPTION" = 'BRIEF'`),
    chip: 'all done',
    endings: { landed: 1 },
  },
  'a line that was deleted': {
    edit: () => stage.world.sql(`DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = '${NEW_UUID}'`),
    detect: ['--confirm-deletes'],
    chip: 'all done',
    endings: { landed: 1 },
  },
  'a deleted line that came back': {
    edit: () => stage.copy(4, NEW_UUID, `"CUSTOMER COLOUR DESCRIPTION" = 'BRIEF'`),
    chip: 'all done',
    endings: { landed: 1 },
  },
  'another order number': {
    edit: () => edit(5, `"AAG ORDER NUMBER" = 'MOVED-1', "CUSTOMER STYLE" = 'ANOTHER STYLE'`),
    chip: 'all done',
    endings: { landed: 1 },
  },
  'lines that planners have written into': {
    edit: async () => {
      await plan(6, DESTINATION, 'by a planner');
      await plan(7, DESTINATION, 'by a planner');
      await edit(6, `"DESTINATION" = 'Bari'`);
      await edit(7, `"NOTES" = 'another note'`);
    },
    chip: 'all done',
    endings: { landed: 2 },
  },
  'values that are hostile to a page': {
    edit: () => edit(8, `"NOTES" = @value, "DESTINATION" = @value`, { value: HOSTILE }),
    detect: ['--method', 'fields'],
    chip: 'all done',
    endings: { landed: 1 },
  },
  'hostile values that were corrected': {
    edit: () => edit(8, `"NOTES" = @value, "DESTINATION" = 'Bari'`, { value: `${HOSTILE}.` }),
    detect: ['--method', 'fields'],
    chip: 'all done',
    endings: { landed: 1 },
  },
  'a push that was killed': {
    edit: async () => {
      for (const place of [9, 10, 11]) await edit(place, `"DESTINATION" = 'Ancona', "S" = 31`);
    },
    instead: killPush,
    chip: 'needs attention',
    says: [/GREYSON is not finished, it is STAGED\./],
    isCut: true,
  },
  'a killed push that was resumed': { instead: resume, chip: 'all done', endings: { landed: 3 }, isCut: true },
  'a customer that was busy': {
    edit: () => edit(12, `"DESTINATION" = 'Pisa'`),
    instead: async () => {
      const held = await stage.world.warehouse.lock('customer:GREYSON', 0);
      try {
        return await stage.carry({});
      } finally {
        await held?.release();
      }
    },
    chip: 'done in part',
    says: [/GREYSON was busy: something else was working on it\. The next run takes it up\./],
    endings: {},
  },
  'what was left by a busy customer': { chip: 'all done', endings: { landed: 1 } },
};

beforeAll(async () => {
  stage = await Stage.open();
  await stage.play(SCENES);
}, patience(400_000));
afterAll(() => stage.close());

describe.each(Object.entries(SCENES))('the report of %s', (name, scene) => {
  it('says what is so, and leaves nothing out', () => saysWhatIsSo(stage.of(name), scene));
  it('has figures and lines that the board bears out', () => isBorneOut(stage.world, stage.of(name), scene));
});

describe('values that are longer than the page shows', () => {
  it('are shown from where they differ', () => {
    const [line] = stage.of('hostile values that were corrected').page.lines;
    const [destination, notes] = line?.differences ?? [];
    expect(destination).toMatchObject({ label: 'DESTINATION', after: 'Bari' });
    expect(notes).toMatchObject({ label: 'NOTES', before: expect.stringMatching(/^….*%s$/) });
    expect(notes?.after).toBe(`${notes?.before}.`);
  });
});

describe('the reports of all these runs at the end', () => {
  it('say of each what the tables say, and that later runs have settled the earlier ones', async () => {
    for (const [name, { runId }] of stage.played) {
      const page = readPage(await stage.report(runId));
      await attentionIsTrue(stage.world, page, runId);
      const needs = page.attention.filter(({ tone }) => tone !== 'past').map(({ text }) => `${name}: ${text}`);
      expect(needs).toEqual([]);
    }
  });
});
