import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ITEMS, itemField, SUBITEMS, subitemField, TestBoard } from './board.js';

let board: TestBoard;
beforeAll(async () => {
  board = await TestBoard.start();
});
afterAll(() => board.close());

const create = async (args: string) => {
  const { json } = await board.ask(`mutation { create_item(board_id: ${ITEMS}, ${args}) { id group { id } } }`);
  return json.data.create_item;
};
const names = async (groupId: string): Promise<string[]> => {
  const items: { groupId: string; name: string }[] = (await board.dump()).items;
  return items.filter((item) => item.groupId === groupId).map((item) => item.name);
};
const group = async (title: string, args = ''): Promise<string> => {
  const query = `mutation { create_group(board_id: ${ITEMS}, group_name: "${title}"${args}) { id } }`;
  return (await board.ask(query)).json.data.create_group.id;
};
const titles = async (): Promise<string[]> => (await board.dump()).groups.map((each: { title: string }) => each.title);

describe('5. boards', () => {
  it('are two, each with its own columns, linked by the subtasks column', async () => {
    const query = `{ boards(ids: [${ITEMS}, ${SUBITEMS}]) { id state hierarchy_type type items_limit groups { id }
      columns { id type archived revision settings } } }`;
    const [items, subitems] = (await board.ask(query)).json.data.boards;
    expect(items).toMatchObject({ state: 'active', hierarchy_type: 'classic', type: 'board', items_limit: 10_000 });
    expect(items.groups).toEqual([{ id: 'topics' }]);
    const ids = items.columns.map((column: { id: string }) => column.id);
    expect(ids).toEqual(
      expect.arrayContaining(['line_key', 'dropdown_mkr5tgaa', 'lookup_mkrbrdr1', 'numeric_mksfr0r2']),
    );
    const subtasks = items.columns.find((column: { type: string }) => column.type === 'subtasks');
    expect(subtasks.settings).toEqual({ boardIds: [Number(SUBITEMS)] });
    expect(subitems.type).toBe('sub_items_board');
    expect(subitems.columns.map((column: { id: string }) => column.id)).toContain('numeric_mkra7j8e');
  });

  it('know the labels of the account, and its superseded columns as archived', async () => {
    const { json } = await board.ask(`{ boards(ids: [${ITEMS}]) { columns { id archived settings } } }`);
    const columns = new Map<string, { archived: boolean; settings: { labels?: { id: number; label: string }[] } }>(
      json.data.boards[0].columns.map((column: { id: string }) => [column.id, column]),
    );
    const labels = (id: string) => columns.get(id)?.settings.labels ?? [];
    expect(labels('dropdown_mkr518fc')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 1, label: 'RECEIVED' }),
        expect.objectContaining({ id: 4, label: 'FORECAST' }),
      ]),
    );
    expect(labels('dropdown_mkr542p2')).toHaveLength(52);
    expect(columns.get('text_mkr5kyf4')?.archived).toBe(true);
  });

  it('give growing decimal ids', async () => {
    const [one, other] = [await board.item('one'), await board.item('other')];
    expect(one).toMatch(/^\d+$/);
    expect(Number(other)).toBeGreaterThan(Number(one));
  });
});

describe('6. names', () => {
  it('of items and groups may repeat', async () => {
    expect(await board.item('twin')).not.toBe(await board.item('twin'));
    expect(await group('TWIN')).not.toBe(await group('TWIN'));
  });
});

describe('7. places', () => {
  it('an item without a group goes into the first active one', async () => {
    const [first] = (await board.dump()).groups;
    expect((await create('item_name: "somewhere"')).group.id).toBe(first.id);
  });

  it('items go to the bottom, to the top, before or after another', async () => {
    const id = await group('PLACES');
    const b = await create(`item_name: "b", group_id: "${id}"`);
    await create(`item_name: "d", group_id: "${id}", position_relative_method: before_at`);
    await create(`item_name: "a", group_id: "${id}", position_relative_method: after_at`);
    await create(`item_name: "c", group_id: "${id}", position_relative_method: after_at, relative_to: ${b.id}`);
    expect(await names(id)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('groups go to the top or to the bottom', async () => {
    await group('BOTTOM', ', position_relative_method: before_at');
    await group('TOP', ', position_relative_method: after_at');
    const all = await titles();
    expect([all[0], all.at(-1)]).toEqual(['TOP', 'BOTTOM']);
    expect(
      (await board.ask(`{ boards(ids: [${ITEMS}]) { top_group { title } } }`)).json.data.boards[0].top_group,
    ).toEqual({
      title: 'TOP',
    });
  });

  it('an unknown group is refused', async () => {
    const { json } = await board.ask(
      `mutation { create_item(board_id: ${ITEMS}, item_name: "x", group_id: "gone") { id } }`,
    );
    expect(json.errors[0].extensions.code).toBe('ResourceNotFoundException');
  });
});

describe('8. create_subitem', () => {
  it('creates the subitem on the subitems board, under its parent, with the columns of that board', async () => {
    const parent = await board.item('parent');
    const id = await board.subitem(parent, 'Size S', { numeric_mkra7j8e: '12' });
    const { json } = await board.ask(`{ items(ids: [${id}]) { board { id } group { id } parent_item { id } } }`);
    expect(json.data.items[0]).toEqual({
      board: { id: SUBITEMS },
      group: { id: 'topics' },
      parent_item: { id: parent },
    });
  });

  it('refuses an unknown parent, the columns of the parent, and too many', async () => {
    const parent = await board.item('full');
    const codeOf = async (parentId: string, values: Record<string, unknown> = {}) =>
      (await board.push([subitemField('a0', parentId, 'S', values)])).json.errors?.[0].extensions.code;
    expect(await codeOf('17')).toBe('InvalidItemIdException');
    expect(await codeOf(parent, { text_mkr5wya6: 'x' })).toBe('InvalidColumnIdException');
    await board.limits({ subitemsLimit: 1 });
    expect(await codeOf(parent)).toBeUndefined();
    expect(await codeOf(parent)).toBe('SubitemsLimitationException');
    await board.limits({ subitemsLimit: 100 });
  });

  it('refuses a board without a subitems column', async () => {
    const bare = await TestBoard.start();
    const { state } = bare.board.account.store;
    const column = state.column(ITEMS, 'subtasks_mkr5c0kp');
    bare.board.account.store.commit({
      type: 'column',
      boardId: ITEMS,
      column: { ...column, archived: true },
      after: null,
    });
    const parent = await bare.item('parent');
    const { json } = await bare.push([subitemField('a0', parent, 'S')]);
    expect(json.errors[0].extensions.code).toBe('NoSubitemsColumnInThisBoard');
    await bare.close();
  });
});

describe('9. archiving and deleting', () => {
  it('includes the subitems, hides items from pages, and may be repeated', async () => {
    for (const mutation of ['archive_item', 'delete_item']) {
      const key = `hidden-${mutation}`;
      const id = await board.item('to hide', { line_key: key });
      await board.subitem(id, 'S', { line_key: `${key}|S` });
      for (let times = 0; times < 2; times += 1) {
        const { json } = await board.ask(`mutation { ${mutation}(item_id: ${id}) { id } }`);
        expect(json.data[mutation]).toEqual({ id });
      }
      expect(await board.idsByKey(key)).toEqual([]);
      expect(await board.idsByKey(`${key}|S`, SUBITEMS)).toEqual([]);
      const state = mutation === 'archive_item' ? 'archived' : 'deleted';
      const kept = (await board.dump()).items.find((item: { id: string }) => item.id === id);
      expect(kept).toMatchObject({ state, subitems: [{ state }] });
      expect((await board.ask(`{ items(ids: [${id}]) { state } }`)).json.data.items).toEqual([{ state }]);
      expect((await board.ask(`{ items(ids: [${id}], exclude_nonactive: true) { id } }`)).json.data.items).toEqual([]);
    }
  });

  it('moves an item to a group, and refuses to write to one that is archived', async () => {
    const id = await board.item('mover');
    const target = await group('TARGET');
    await board.ask(`mutation { move_item_to_group(item_id: ${id}, group_id: "${target}") { id } }`);
    expect(await names(target)).toEqual(['mover']);
    await board.control('POST', '/_edit', { archive: id });
    expect((await board.change(id, { line_key: 'x' })).json.errors[0].extensions.code).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe('9. deleting groups and columns', () => {
  it('deletes a group with its items, but not the last group', async () => {
    const own = await TestBoard.start();
    const made = await own.ask(`mutation { create_group(board_id: ${ITEMS}, group_name: "GOES") { id } }`);
    const id = made.json.data.create_group.id;
    const inside = await own.ask(
      `mutation { create_item(board_id: ${ITEMS}, group_id: "${id}", item_name: "in it") { id } }`,
    );
    const remove = (group: string) =>
      own.ask(`mutation { delete_group(board_id: ${ITEMS}, group_id: "${group}") { id deleted } }`);
    expect((await remove(id)).json.data.delete_group).toEqual({ id, deleted: true });
    const { groups } = (await own.ask(`{ boards(ids: [${ITEMS}]) { groups { id } } }`)).json.data.boards[0];
    expect(groups).toEqual([{ id: 'topics' }]);
    const item = inside.json.data.create_item.id;
    expect((await own.ask(`{ items(ids: [${item}]) { state } }`)).json.data.items).toEqual([{ state: 'deleted' }]);
    expect((await remove('topics')).json.errors[0].extensions.code).toBe('DeleteLastGroupException');
    await own.close();
  });

  it('deletes a column, whose id stays reserved', async () => {
    const own = await TestBoard.start();
    const make = () =>
      own.ask(`mutation { create_column(board_id: ${ITEMS}, id: "goes", title: "G", column_type: text) { id } }`);
    await make();
    const { json } = await own.ask(`mutation { delete_column(board_id: ${ITEMS}, column_id: "goes") { id } }`);
    expect(json.data.delete_column).toEqual({ id: 'goes' });
    const { columns } = (await own.ask(`{ boards(ids: [${ITEMS}]) { columns(ids: ["goes"]) { id } } }`)).json.data
      .boards[0];
    expect(columns).toEqual([]);
    expect((await make()).json.errors[0].extensions.code).toBe('InvalidArgumentException');
    await own.close();
  });
});

describe('10. sizes', () => {
  it('refuses an item beyond the limit of the board', async () => {
    const full = await TestBoard.start();
    await full.limits({ itemsLimit: 1 });
    const { json } = await full.push([itemField('a0', 'x'), itemField('a1', 'y')]);
    expect(json.errors).toMatchObject([{ path: ['a1'], extensions: { code: 'ItemsLimitationException' } }]);
    await full.close();
  });

  it('refuses names that are too long or empty, and long texts over 2,000 characters', async () => {
    const codeOf = async (name: string, values = {}) =>
      (await board.push([itemField('a0', name, values)])).json.errors?.[0].extensions.code;
    expect(await codeOf('x'.repeat(255))).toBeUndefined();
    expect(await codeOf('x'.repeat(256))).toBe('ItemNameTooLongException');
    expect(await codeOf('')).toBe('InvalidArgumentException');
    expect(await codeOf('x', { long_text_mkr5hass: 'x'.repeat(2000) })).toBeUndefined();
    expect(await codeOf('x', { long_text_mkr5hass: 'x'.repeat(2001) })).toBe('ColumnValueException');
    const texts = Object.fromEntries(['text_mkr5wya6', 'text_mkr5ej2x'].map((id) => [id, 'x'.repeat(40_000)]));
    expect(await codeOf('x', texts)).toBe('ColumnValueException');
  });
});
