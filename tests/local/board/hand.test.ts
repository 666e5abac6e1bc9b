import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ITEMS, itemField, type Reply, subitemField, TestBoard } from './board.js';

let board: TestBoard;
beforeEach(async () => {
  board = await TestBoard.start();
});
afterEach(() => board.close());

const TEXT = 'text_mkr5wya6';
const NUMBER = 'numeric_mkr5cact';
const COLOR = 'dropdown_mkr5677f';
const STATUS = 'color_mkr5j5pp';

const edit = async (body: unknown): Promise<Reply['json']> => (await board.control('POST', '/_edit', body)).json;
const codes = ({ json }: Reply) =>
  (json.errors ?? []).map((error: { extensions?: { code?: string } }) => error.extensions?.code ?? null);
const group = async (title: string): Promise<string> =>
  (await board.push([{ alias: 'a0', operation: 'createGroup', variables: { boardId: ITEMS, title } }])).json.data.a0.id;
const inGroup = (alias: string, name: string, groupId: string) => {
  const field = itemField(alias, name);
  return { ...field, variables: { ...field.variables, groupId } };
};
const shape = async () =>
  (await board.ask(`{ boards(ids: [${ITEMS}]) { groups { id title } columns { id title type archived settings } } }`))
    .json.data.boards[0];
const settings = async (columnId: string) =>
  (await shape()).columns.find((column: { id: string }) => column.id === columnId).settings;

describe('an item', () => {
  it('is made on a board without subitems, if none are asked for below it', async () => {
    await edit({ deleteColumn: 'subtasks_mkr5c0kp' });
    expect(await edit({ create: { name: 'alone' } })).toEqual({ id: expect.any(String) });
    expect(await edit({ create: { name: 'alone', subitems: [] } })).toEqual({ id: expect.any(String) });
    expect((await board.dump()).items).toHaveLength(2);
  });
});

describe('groups', () => {
  it('are created at the top and renamed; two may have the same title', async () => {
    const made = (await edit({ createGroup: 'PLANNED' })).id;
    await edit({ renameGroup: made, title: 'Group Title' });
    expect((await shape()).groups).toEqual([
      { id: made, title: 'Group Title' },
      { id: 'topics', title: 'Group Title' },
    ]);
  });

  it('archive their items with them, and these refuse changes until the group is restored', async () => {
    const season = await group('SEASON');
    const item = (await board.push([inGroup('a0', 'x', season)])).json.data.a0.id;
    const subitem = await board.subitem(item, 'S');
    await edit({ archiveGroup: season });
    const refused = await board.change(item, { [TEXT]: 'new' });
    expect(refused.json.errors[0].message).toBe('Cannot change column value for inactive items');
    expect((await board.push([subitemField('a0', item, 'M')])).json.data.a0).toBeNull();
    expect(codes(await board.push([inGroup('a0', 'y', season)]))).toEqual(['ResourceNotFoundException']);
    const { json } = await board.ask(`{ items(ids: [${item}, ${subitem}]) { state } }`);
    expect(json.data.items).toEqual([{ state: 'archived' }, { state: 'archived' }]);
    await edit({ restoreGroup: season });
    expect((await board.change(item, { [TEXT]: 'new' })).json.errors).toBeUndefined();
  });

  it('do not restore items that were archived before them', async () => {
    const season = await group('SEASON');
    const { data } = (await board.push([inGroup('a0', 'x', season), inGroup('a1', 'y', season)])).json;
    await edit({ archive: data.a0.id });
    await edit({ archiveGroup: season });
    await edit({ restoreGroup: season });
    expect((await board.dump()).items.map(({ state }: { state: string }) => state)).toEqual(['archived', 'active']);
  });

  it('are deleted with their items, except the last', async () => {
    const season = await group('SEASON');
    await board.push([inGroup('a0', 'x', season)]);
    await edit({ deleteGroup: season });
    expect((await board.dump()).items).toMatchObject([{ name: 'x', state: 'deleted' }]);
    expect((await edit({ deleteGroup: 'topics' })).error).toContain('Cannot delete last group');
  });
});

describe('columns', () => {
  it('are renamed, archived and restored', async () => {
    await edit({ renameColumn: TEXT, title: 'PURCHASE ORDER' });
    await edit({ archiveColumn: TEXT });
    expect((await shape()).columns).toContainEqual(
      expect.objectContaining({ id: TEXT, title: 'PURCHASE ORDER', archived: true }),
    );
    expect(codes(await board.push([itemField('a0', 'x', { [TEXT]: 'a' })]))).toEqual(['InvalidColumnIdException']);
    await edit({ restoreColumn: TEXT });
    expect(codes(await board.push([itemField('a0', 'x', { [TEXT]: 'a' })]))).toEqual([]);
  });

  it('are deleted with their values; the id stays reserved', async () => {
    const item = await board.item('x', { [TEXT]: 'a' });
    await edit({ deleteColumn: TEXT });
    expect((await board.cells(item))[TEXT]).toBeUndefined();
    expect((await board.dump()).items[0].values[TEXT]).toBeUndefined();
    const variables = { boardId: ITEMS, id: TEXT, title: 'again', type: 'text' };
    expect(codes(await board.push([{ alias: 'a0', operation: 'createColumn', variables }]))).toEqual([
      'InvalidArgumentException',
    ]);
    await edit({ restoreColumn: TEXT });
    expect((await board.cells(item))[TEXT].text).toBe('a');
  });

  it('converted to another type keep what the new type can hold', async () => {
    const item = await board.item('x', { [COLOR]: null, [TEXT]: '42', [NUMBER]: '4.5' });
    await edit({ retypeColumn: TEXT, type: 'numbers' });
    await edit({ retypeColumn: NUMBER, type: 'status' });
    const cells = await board.cells(item);
    expect([cells[TEXT], cells[NUMBER]]).toMatchObject([{ value: '"42"' }, { text: null, value: null }]);
    expect(codes(await board.change(item, { [TEXT]: 'many' }))).toEqual(['ColumnValueException']);
  });

  it.each([
    ['email', 'a@b.example', 'a@b.example - a@b.example'],
    ['link', 'https://b.example', 'https://b.example - https://b.example'],
    ['rating', '4', '4'],
    ['email', 'nobody', ''],
    ['link', 'nowhere', ''],
    ['rating', '9', ''],
    ['hour', '08:30', ''],
  ])('converted to %s show "%s" as "%s"', async (type, text, shown) => {
    const item = await board.item('x', { [TEXT]: text });
    await edit({ retypeColumn: TEXT, type });
    expect((await board.cells(item))[TEXT].text).toBe(shown);
  });

  it('of the subitems board are addressed by that board', async () => {
    const parent = await board.item('x');
    await edit({ deleteColumn: 'numeric_mkra7j8e', board: 'subitems' });
    expect(codes(await board.push([subitemField('a0', parent, 'S', { numeric_mkra7j8e: '1' })]))).toEqual([
      'InvalidColumnIdException',
    ]);
    expect((await edit({ deleteColumn: 'numeric_mkra7j8e' })).error).toBe('Column not found: numeric_mkra7j8e');
  });
});

describe('required columns and validation rules', () => {
  it('apply to what the API creates: each violation is reported in the words of the real API', async () => {
    await edit({ column: TEXT, required: true });
    await edit({ column: NUMBER, rule: { atLeast: 5 } });
    const { status, json } = await board.push([
      itemField('a0', 'x', { [NUMBER]: '4' }),
      itemField('a1', 'y', { [NUMBER]: '5', [TEXT]: 'there' }),
    ]);
    expect([status, json.data.a0, json.data.a1.id]).toEqual([200, null, expect.any(String)]);
    expect(json.errors).toMatchObject([
      {
        message: 'data_validation_error',
        path: ['a0'],
        extensions: {
          code: 'DATA_VALIDATIONS_ERROR',
          status_code: 422,
          error_data: [
            { itemId: null, columnIds: [TEXT], message: "'AAG ORDER NUMBER' is required" },
            { itemId: null, columnIds: [NUMBER], message: "'CUSTOMER PRICE' must be at least [5]" },
          ],
        },
      },
    ]);
  });

  it('apply only to the columns that a change names', async () => {
    const item = await board.item('x', { [TEXT]: 'a', [NUMBER]: '4' });
    await edit({ column: TEXT, required: true });
    await edit({ column: NUMBER, rule: { atMost: 3 } });
    const cleared = await board.change(item, { [TEXT]: null });
    expect(cleared.json.errors[0].extensions.error_data).toEqual([
      { itemId: item, columnIds: [TEXT], message: "'AAG ORDER NUMBER' is required" },
    ]);
    expect(codes(await board.change(item, { text_mkr5ej2x: '4755' }))).toEqual([]);
    await edit({ column: NUMBER, rule: null });
    expect(codes(await board.change(item, { [NUMBER]: '9' }))).toEqual([]);
  });

  it.each([
    [TEXT, { contains: 'PO' }, 'x PO 1', 'x'],
    [TEXT, { doesNotContain: 'PO' }, 'x', 'PO 1'],
    [TEXT, { beginsWith: 'PO' }, 'PO 1', 'a PO'],
    [NUMBER, { atLeast: 1, atMost: 2 }, '1.5', '2.5'],
    ['date_mkr5zp5', { notBefore: '2026-01-01', notAfter: '2026-12-31' }, '2026-12-31', '2027-01-01'],
    ['dropdown_mkr518fc', { oneOf: ['RECEIVED', 'ACTIVE'] }, 'ACTIVE', 'CANCELLED'],
  ])('on %s: %j allows %j and not %j', async (column, rule, good, bad) => {
    await edit({ column, rule });
    const written = (value: string) => (column.startsWith('dropdown') ? { labels: [value] } : value);
    expect(codes(await board.push([itemField('a0', 'x', { [column]: written(good) })]))).toEqual([]);
    expect(codes(await board.push([itemField('a0', 'x', { [column]: written(bad) })]))).toEqual([
      'DATA_VALIDATIONS_ERROR',
    ]);
  });

  it('apply to subitems, but not to a planner', async () => {
    const parent = await board.item('x');
    await edit({ column: 'numeric_mkra7j8e', board: 'subitems', required: true });
    expect(codes(await board.push([subitemField('a0', parent, 'S')]))).toEqual(['DATA_VALIDATIONS_ERROR']);
    expect(await edit({ create: { name: 'by hand', subitems: [{ name: 'S' }] } })).toEqual({ id: expect.any(String) });
  });
});

describe('labels', () => {
  it('are added by hand as written: with emoji, with a chosen id, or without a text', async () => {
    await edit({ addLabel: 'HOT 🔥', column: COLOR, id: 0 });
    await edit({ addLabel: null, column: STATUS });
    expect((await settings(COLOR)).labels).toEqual([{ id: 0, label: 'HOT 🔥', is_deactivated: false }]);
    expect((await settings(STATUS)).labels).toContainEqual(expect.objectContaining({ label: null }));
    const item = await board.item('x', { [COLOR]: { ids: [0] } });
    expect((await board.cells(item))[COLOR]).toMatchObject({ text: 'HOT 🔥', value: '{"ids":[0]}' });
  });

  it('can be renamed, and cells show the new text', async () => {
    const item = await board.item('x', { dropdown_mkr518fc: { labels: ['ACTIVE'] } });
    await edit({ renameLabel: 'ACTIVE', to: 'OPEN', column: 'dropdown_mkr518fc' });
    expect((await board.cells(item))['dropdown_mkr518fc'].text).toBe('OPEN');
  });

  it('can be deactivated: cells keep them, new values cannot use them until they are activated', async () => {
    const item = await board.item('x', { [STATUS]: { label: '00 PLANNING' } });
    await edit({ deactivateLabel: '00 PLANNING', column: STATUS });
    expect((await settings(STATUS)).labels).toMatchObject([{ id: 1, is_deactivated: true }]);
    expect((await board.cells(item))[STATUS].text).toBe('00 PLANNING');
    expect(codes(await board.push([itemField('a0', 'y', { [STATUS]: { label: '00 PLANNING' } })]))).toEqual([
      'ColumnValueException',
    ]);
    await edit({ activateLabel: 1, column: STATUS });
    expect(codes(await board.push([itemField('a0', 'y', { [STATUS]: { label: '00 PLANNING' } })]))).toEqual([]);
  });

  it('can be deleted, which empties the cells that have them', async () => {
    const item = await board.item('x', { dropdown_mkr518fc: { labels: ['ACTIVE', 'RECEIVED'] } });
    await edit({ deleteLabel: 'ACTIVE', column: 'dropdown_mkr518fc' });
    expect((await board.cells(item))['dropdown_mkr518fc'].text).toBe('RECEIVED');
    await edit({ deleteLabel: 'RECEIVED', column: 'dropdown_mkr518fc' });
    expect((await board.cells(item))['dropdown_mkr518fc']).toMatchObject({ text: null, value: null });
  });

  it('of a managed column change by hand only', async () => {
    await edit({ column: COLOR, managed: true });
    const shown = await board.ask(`{ boards(ids: [${ITEMS}]) { columns(ids: ["${COLOR}"]) { revision settings } } }`);
    const [{ revision, settings: before }] = shown.json.data.boards[0].columns;
    const variables = { boardId: ITEMS, columnId: COLOR, revision, labels: [{ label: 'RED' }] };
    const refused = await board.push([{ alias: 'a0', operation: 'updateDropdownLabels', variables }]);
    expect(refused.json.errors[0].extensions).toMatchObject({ code: 'INVALID_ARGUMENT_EXCEPTION', status_code: 400 });
    const field = itemField('a1', 'x', { [COLOR]: { labels: ['RED'] } });
    const created = await board.push([{ ...field, variables: { ...field.variables, createLabels: true } }]);
    expect([created.json.data.a1, before]).toEqual([null, { labels: [] }]);
  });
});

describe('the board itself', () => {
  it('is missing for reads and writes while it is archived', async () => {
    const item = await board.item('x');
    await edit({ archiveBoard: true });
    expect((await board.ask(`{ boards(ids: [${ITEMS}]) { id } }`)).json).toMatchObject({ data: { boards: [] } });
    expect(codes(await board.push([itemField('a0', 'y')]))).toEqual(['InvalidBoardIdException']);
    expect(codes(await board.change(item, { [TEXT]: 'a' }))).toEqual(['InvalidBoardIdException']);
    expect((await board.dump()).state).toBe('archived');
    await edit({ restoreBoard: true });
    expect(codes(await board.change(item, { [TEXT]: 'a' }))).toEqual([]);
  });
});

describe('an edit in the middle of a request', () => {
  it('happens just before the field that a script names, and is logged', async () => {
    await board.control('POST', '/_faults', {
      script: [
        { operation: 'create_item', nth: 2, edit: { deleteColumn: TEXT } },
        { operation: 'create_item', nth: 3, edit: { archiveGroup: 'nowhere' } },
      ],
    });
    const { json } = await board.push(['a0', 'a1', 'a2'].map((alias) => itemField(alias, alias, { [TEXT]: 'x' })));
    expect([json.data.a0.id, json.data.a1, json.data.a2]).toEqual([expect.any(String), null, null]);
    const effects = (await board.log())[0].effects;
    expect(effects).toContainEqual({ kind: 'hand.edited', id: TEXT, key: null });
    expect(effects).toContainEqual({ kind: 'hand.refused', id: '', key: 'Group not found: nowhere' });
  });
});

describe('an edit by a planner', () => {
  it('is still there when the board is restarted from its folder', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'board-hand-'));
    const first = await TestBoard.start({ dataDir });
    const item = await first.item('x', { [TEXT]: '1' });
    const edits = [
      { createGroup: 'PLANNED' },
      { renameGroup: 'topics', title: 'OLD' },
      { retypeColumn: TEXT, type: 'numbers' },
      { deleteColumn: NUMBER },
      { column: COLOR, required: true, rule: { oneOf: ['RED'] } },
      { addLabel: 'RED', column: COLOR },
      { deactivateLabel: 'RED', column: COLOR },
      { archive: item },
      { archiveBoard: true },
    ];
    for (const each of edits) expect((await first.control('POST', '/_edit', each)).status).toBe(200);
    const before = await first.dump();
    await first.close();
    const second = await TestBoard.start({ dataDir });
    expect(await second.dump()).toEqual(before);
    await second.close();
    rmSync(dataDir, { recursive: true });
  });
});
