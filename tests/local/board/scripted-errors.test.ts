import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ITEMS, itemField, subitemField, TestBoard } from './board.js';

let board: TestBoard;
beforeEach(async () => {
  board = await TestBoard.start();
});
afterEach(() => board.close());

const script = (...entries: Record<string, unknown>[]) => board.control('POST', '/_faults', { script: entries });
const push = (count: number) =>
  board.push(Array.from({ length: count }, (_, i) => itemField(`a${i}`, `item ${i}`, { line_key: `key-${i}` })));
const names = async () => (await board.dump()).items.map((item: { name: string }) => item.name);

describe('an error of one field', () => {
  it('has any code, and leaves the other fields of the request alone', async () => {
    await script({ operation: 'create_item', nth: 2, fault: 'error:SOMETHING_NEW@field', status_code: 422 });
    const { status, json } = await push(3);
    expect([status, json.data.a1, json.data.a2.id]).toEqual([200, null, expect.any(String)]);
    expect(json.errors).toEqual([
      {
        message: 'SOMETHING_NEW',
        locations: expect.any(Array),
        path: ['a1'],
        extensions: { code: 'SOMETHING_NEW', status_code: 422 },
      },
    ]);
    expect(await names()).toEqual(['item 0', 'item 2']);
  });

  it('has the message, error_data and further extensions of the script', async () => {
    const error_data = [{ itemId: null, columnIds: ['text'], message: "'text' is required" }];
    await script({
      operation: 'create_item',
      fault: 'error:DATA_VALIDATIONS_ERROR',
      message: 'data_validation_error',
      error_data,
      extensions: { service: 'monolith' },
    });
    const { json } = await push(1);
    expect(json.errors[0]).toMatchObject({
      message: 'data_validation_error',
      extensions: { code: 'DATA_VALIDATIONS_ERROR', status_code: 422, error_data, service: 'monolith' },
    });
  });

  it('may lack a message, a code and a status_code', async () => {
    const bare = { message: null, status_code: null, extensions: { code: null } };
    await script({ operation: 'create_item', fault: 'error:NONE@field', ...bare });
    const { json } = await push(1);
    expect(Object.keys(json.errors[0]).sort()).toEqual(['locations', 'path']);
  });

  it('has the HTTP status of the script when no other field has data', async () => {
    await script({ operation: 'create_item', nth: 1, fault: 'error:USER_UNAUTHORIZED@field', http: 403 });
    expect((await push(1)).status).toBe(403);
    await script({ operation: 'create_item', nth: 1, fault: 'error:USER_UNAUTHORIZED@field', http: 403 });
    expect((await push(2)).status).toBe(200);
  });

  it('may be answered although the field is carried out', async () => {
    await script({ operation: 'create_item', fault: 'error:INTERNAL_SERVER_ERROR@field', after: true });
    const { json } = await push(1);
    expect([json.data.a0, await names()]).toEqual([null, ['item 0']]);
  });

  it('hits several fields of one request, each with its own error', async () => {
    await script(
      { operation: 'create_item', nth: 1, fault: 'error:ONE@field' },
      { operation: 'create_item', nth: 3, fault: 'error:THREE@field' },
    );
    const { json } = await push(3);
    const told = json.errors.map((error: { path: string[]; extensions: { code: string } }) => [
      error.path[0],
      error.extensions.code,
    ]);
    expect(told).toEqual([
      ['a0', 'ONE'],
      ['a2', 'THREE'],
    ]);
  });

  it('can have a rate', async () => {
    await board.control('POST', '/_faults', { seed: 3, rates: { 'error:SOMETHING_NEW@field': 1 } });
    expect((await push(3)).json.errors).toHaveLength(1);
  });

  it('hits a place below a field of a query, and leaves the rest of the answer', async () => {
    const query = `{ boards(ids: [${ITEMS}]) { id columns { id } groups { id } } }`;
    await script({ operation: 'boards', fault: 'error:tooManyRequests', below: ['columns'] });
    const everywhere = (await board.ask(query)).json;
    await script({ operation: 'boards', fault: 'error:USER_UNAUTHORIZED', below: [0] });
    const place = (await board.ask(query)).json;
    expect([everywhere.data.boards[0].columns, everywhere.data.boards[0].groups.length]).toEqual([null, 1]);
    expect(everywhere.errors).toMatchObject([{ path: ['boards', 0, 'columns'], extensions: { status_code: 400 } }]);
    expect([place.data.boards, place.errors[0].path]).toEqual([[null], ['boards', 0]]);
  });

  it('hits a place below a field of a mutation, which is carried out and answered with null', async () => {
    await script({ operation: 'create_item', nth: 1, fault: 'error:tooManyRequests', below: ['id'] });
    const { data, errors } = (await push(2)).json;
    expect([data.a0, data.a1.id]).toEqual([null, expect.any(String)]);
    expect(errors).toMatchObject([{ path: ['a0', 'id'], extensions: { code: 'tooManyRequests' } }]);
    expect(await names()).toEqual(['item 0', 'item 1']);
  });
});

describe('an error of the whole request', () => {
  it('has any code of the script, before any effect or after all of them', async () => {
    await script({ operation: 'create_item', nth: 1, fault: 'error:SOMETHING_NEW@request', http: 422, message: 'no' });
    const before = await push(2);
    expect([before.status, before.json.errors[0].message, await names()]).toEqual([422, 'no', []]);
    await script({ operation: 'create_item', nth: 1, fault: 'error:TIMEOUT_EXCEEDED', after: true });
    const after = await push(2);
    expect([after.status, after.json.data, await names()]).toEqual([503, undefined, ['item 0', 'item 1']]);
  });
});

describe('a refusal of one value', () => {
  it('of a group, by its title', async () => {
    await script({ operation: 'create_group', value: 'NEW ONE', fault: 'error:InvalidArgumentException' });
    const group = (alias: string, title: string) =>
      ({ alias, operation: 'createGroup', variables: { boardId: ITEMS, title } }) as const;
    for (const time of [1, 2]) {
      const { json } = await board.push([group('a0', 'NEW ONE'), group('a1', `OTHER ${time}`)]);
      expect([json.data.a0, json.data.a1.title]).toEqual([null, `OTHER ${time}`]);
    }
  });

  it('of a value of a column, wherever it occurs in the values', async () => {
    await script({ operation: 'create_item', value: 'POISON', fault: 'error:ColumnValueException' });
    const { json } = await board.push([
      itemField('a0', 'x', { text_mkr5wya6: 'POISON IVY' }),
      itemField('a1', 'x', { text_mkr5wya6: 'POISON' }),
      itemField('a2', 'x', { dropdown_mkr5677f: { labels: ['RED', 'POISON'] } }),
    ]);
    expect([json.data.a0 !== null, json.data.a1, json.errors[1].path]).toEqual([true, null, ['a2']]);
  });

  it('of a label in a list of labels', async () => {
    await script({ operation: 'update_dropdown_column', value: 'POISON', fault: 'error:INVALID_INPUT' });
    const columnId = 'dropdown_mkr5677f';
    const shape = await board.ask(`{ boards(ids: [${ITEMS}]) { columns(ids: ["${columnId}"]) { revision } } }`);
    const [{ revision }] = shape.json.data.boards[0].columns;
    const labels = (...texts: string[]) => {
      const variables = { boardId: ITEMS, columnId, revision, labels: texts.map((label) => ({ label })) };
      return board.push([{ alias: 'a0', operation: 'updateDropdownLabels', variables }]);
    };
    expect((await labels('RED', 'POISON')).json.errors[0].extensions.code).toBe('INVALID_INPUT');
    expect((await labels('RED')).json.errors).toBeUndefined();
  });

  it('of the subitems of one item', async () => {
    const [one, other] = [await board.item('one'), await board.item('other')];
    await script({ operation: 'create_subitem', value: one, fault: 'error:ItemsLimitationException' });
    const { json } = await board.push([
      subitemField('a0', one, 'S'),
      subitemField('a1', other, 'S'),
      subitemField('a2', one, 'M'),
    ]);
    expect([json.data.a0, json.data.a1.id, json.data.a2]).toEqual([null, expect.any(String), null]);
  });

  it('of the nth matching field, or of every one without nth', async () => {
    await script({ operation: 'create_item', value: 'B', nth: 2, fault: 'error:X@field' });
    const { json } = await board.push(['B', 'A', 'B', 'B'].map((name, i) => itemField(`a${i}`, name)));
    expect(json.errors.map((error: { path: string[] }) => error.path)).toEqual([['a2']]);
  });
});

describe('an item with the most subitems', () => {
  it('is refused under a code of its own, not as a full board', async () => {
    const parent = await board.item('parent');
    await board.limits({ subitemsLimit: 1, itemsLimit: 1 });
    await board.subitem(parent, 'S');
    const full = await board.push([subitemField('a0', parent, 'M'), itemField('a1', 'x')]);
    expect(full.json.errors.map((error: { extensions: { code: string } }) => error.extensions.code)).toEqual([
      'SubitemsLimitationException',
      'ItemsLimitationException',
    ]);
  });
});

describe('an invalid script', () => {
  it.each([
    [{ operation: 'create_item', fault: 'recorded:nobody' }, 'recorded:ID with one of data-validations'],
    [{ operation: 'create_item', fault: 'error:' }, 'there is no fault error:'],
    [{ operation: 'create_item', fault: 'reset', times: 2 }, 'times'],
  ])('%j is refused with a sentence', async (entry, sentence) => {
    const { status, json } = await script(entry);
    expect([status, json.error]).toEqual([400, expect.stringContaining(sentence)]);
  });
});
