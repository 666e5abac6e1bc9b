import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ITEMS, TestBoard } from '../../local/board/board.js';
import { probeBoard } from './probing.js';

const OWN = 'order of people';
const MADE = 'customer-orders probe 0000aaaa, made the subitems column';
const SUBITEMS_COLUMN = 'subtasks_mkr5c0kp';

let board: TestBoard;
beforeEach(async () => {
  board = await TestBoard.start({ limits: 'raised' });
});
afterEach(() => board.close());

async function makeGroup(title: string): Promise<string> {
  const mutation = `mutation ($board: ID!, $title: String!) {
    create_group(board_id: $board, group_name: $title, position_relative_method: before_at) { id } }`;
  return (await board.ask(mutation, { board: ITEMS, title })).json.data.create_group.id;
}

async function makeItems(groupId: string, names: readonly string[]): Promise<string[]> {
  const fields = names.map((name, place) => ({
    alias: `item${place}`,
    operation: 'createItem' as const,
    variables: { boardId: ITEMS, groupId, name, columnValues: '{}' },
  }));
  const { json } = await board.push(fields);
  return fields.map(({ alias }) => json.data[alias].id);
}

/** What the clean-up answers, or why it does not end well. */
function cleanUp(): Promise<unknown> {
  return probeBoard(board.board.url, { cleanUp: true }).then(({ outcome }) => outcome.outputs, String);
}

const isActive = ({ state }: { state: string }): boolean => state === 'active';

async function activeNames(): Promise<string[]> {
  return (await board.dump()).items.filter(isActive).map(({ name }: { name: string }) => name);
}

async function activeGroups(): Promise<string[]> {
  return (await board.dump()).groups.filter(isActive).map(({ title }: { title: string }) => title);
}

const hasSubitemsColumn = (): boolean => board.board.account.store.state.board(ITEMS).columns.has(SUBITEMS_COLUMN);

describe('the clean-up of a probe that was killed', () => {
  it("leaves a group alone that holds somebody's own item on the second page of the board", async () => {
    const names = Array.from({ length: 40 }, (_, place) => `own ${place}`);
    for (let page = 0; page < 13; page++) await makeItems('topics', names);
    await makeItems(await makeGroup('customer-orders probe 0000aaaa'), [OWN, 'probe item']);
    expect(await cleanUp()).toContain("move what is not the probe's out of its groups");
    expect(await activeNames()).toContain(OWN);
    expect(await activeGroups()).toContain('customer-orders probe 0000aaaa');
  });

  it('keeps the subitems column that a probe made as soon as an item of people has subitems', async () => {
    await makeGroup('customer-orders probe 0000aaaa');
    const [mine = ''] = await makeItems(await makeGroup(MADE), ['probe item']);
    await board.subitem(mine, 'probe subitem');
    const theirs = await board.item(OWN);
    await board.subitem(theirs, 'size of people');
    expect(await cleanUp()).toContain('items of people have subitems in it by now');
    expect(hasSubitemsColumn()).toBe(true);
    const { json } = await board.ask('query ($ids: [ID!]) { items(ids: $ids) { subitems { name } } }', {
      ids: [theirs],
    });
    expect(json.data.items[0].subitems).toEqual([{ name: 'size of people' }]);
    expect(await activeGroups()).toContain(MADE);
    expect(await activeGroups()).not.toContain('customer-orders probe 0000aaaa');
  });

  it('deletes the subitems column that a probe made if only its own items have subitems', async () => {
    const [mine = ''] = await makeItems(await makeGroup(MADE), ['probe item']);
    await board.subitem(mine, 'probe subitem');
    await board.item(OWN);
    expect(await cleanUp()).toMatchObject({ deleted: 2 });
    expect(hasSubitemsColumn()).toBe(false);
    expect(await activeNames()).toEqual([OWN]);
  });
});
