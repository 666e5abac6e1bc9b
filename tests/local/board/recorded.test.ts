import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fieldErrorOf, RECORDED } from '../../../local/board/recorded/recorded.js';
import { ITEMS, itemField, TestBoard } from './board.js';

let board: TestBoard;
beforeAll(async () => {
  board = await TestBoard.start();
});
beforeEach(() => board.control('POST', '/_reset'));
afterAll(() => board.close());

const all = [...RECORDED.values()];
const strike = (operation: string, id: string) =>
  board.control('POST', '/_faults', { script: [{ operation, nth: 1, fault: `recorded:${id}` }] });
const created = async (): Promise<number> => (await board.dump()).items.length;

describe('every recorded answer', () => {
  const whole = all.filter((each) => fieldErrorOf(each) === null).map((each) => [each.id, each] as const);

  it.each(whole)('%s answers a mutation as recorded, without an effect', async (id, recorded) => {
    await strike('create_item', id);
    const reply = await board.push([itemField('a0', 'x'), itemField('a1', 'y')]);
    const { extensions, ...body } = recorded.body ?? {};
    expect(reply.status).toBe(recorded.http ?? 200);
    if (recorded.bodyText !== undefined) expect(reply.text).toBe(recorded.bodyText);
    else {
      const { extensions: told, ...rest } = reply.json;
      expect(rest).toEqual(body);
      expect(told).toEqual(extensions === undefined ? undefined : { request_id: expect.stringMatching(/^board-/) });
    }
    expect(await created()).toBe(0);
  });

  const ofField = all.flatMap((each) => {
    const error = fieldErrorOf(each);
    return error?.path?.length === 1 ? [[each.id, error] as const] : [];
  });

  it.each(ofField)('%s is given for its field, and the other field is carried out', async (id, error) => {
    await strike('create_item', id);
    const { status, json } = await board.push([itemField('a0', 'x'), itemField('a1', 'y')]);
    expect([status, json.data.a0, json.data.a1.id]).toEqual([200, null, expect.any(String)]);
    const { locations: _, ...rest } = error;
    expect(json.errors).toEqual([{ ...rest, path: ['a0'], locations: expect.any(Array) }]);
    expect(await created()).toBe(1);
  });

  const QUERIES: Readonly<Record<string, string>> = {
    boards: `{ boards(ids: [${ITEMS}]) { id name columns { id } activity_logs: groups { id } } }`,
    items: '{ items { id subitems { id } } }',
  };
  const below = all.flatMap((each) => {
    const error = fieldErrorOf(each);
    return error?.path !== undefined && error.path.length > 1 ? [[each.id, error] as const] : [];
  });

  it.each(below)('%s is given in its place below a query', async (id, error) => {
    await board.item('x');
    const [root, ...rest] = error.path ?? [];
    await strike(String(root), id);
    const { json } = await board.ask(QUERIES[String(root)] ?? '');
    const { locations: _, ...told } = error;
    expect(json.errors).toEqual([{ ...told, locations: expect.any(Array) }]);
    expect(rest.reduce((at, key) => at[key], json.data[String(root)])).toBeNull();
  });

  it('is of one of the three kinds', () => {
    expect(whole.length + ofField.length + below.length).toBe(RECORDED.size);
  });
});

describe('a recorded answer that states a wait', () => {
  it('has it in the header if the recording has one', async () => {
    await board.limits({ retrySeconds: 7 });
    await strike('create_item', 'idempotency-conflict');
    const reply = await board.push([itemField('a0', 'x')]);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([409, '7']);
  });
});
