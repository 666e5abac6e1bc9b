import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, startOfDay } from '../../../shared/ground/clock.js';
import { addCalls, rememberBoard } from '../../../shared/store/boards.js';
import { line, sql, uuid } from '../../helpers/warehouse.js';
import { codesOf, Doctoring, ITEMS, SUBITEMS } from './doctoring.js';

let doctoring: Doctoring;

beforeEach(async () => {
  doctoring = await Doctoring.open();
});
afterEach(() => doctoring.close());

const labels = (count: number) =>
  Array.from({ length: count }, (_, place) => ({
    id: place + 1,
    label: `L${place}`,
    index: place,
    is_deactivated: false,
  }));

describe('doctor, about the account,', () => {
  it('reports a refused token and an invalid one', async () => {
    const report = await doctoring.examine({ env: { MONDAY_API_TOKEN: 'two words' } });
    expect(codesOf(report.findings)).toEqual(['settings SETTING_UNUSABLE MONDAY_API_TOKEN']);
    expect(JSON.stringify(report)).not.toContain('two words');
  });

  it('reports an API that does not answer as transient', async () => {
    const { findings } = await doctoring.examine({ env: { MONDAY_API_URL: 'http://127.0.0.1:2/v2' } });
    expect(findings).toMatchObject([{ code: 'API_UNREACHABLE', passing: true }]);
  });

  it('reports a small plan, and daily calls that are nearly used up', async () => {
    await doctoring.board.limits({ complexityPerMinute: 1_000_000, callsPerDay: 100 });
    const { warehouse } = doctoring.test;
    const now = doctoring.clock.now();
    await rememberBoard(warehouse, ITEMS, now);
    await addCalls(warehouse, ITEMS, [{ day: new Date(now.getTime() - DAY_MS), calls: 90, isUsedUp: undefined }]);
    expect(await doctoring.codes()).toEqual(['account PLAN_SMALL 1']);
    await addCalls(warehouse, ITEMS, [{ day: startOfDay(now), calls: 90, isUsedUp: undefined }]);
    expect(await doctoring.codes()).toEqual(['account PLAN_SMALL 1', 'account CALLS_SHORT 1']);
  });
});

describe('doctor, about the board,', () => {
  it("reports a missing board, one without subitems, and one that is not the ledger's", async () => {
    expect(await doctoring.codes({ env: { MONDAY_BOARD_ID: '77' } })).toEqual(['board BOARD_ABSENT board']);
    await sql(
      doctoring.test.warehouse,
      `INSERT INTO dbo."MON_Board" ("board_id", "remembered_at") VALUES (77, '2026-01-05')`,
    );
    doctoring.changeColumn(ITEMS, 'subtasks_mkr5c0kp', undefined);
    expect(await doctoring.codes()).toEqual([`board SUBITEMS_MISSING ${ITEMS}`, `board BOARD_OTHER ${ITEMS}`]);
  });

  it('creates missing columns on both boards, the keys first', async () => {
    doctoring.changeColumn(ITEMS, 'line_key', undefined);
    doctoring.changeColumn(SUBITEMS, 'line_key', undefined);
    doctoring.changeColumn(ITEMS, 'text_mkr5ej2x', undefined);
    expect(await doctoring.codes()).toEqual([
      `columns KEY_COLUMN_MISSING ${ITEMS} line_key`,
      `columns BOARD_COLUMN_CREATABLE ${ITEMS} text_mkr5ej2x`,
      `columns KEY_COLUMN_MISSING ${SUBITEMS} line_key`,
    ]);
    const { findings, fixed } = await doctoring.examine({ fix: true });
    expect(codesOf(findings)).toEqual([]);
    expect(fixed).toHaveLength(3);
    expect((await doctoring.examine({ fix: true })).fixed).toEqual([]);
  });

  it('creates the column of the last change that the mapping names', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'doctor-mapping-')), 'mapping.yaml');
    const shipped = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');
    const key = 'last_change: { id: last_change, title: LAST CHANGE, type: long_text }';
    writeFileSync(file, shipped.replace(/^item:\n/m, `item:\n  ${key}\n`));
    const env = { MAPPING_FILE: file };
    expect(await doctoring.codes({ env })).toEqual([`columns BOARD_COLUMN_CREATABLE ${ITEMS} last_change`]);
    expect(await doctoring.codes({ env, fix: true })).toEqual([]);
    const { columns } = await doctoring.board.dump();
    expect(columns).toContainEqual({ id: 'last_change', title: 'LAST CHANGE', type: 'long_text' });
  });

  it('creates the keys although the board reserves the id of a deleted mapped column', async () => {
    await doctoring.board.control('POST', '/_edit', { deleteColumn: 'text_mkr5ej2x' });
    doctoring.changeColumn(SUBITEMS, 'line_key', undefined);
    const { findings } = await doctoring.examine({ fix: true });
    expect(await doctoring.codes()).toEqual([`columns BOARD_COLUMN_CREATABLE ${ITEMS} text_mkr5ej2x`]);
    expect(findings.at(-1)?.what).toContain('keeps the ids of deleted columns');
  });

  it('creates every other column although the board refuses one, and tells what was made and what was not', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'doctor-mapping-')), 'mapping.yaml');
    const shipped = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');
    const own = ['own_a', 'own_b', 'own_c'].map(
      (id) => `    - { id: ${id}, title: ${id}, type: text, source: AAG ORDER NUMBER, rule: trim }\n`,
    );
    const at = shipped.indexOf('columns:\n', shipped.indexOf('\nitem:')) + 'columns:\n'.length;
    writeFileSync(file, shipped.slice(0, at) + own.join('') + shipped.slice(at));
    const env = { MAPPING_FILE: file };
    const { board } = doctoring;
    await board.ask(
      `mutation { create_column(board_id: ${ITEMS}, title: "A", column_type: text, id: "own_a") { id } }`,
    );
    await board.control('POST', '/_edit', { deleteColumn: 'own_a' });
    doctoring.changeColumn(ITEMS, 'line_key', undefined);
    const { findings, fixed } = await doctoring.examine({ env, fix: true });
    expect(codesOf(findings)).toEqual([
      `columns BOARD_COLUMN_CREATABLE ${ITEMS} own_a`,
      `columns FIX_FAILED ${ITEMS} own_a`,
    ]);
    const made = fixed.filter((done) => done.startsWith('Created'));
    expect(made.map((done) => done.replace(/ of the items .*/, ''))).toEqual([
      'Created the column "line_key" (line_key, text)',
      'Created the column "own_b" (own_b, text)',
      'Created the column "own_c" (own_c, text)',
    ]);
  });

  it('tells of the columns that it made before the account refused any more', async () => {
    doctoring.changeColumn(ITEMS, 'line_key', undefined);
    doctoring.changeColumn(SUBITEMS, 'line_key', undefined);
    await doctoring.board.fault('create_column', 'error:USER_UNAUTHORIZED', 2);
    const { findings, fixed } = await doctoring.examine({ fix: true });
    expect(codesOf(findings)).toEqual([
      `columns KEY_COLUMN_MISSING ${SUBITEMS} line_key`,
      'columns FIX_FAILED columns',
    ]);
    expect(fixed).toHaveLength(1);
  });

  it.each(['resetAfterCommit', 'reset', 'error:INTERNAL_SERVER_ERROR', 'lateCommit'])(
    'creates a key column once although the answer is lost (%s)',
    async (fault) => {
      doctoring.changeColumn(ITEMS, 'line_key', undefined);
      await doctoring.board.fault('create_column', fault);
      const { findings, fixed } = await doctoring.examine({ fix: true });
      expect({ codes: codesOf(findings), fixed }).toMatchObject({ codes: [], fixed: [expect.any(String)] });
      const { columns } = await doctoring.board.dump();
      expect(columns.filter(({ title }: { title: string }) => title === 'line_key')).toHaveLength(1);
    },
  );

  it('says what keeps it from creating a key column', async () => {
    doctoring.changeColumn(ITEMS, 'line_key', undefined);
    await doctoring.board.fault('create_column', 'error:USER_UNAUTHORIZED');
    const { findings } = await doctoring.examine({ fix: true });
    expect(findings.map(({ code }) => code)).toEqual(['KEY_COLUMN_MISSING', 'FIX_FAILED']);
    expect(findings[1]?.what).toContain("Let the token's user change the board");
  });

  it('reports columns that are archived, read-only, of another type or with another title', async () => {
    doctoring.changeColumn(ITEMS, 'line_key', { type: 'numbers' });
    doctoring.changeColumn(SUBITEMS, 'line_key', { archived: true });
    doctoring.changeColumn(ITEMS, 'text_mkr5ej2x', { archived: true });
    doctoring.changeColumn(ITEMS, 'numeric_mksfr0r2', { type: 'text' });
    doctoring.changeColumn(ITEMS, 'text_mkr5kbc6', { type: 'mirror' });
    doctoring.changeColumn(ITEMS, 'text_mkr5cz8m', { title: 'Pattern' });
    const { findings } = await doctoring.examine();
    expect(findings.map(({ code, severity }) => `${code} ${severity}`).sort()).toEqual([
      'BOARD_COLUMN_ARCHIVED error',
      'BOARD_COLUMN_ARCHIVED error',
      'BOARD_COLUMN_READ_ONLY error',
      'BOARD_COLUMN_RENAMED info',
      'BOARD_COLUMN_TYPE warning',
      'KEY_COLUMN_UNFIT error',
    ]);
  });

  it('reports columns with little or no room for labels, and missing labels that may not be created', async () => {
    doctoring.changeColumn(ITEMS, 'dropdown_mkr5tgaa', { labels: labels(500) });
    doctoring.changeColumn(ITEMS, 'dropdown_mkr5677f', { labels: labels(470) });
    doctoring.changeColumn(ITEMS, 'dropdown_mkr542p2', { labels: labels(2) });
    const { findings } = await doctoring.examine();
    expect(codesOf(findings)).toEqual([
      `labels LABEL_MISSING ${ITEMS} dropdown_mkr542p2`,
      `labels LABELS_FULL ${ITEMS} dropdown_mkr5tgaa`,
      `labels LABELS_SHORT ${ITEMS} dropdown_mkr5677f`,
    ]);
    expect(findings[0]?.what).toMatch(/has no label "ACTIVELY BLACK", .* and \d+ more\.$/);
    expect(findings[2]?.what).toContain('has room for 30 more of 500 labels');
  });

  it('reports deactivated labels, both where lines with them fail and where push activates them', async () => {
    const off = (...texts: string[]) =>
      texts.map((label, place) => ({ id: place + 1, label, is_deactivated: label !== 'RECEIVED' }));
    doctoring.changeColumn(ITEMS, 'dropdown_mkr518fc', { labels: off('RECEIVED', 'CANCELLED', 'HOLD') });
    doctoring.changeColumn(ITEMS, 'dropdown_mkr5677f', { labels: off('BLACK', 'RED') });
    const { findings } = await doctoring.examine();
    expect(findings.map(({ code, severity, what }) => [code, severity, what])).toEqual([
      ['LABEL_MISSING', 'warning', 'The column "ORDER TYPE" (dropdown_mkr518fc) has no label "FORECAST".'],
      ['LABEL_DEACTIVATED', 'warning', 'The column "ORDER TYPE" (dropdown_mkr518fc) has deactivated "CANCELLED".'],
      ['LABEL_DORMANT', 'info', 'The column "COLOR" (dropdown_mkr5677f) has deactivated "BLACK" and "RED".'],
    ]);
  });

  it('reports a full board, and a nearly full one', async () => {
    for (let n = 0; n < 9; n++) await doctoring.board.item(`Item ${n}`);
    await doctoring.board.limits({ itemsLimit: 10 });
    expect(await doctoring.codes()).toContain(`room BOARD_NEARLY_FULL ${ITEMS}`);
    await doctoring.board.limits({ itemsLimit: 9 });
    expect(await doctoring.codes()).toContain(`room BOARD_FULL ${ITEMS}`);
  });

  it('reports items that the board refuses to return, and checks the others', async () => {
    await doctoring.board.item('by hand');
    const hidden = await doctoring.board.item('hidden');
    const refusal = { fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 };
    await doctoring.board.control('POST', '/_faults', {
      script: [
        { operation: 'boards', below: [0, 'items_page', 'items', 1, 'column_values'], ...refusal },
        { operation: 'items', value: hidden, ...refusal },
      ],
    });
    const { findings } = await doctoring.examine();
    expect(codesOf(findings)).toEqual(['keys ITEMS_UNREAD items', 'keys ITEMS_UNKEYED items']);
    expect(findings[0]?.what).toBe(`1 items could not be read (USER_UNAUTHORIZED): ${hidden}.`);
  });

  it('reports items without a key, with a foreign key, and with a repeated key', async () => {
    const order = String(line(1)['AAG ORDER NUMBER']);
    await doctoring.board.item('by hand');
    await doctoring.board.item('ours', { text_mkr5wya6: order.toLowerCase() });
    await doctoring.board.item('stranger', { line_key: uuid(99) });
    const known = await doctoring.board.item('known', { line_key: uuid(1) });
    await doctoring.board.control('POST', '/_edit', { duplicate: known });
    const { findings } = await doctoring.examine();
    expect(codesOf(findings)).toEqual([
      'keys ITEMS_UNKEYED items',
      'keys ORDERS_UNKEYED_NEW GREYSON',
      'keys KEY_FOREIGN items',
      'keys KEY_REPEATED items',
    ]);
  });
});
