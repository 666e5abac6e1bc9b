import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, ClientError } from '@mondaydotcomorg/api';
import { ITEMS, SUBITEMS, TestBoard } from './board.js';

let board: TestBoard;
let client: ApiClient;
beforeAll(async () => {
  board = await TestBoard.start();
  client = new ApiClient({ token: 'token', apiVersion: '2026-10', endpoint: `${board.board.url}/v2` });
});
afterAll(() => board.close());

const TEXT = 'text_mkr5wya6';
const NUMBER = 'numeric_mkr5cact';
const create = async (name: string): Promise<string> => {
  const { create_item } = await client.operations.createItemOp({ boardId: ITEMS, groupId: 'topics', itemName: name });
  return create_item?.id ?? '';
};
const text = async (item: string, column: string) => (await board.cells(item))[column].text;

describe("each operation of monday.com's own client", () => {
  it('getMeOp', async () => {
    expect((await client.operations.getMeOp()).me).toEqual({
      id: '1',
      name: 'Customer orders',
      email: 'orders@example.com',
    });
  });

  it('createItemOp', async () => {
    const { create_item } = await client.operations.createItemOp({
      boardId: ITEMS,
      groupId: 'topics',
      itemName: 'made by the client',
    });
    expect(create_item).toEqual({ id: expect.stringMatching(/^\d+$/), name: 'made by the client' });
  });

  it('changeSimpleColumnValueOp', async () => {
    const itemId = await create('simple');
    await client.operations.changeSimpleColumnValueOp({ boardId: ITEMS, itemId, columnId: NUMBER, value: '4.5' });
    expect(await text(itemId, NUMBER)).toBe('4.5');
  });

  it('changeColumnValueOp', async () => {
    const itemId = await create('one column');
    const value = JSON.stringify({ labels: ['ACTIVE'] });
    await client.operations.changeColumnValueOp({ boardId: ITEMS, itemId, columnId: 'dropdown_mkr518fc', value });
    expect(await text(itemId, 'dropdown_mkr518fc')).toBe('ACTIVE');
  });

  it('changeMultipleColumnValuesOp', async () => {
    const itemId = await create('several columns');
    const columnValues = JSON.stringify({ [TEXT]: '4755', [NUMBER]: '9' });
    const { change_multiple_column_values: changed } = await client.operations.changeMultipleColumnValuesOp({
      boardId: ITEMS,
      itemId,
      columnValues,
    });
    expect(changed?.column_values).toContainEqual({ id: TEXT, value: '"4755"' });
  });

  it('getBoardItemsOp and getBoardGroupsOp', async () => {
    const { boards } = await client.operations.getBoardItemsOp({ ids: [ITEMS] });
    expect(boards?.[0]?.items_page.items.map(({ name }) => name)).toContain('several columns');
    const { boards: withGroups } = await client.operations.getBoardGroupsOp({ ids: [ITEMS] });
    expect(withGroups?.[0]?.groups).toEqual([{ id: 'topics', title: 'Group Title' }]);
  });

  it('is tested here', () => {
    expect(Object.keys(client.operations).sort()).toEqual([
      'changeColumnValueOp',
      'changeMultipleColumnValuesOp',
      'changeSimpleColumnValueOp',
      'createItemOp',
      'getBoardGroupsOp',
      'getBoardItemsOp',
      'getMeOp',
    ]);
  });
});

describe("requests of monday.com's own client", () => {
  it('return partial data together with errors', async () => {
    const query = `mutation { a: create_item(board_id: ${ITEMS}, item_name: "kept") { id }
      b: create_item(board_id: ${ITEMS}, item_name: "") { id } }`;
    const error = await client.rawRequest(query).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClientError);
    const { data, errors } = (error as ClientError).response;
    expect([data, errors?.[0]?.path]).toEqual([{ a: { id: expect.any(String) }, b: null }, ['b']]);
  });

  it('create subitems and read them below their parent', async () => {
    const parent = await create('parent');
    const query = 'mutation ($p: ID!) { create_subitem(parent_item_id: $p, item_name: "S") { board { id } } }';
    expect(await client.request(query, { p: parent })).toEqual({ create_subitem: { board: { id: SUBITEMS } } });
    const read = await client.request('query ($p: ID!) { items(ids: [$p]) { subitems { name } } }', { p: parent });
    expect(read).toEqual({ items: [{ subitems: [{ name: 'S' }] }] });
  });

  it.each([
    ['recorded:not-authenticated', 401],
    ['recorded:minute-rate', 429],
    ['recorded:html-502', 502],
    ['recorded:internal-500', 500],
  ])('are refused with %s and its recorded status', async (fault, status) => {
    await board.control('POST', '/_faults', { script: [{ operation: 'me', nth: 1, fault }] });
    const error = await client.operations.getMeOp().catch((thrown: unknown) => thrown);
    expect((error as ClientError).response.status).toBe(status);
  });

  it('end after their own timeout if no answer comes', async () => {
    await board.control('POST', '/_faults', { script: [{ operation: 'me', nth: 1, fault: 'hang' }] });
    await expect(client.request('{ me { id } }', {}, { timeoutMs: 50 })).rejects.toThrow('aborted');
  });
});
