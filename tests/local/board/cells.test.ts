import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BoardClock } from '../../../local/board/clock.js';
import { ITEMS, itemField, SUBITEMS, TestBoard } from './board.js';

let board: TestBoard;
let clock: BoardClock;
beforeEach(async () => {
  clock = new BoardClock({ mode: 'fake', start: new Date('2026-11-23T10:00:00.750Z') });
  board = await TestBoard.start({ clock });
});
afterEach(() => board.close());

const STATUS = 'color_mkr5j5pp';
const DROPDOWN = 'dropdown_mkr518fc';
const DATE = 'date_mkr5zp5';
const NOW = '2026-11-23T10:00:00.750Z';
const cellValue = async (item: string, column: string) => JSON.parse((await board.cells(item))[column].value);
const edit = (body: unknown) => board.control('POST', '/_edit', body);

describe('the value of a cell', () => {
  it('has no time of change when set at creation, and has one when changed', async () => {
    const item = await board.item('x', { [STATUS]: { index: 1 }, [DROPDOWN]: { ids: [3] } });
    expect([await cellValue(item, STATUS), await cellValue(item, DROPDOWN)]).toEqual([{ index: 1 }, { ids: [3] }]);
    await board.change(item, { [STATUS]: { index: 1 }, [DROPDOWN]: { ids: [3] } });
    expect([await cellValue(item, STATUS), await cellValue(item, DROPDOWN)]).toEqual([
      { index: 1, post_id: null, changed_at: NOW },
      { ids: [3], changed_at: NOW, override_all_ids: 'true' },
    ]);
  });

  it('of a date has an icon, and a time only if one is set', async () => {
    const item = await board.item('x', { [DATE]: { date: '2026-11-23' } });
    expect(await cellValue(item, DATE)).toEqual({ date: '2026-11-23', icon: null, changed_at: NOW });
    await board.change(item, { [DATE]: { date: '2026-11-23', time: '21:30:00' } });
    expect((await cellValue(item, DATE)).time).toBe('21:30:00');
  });

  it('of a dropdown stays empty when given the value of a status, without an error', async () => {
    const item = await board.item('x', { [DROPDOWN]: { label: 'ACTIVE' } });
    expect((await board.cells(item))[DROPDOWN]).toMatchObject({ text: null, value: null });
  });

  it('of a relation is silently dropped at creation', async () => {
    const { json } = await board.push([itemField('a0', 'x', { board_relation_mkr5cer8: { item_ids: [1] } })]);
    expect(json.errors).toBeUndefined();
    expect((await board.cells(json.data.a0.id))['board_relation_mkr5cer8']).toMatchObject({ text: null, value: null });
  });

  it('of numbers has the decimal places of its column', async () => {
    const item = await board.item('x', { numeric_mkr5cact: '4.5' });
    const create = `mutation { create_column(board_id: ${ITEMS}, id: "price_2", title: "Price", column_type: numbers, defaults: "{\\"unit\\":{\\"precision\\":2}}") { id } }`;
    expect((await board.ask(create)).json.errors).toBeUndefined();
    await board.change(item, { price_2: '4.5' });
    expect((await board.cells(item))['price_2']).toMatchObject({ text: '4.50', value: '"4.50"' });
  });
});

describe('times', () => {
  it("of a date cell are in UTC in its value, and in the user's zone in its text, which may be another day", async () => {
    await board.limits({ userZoneMinutes: 180 });
    const item = await board.item('x', { [DATE]: { date: '2026-07-27', time: '21:30:00' } });
    const cells = await board.cells(item, '... on DateValue { date time }');
    expect(cells[DATE]).toMatchObject({ text: '2026-07-28 00:30', date: '2026-07-28', time: '00:30' });
    expect(await cellValue(item, DATE)).toMatchObject({ date: '2026-07-27', time: '21:30:00' });
    await board.change(item, { [DATE]: { date: '2026-07-27' } });
    expect((await board.cells(item))[DATE].text).toBe('2026-07-27');
  });

  it('of items are whole seconds', async () => {
    const item = await board.item('x');
    const { json } = await board.ask(`{ items(ids: [${item}]) { created_at updated_at } }`);
    expect(json.data.items[0]).toEqual({ created_at: '2026-11-23T10:00:00Z', updated_at: '2026-11-23T10:00:00Z' });
  });
});

describe('an empty status cell', () => {
  it('shows the text of label 5: only value and index show that it is empty', async () => {
    const item = await board.item('x');
    const status = async () => (await board.cells(item, '... on StatusValue { index label }'))[STATUS];
    expect(await status()).toMatchObject({ text: null, value: null, index: null, label: null });
    await edit({ addLabel: 'Not Started', column: STATUS, id: 5 });
    expect(await status()).toMatchObject({ text: 'Not Started', value: null, index: null, label: 'Not Started' });
    await edit({ renameLabel: 5, to: '', column: STATUS });
    expect((await status()).text).toBeNull();
  });

  it('differs from a cell that has a label without a text', async () => {
    await edit({ addLabel: null, column: STATUS, id: 5 });
    const item = await board.item('x', { [STATUS]: { index: 5 } });
    expect((await board.cells(item))[STATUS]).toMatchObject({ text: null, value: '{"index":5}' });
  });
});

describe('names', () => {
  it.each([
    ['<b>PO</b> 4755', 'PO 4755'],
    ['SIZE <40 & >30', 'SIZE <40 & >30'],
    ['— ’₱⊕≈ 🔥', '— ’₱⊕≈ 🔥'],
  ])('%j is kept as %j', async (sent, kept) => {
    const item = await board.item(sent);
    expect((await board.ask(`{ items(ids: [${item}]) { name } }`)).json.data.items).toEqual([{ name: kept }]);
    await board.change(item, { name: sent });
    expect((await board.ask(`{ items(ids: [${item}]) { name } }`)).json.data.items).toEqual([{ name: kept }]);
  });

  it('have at most 255 UTF-16 units, tags not counted', async () => {
    const create = async (name: string) => (await board.push([itemField('a0', name)])).json.errors?.[0].extensions.code;
    expect(await create('🔥'.repeat(128))).toBe('ItemNameTooLongException');
    expect(await create(`<b>${'x'.repeat(255)}</b>`)).toBeUndefined();
    expect(await create('<b></b>')).toBe('InvalidArgumentException');
  });
});

describe('ids', () => {
  it.each([
    ['line_key_2', undefined],
    ['_x', undefined],
    ['a'.repeat(24), undefined],
    ['a'.repeat(25), 'InvalidArgumentException'],
    ['2_key', 'InvalidArgumentException'],
    ['Key', 'InvalidArgumentException'],
    ['line-key', 'InvalidArgumentException'],
    ['', 'InvalidArgumentException'],
  ])('of a column may be %j: %s', async (id, code) => {
    const variables = { boardId: ITEMS, id, title: 'x', type: 'text' };
    const { json } = await board.push([{ alias: 'a0', operation: 'createColumn', variables }]);
    expect(json.errors?.[0].extensions.code).toBe(code);
  });

  it('of a column may be absent, but not null', async () => {
    const create = (id: string) =>
      board.ask(`mutation { create_column(${id} board_id: ${ITEMS}, title: "x", column_type: text) { id } }`);
    expect((await create('')).json.data.create_column.id).toMatch(/^text_/);
    expect((await create('id: null,')).json.errors[0].extensions.code).toBe('InvalidArgumentException');
  });

  it('of the subitems board are numbers in settings; the group of a subitem is called topics', async () => {
    const parent = await board.item('x');
    const subitem = await board.subitem(parent, 'S');
    const { json } = await board.ask(
      `{ boards(ids: [${ITEMS}]) { columns(types: [subtasks]) { settings settings_str } } items(ids: [${subitem}]) { group { id } } }`,
    );
    const [{ settings, settings_str }] = json.data.boards[0].columns;
    expect([settings, JSON.parse(settings_str)]).toEqual([
      { boardIds: [Number(SUBITEMS)] },
      { boardIds: [Number(SUBITEMS)] },
    ]);
    expect(json.data.items).toEqual([{ group: { id: 'topics' } }]);
  });
});

describe('the state of subitems below their parent', () => {
  it('fails the whole request for certain subitems, which can be read by their ids', async () => {
    const parent = await board.item('x');
    const [one, other] = [await board.subitem(parent, 'S'), await board.subitem(parent, 'M')];
    const ask = async (query: string) => {
      const { status, json } = await board.ask(query);
      return { status, data: json.data, code: json.errors?.[0].extensions.code };
    };
    await board.limits({ nestedStateFails: 2 });
    expect(await ask(`{ items(ids: [${parent}]) { subitems { id state } } }`)).toEqual({
      status: 200,
      data: null,
      code: 'INTERNAL_SERVER_ERROR',
    });
    expect((await ask(`{ items(ids: [${parent}]) { subitems { id } } }`)).data.items[0].subitems).toHaveLength(2);
    expect((await ask(`{ items(ids: [${one}, ${other}]) { state } }`)).data.items).toHaveLength(2);
  });
});

describe('filters', () => {
  const found = async (column: string, compared: string) => {
    const rule = `{ column_id: "${column}", compare_value: ${compared} }`;
    const { json } = await board.ask(
      `{ boards(ids: [${ITEMS}]) { items_page(query_params: { rules: [${rule}] }) { items { name } } } }`,
    );
    return json.errors ?? json.data.boards[0].items_page.items.map((item: { name: string }) => item.name);
  };

  it('need the ids of labels as numbers: a text, or a date without its keyword, matches nothing and is not an error', async () => {
    await board.item('x', { [DROPDOWN]: { ids: [3] }, [DATE]: '2026-11-23' });
    expect(await found(DROPDOWN, '[3]')).toEqual(['x']);
    expect(await found(DROPDOWN, '["3"]')).toEqual([]);
    expect(await found(DROPDOWN, '["ACTIVE"]')).toEqual([]);
    expect(await found(DATE, '["EXACT", "2026-11-23"]')).toEqual(['x']);
    expect(await found(DATE, '["2026-11-23"]')).toEqual([]);
  });
});

describe('what does not exist', () => {
  it('is left out of the list: items and boards with unknown ids', async () => {
    expect((await board.ask('{ items(ids: [17]) { id } boards(ids: [17]) { id } }')).json).toMatchObject({
      data: { items: [], boards: [] },
    });
  });
});
