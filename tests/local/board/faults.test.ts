import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BoardClock } from '../../../local/board/clock.js';
import { FAULT_CODES, faultCode } from '../../../local/board/error-codes.js';
import { FAULTS } from '../../../local/board/faults.js';
import { composeMutation } from '../../../shared/monday/operations.js';
import { ITEMS, itemField, SUBITEMS, TestBoard } from './board.js';

let board: TestBoard;
let clock: BoardClock;
beforeEach(async () => {
  clock = new BoardClock({ mode: 'fake', start: new Date('2026-11-23T10:00:00Z') });
  board = await TestBoard.start({ clock });
});
afterEach(() => board.close());

const KEY = { 'Idempotency-Key': 'key-1' };
const push = (count = 1, headers: Record<string, string> = {}) =>
  board.push(
    Array.from({ length: count }, (_, i) => itemField(`a${i}`, `item ${i}`, { line_key: `key-${i}` })),
    headers,
  );
const created = async (): Promise<number> => (await board.dump()).items.length;
const isReplayed = (reply: { headers: Headers }) => reply.headers.get('idempotency-replayed') === 'true';

describe('21. idempotency', () => {
  it('keeps the answer for 30 minutes and executes again after that', async () => {
    const first = await push(1, KEY);
    const second = await push(1, KEY);
    expect([isReplayed(first), isReplayed(second), second.text]).toEqual([false, true, first.text]);
    expect(await created()).toBe(1);
    await clock.advance(30 * 60_000);
    expect(isReplayed(await push(1, KEY))).toBe(false);
    expect(await created()).toBe(2);
  });

  it('answers 409 with a wait while the first is running', async () => {
    await board.limits({ mutationMs: 1_000 });
    const first = push(1, KEY);
    while (board.board.account.budget.inFlight === 0) await new Promise((resume) => setTimeout(resume, 1));
    await new Promise((resume) => setTimeout(resume, 20));
    const second = await push(1, KEY);
    expect([second.status, second.json.errors[0].extensions.code, second.headers.get('retry-after')]).toEqual([
      409,
      'IDEMPOTENCY_CONFLICT',
      '1',
    ]);
    await clock.advance(1_000);
    expect((await first).status).toBe(200);
  });

  it('applies per token, and to mutations only', async () => {
    await push(1, KEY);
    expect(isReplayed(await push(1, { ...KEY, Authorization: 'another' }))).toBe(false);
    await board.ask('{ me { id } }', {}, { 'Idempotency-Key': 'query' });
    expect(isReplayed(await board.ask('{ me { id } }', {}, { 'Idempotency-Key': 'query' }))).toBe(false);
  });

  it('marks a replay in the log', async () => {
    await push(1, KEY);
    await push(1, KEY);
    expect((await board.log())[1]).toMatchObject({ idempotencyKey: 'key-1', replayed: true, effects: [] });
  });
});

describe('22. unknown details of idempotency, set by switches', () => {
  it('another body under the same key is ignored, or refused', async () => {
    await push(1, KEY);
    expect(isReplayed(await push(2, KEY))).toBe(true);
    await board.limits({ rejectChangedBody: 1 });
    expect((await push(2, KEY)).status).toBe(422);
  });

  it('a failed answer is forgotten, or kept', async () => {
    const bad = () => board.push([itemField('a0', 'x', { nonsense: '' })], KEY);
    await board.limits({ malformedValuesStatus: 500 });
    const broken = { ...itemField('a0', 'x'), variables: { ...itemField('a0', 'x').variables, columnValues: '{' } };
    await board.push([broken], KEY);
    expect(isReplayed(await board.push([broken], KEY))).toBe(false);
    await board.limits({ keepFailedAnswers: 1 });
    await board.push([broken], KEY);
    expect(isReplayed(await board.push([broken], KEY))).toBe(true);
    expect((await bad()).status).toBe(500);
  });

  it('with a full memory, the request is executed and its answer not kept', async () => {
    await board.limits({ idempotencyBytes: 10 });
    await push(1, KEY);
    expect(isReplayed(await push(1, KEY))).toBe(false);
    expect(await created()).toBe(2);
  });

  it('answers above 1 MB are not kept', async () => {
    const values = JSON.stringify({ text_mkr5wya6: 'x'.repeat(60_000) });
    const aliases = Array.from(
      { length: 20 },
      (_, i) =>
        `a${i}: create_item(board_id: ${ITEMS}, item_name: "x", column_values: $v) { column_values(ids: ["text_mkr5wya6"]) { text } }`,
    );
    const query = `mutation ($v: JSON) { ${aliases.join(' ')} }`;
    await board.ask(query, { v: values }, KEY);
    expect(isReplayed(await board.ask(query, { v: values }, KEY))).toBe(false);
  });

  it('cacheOff forgets the key', async () => {
    await push(1, KEY);
    await board.fault('create_item', 'cacheOff');
    expect(isReplayed(await push(1, KEY))).toBe(false);
    expect(await created()).toBe(2);
  });
});

describe('23. faults before, after and in the middle of effects', () => {
  it.each([
    ['refuse429', 429, 0],
    ['refuse5xx', 500, 0],
    ['lock423', 423, 0],
    ['fail5xxAfterCommit', 500, 1],
  ])('%s answers %i with %i effects', async (fault, status, effects) => {
    await board.fault('create_item', fault);
    expect((await push()).status).toBe(status);
    expect(await created()).toBe(effects);
    expect((await board.log())[0]).toMatchObject({ fault, status });
    expect((await board.log())[0].effects).toHaveLength(effects);
  });

  it.each([
    ['refuseHtml', 0],
    ['failHtmlAfterCommit', 1],
  ])('%s answers with a page', async (fault, effects) => {
    await board.fault('create_item', fault);
    const reply = await push();
    expect([502, 503, 504]).toContain(reply.status);
    expect(reply.text).toMatch(/^<html>/);
    expect(await created()).toBe(effects);
  });

  it.each([
    ['reset', 0],
    ['resetAfterCommit', 3],
  ])('%s cuts the connection', async (fault, effects) => {
    await board.fault('create_item', fault);
    await expect(push(3)).rejects.toThrow('fetch failed');
    expect(await created()).toBe(effects);
    expect((await board.log())[0]).toMatchObject({ fault, status: null });
  });

  it('partialCommit carries out the fields up to the named one, then cuts the connection', async () => {
    await board.fault('create_item', 'partialCommit', 2);
    await expect(push(4, KEY)).rejects.toThrow('fetch failed');
    expect(await created()).toBe(2);
    expect(isReplayed(await push(4, KEY))).toBe(false);
  });

  it.each([
    ['hang', 0],
    ['hangAfterCommit', 1],
  ])('%s hangs until the client gives up', async (fault, effects) => {
    await board.fault('create_item', fault);
    const body = JSON.stringify(composeMutation([itemField('a0', 'x')]));
    await expect(board.post(body, {}, AbortSignal.timeout(100))).rejects.toThrow('timeout');
    expect(await created()).toBe(effects);
  });

  it('truncated and emptyBody lose the answer of an executed request', async () => {
    await board.fault('create_item', 'truncated');
    const truncated = await push();
    expect([truncated.status, truncated.json, truncated.text.startsWith('{"data"')]).toEqual([200, undefined, true]);
    await board.fault('create_item', 'emptyBody');
    expect((await push()).text).toBe('');
    expect(await created()).toBe(2);
  });

  it('slow answers late, after its effects are visible', async () => {
    await board.fault('create_item', 'slow');
    const answer = push();
    while ((await created()) === 0) await new Promise((resume) => setTimeout(resume, 1));
    await clock.advance(5_000);
    expect((await answer).status).toBe(200);
  });
});

describe('24. lateCommit', () => {
  it('answers with an error now and takes effect seconds later, under its own request in the log', async () => {
    await board.fault('create_item', 'lateCommit');
    expect((await push(2, KEY)).status).toBe(500);
    expect(await created()).toBe(0);
    expect((await push(2, KEY)).status).toBe(409);
    await clock.advance(3_000);
    expect(await created()).toBe(2);
    expect((await board.log())[0]).toMatchObject({ status: 500, effects: [{ key: 'key-0' }, { key: 'key-1' }] });
    expect(isReplayed(await push(2, KEY))).toBe(true);
  });

  it('lets a resend execute as well if the key is not held', async () => {
    await board.limits({ lateCommitHoldsKey: 0 });
    await board.fault('create_item', 'lateCommit');
    await push(1, KEY);
    expect((await push(1, KEY)).status).toBe(200);
    await clock.advance(3_000);
    expect(await created()).toBe(2);
  });
});

describe('25. readLag', () => {
  it('hides new items from filters and pages for a while, not from look-ups by id', async () => {
    await board.fault('create_item', 'readLag');
    const id = await board.item('x', { line_key: 'lagging' });
    const page = async () =>
      (await board.ask(`{ boards(ids: [${ITEMS}]) { items_page { items { id } } } }`)).json.data.boards[0].items_page
        .items;
    expect(await board.idsByKey('lagging')).toEqual([]);
    expect(await page()).toEqual([]);
    expect((await board.ask(`{ items(ids: [${id}]) { id } }`)).json.data.items).toEqual([{ id }]);
    await clock.advance(3_000);
    expect(await board.idsByKey('lagging')).toEqual([id]);
    expect(await page()).toEqual([{ id }]);
  });

  it('shows filters the old state of changed and archived items', async () => {
    const id = await board.item('x', { line_key: 'old' });
    await board.control('POST', '/_faults', { rates: { readLag: 1 } });
    await board.change(id, { line_key: 'new' });
    await board.push([{ alias: 'a0', operation: 'archiveItem', variables: { itemId: id } }]);
    await board.control('DELETE', '/_faults');
    expect([await board.idsByKey('old'), await board.idsByKey('new')]).toEqual([[id], []]);
    await clock.advance(3_000);
    expect([await board.idsByKey('old'), await board.idsByKey('new')]).toEqual([[], []]);
  });

  it('answers boards from a cache unless the latest is requested', async () => {
    await board.limits({ boardsCacheMs: 10_000 });
    const groups = async (latest: boolean) => {
      const { json } = await board.ask(`{ boards(ids: [${ITEMS}], latest: ${latest}) { groups { title } } }`);
      return json.data.boards[0].groups.length;
    };
    expect(await groups(false)).toBe(1);
    await board.push([{ alias: 'a0', operation: 'createGroup', variables: { boardId: ITEMS, title: 'NEW' } }]);
    expect([await groups(false), await groups(true)]).toEqual([1, 2]);
  });
});

describe('every fault', () => {
  it.each(Object.keys(FAULT_CODES))('error:%s is answered without an effect on its field', async (code) => {
    await board.fault('create_item', `error:${code}`);
    const reply = await push();
    expect(await created()).toBe(0);
    expect((await board.log())[0].fault).toBe(`error:${code}`);
    const { scope, shape, status, alone } = faultCode(code);
    expect(reply.status).toBe(scope === 'field' ? (alone ?? 200) : shape === 'legacy' ? 200 : status);
  });

  it('with FIELD_LIMIT_EXCEEDED hits the subitems field of a query', async () => {
    const id = await board.item('x');
    await board.fault('items', 'error:FIELD_LIMIT_EXCEEDED');
    const { json } = await board.ask(`{ items(ids: [${id}]) { id subitems { id } } }`);
    expect(json).toMatchObject({
      data: { items: [{ id, subitems: null }] },
      errors: [{ path: ['items', 0, 'subitems'] }],
    });
  });

  it('can have a rate: each hits a mutation when its rate is 1', async () => {
    for (const fault of FAULTS) {
      await board.control('POST', '/_faults', { seed: 7, rates: { [fault]: 1 } });
      await board
        .post(JSON.stringify(composeMutation([itemField('a0', fault)])), {}, AbortSignal.timeout(50))
        .catch(() => undefined);
      expect((await board.log()).at(-1).fault).toBe(fault);
    }
  });

  it('30. repeats with the same seed, whatever the order of arrival', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `line ${i}`);
    const outcome = async (order: string[]) => {
      await board.control('POST', '/_faults', { seed: 5, rates: { refuse429: 0.3, refuseHtml: 0.3 } });
      const found = new Map<string, number>();
      for (const name of order) found.set(name, (await board.push([itemField('a0', name)])).status);
      return names.map((name) => found.get(name));
    };
    const first = await outcome(names);
    expect(await outcome([...names].reverse())).toEqual(first);
    expect(new Set(first.map((status) => status === 200)).size).toBe(2);
  });

  it('ends when the faults are deleted', async () => {
    await board.fault('create_item', 'refuse429');
    await board.control('DELETE', '/_faults');
    expect((await push()).status).toBe(200);
  });
});

describe('26. pages', () => {
  const firstPage = async (limit: number, args = '') => {
    const query = `{ boards(ids: [${ITEMS}]) { items_page(limit: ${limit}${args}) { cursor items { name } } } }`;
    const { json } = await board.ask(query);
    return { page: json.data?.boards[0]?.items_page, code: json.errors?.[0].extensions.code };
  };
  const nextPage = async (cursor: string) => {
    const { json } = await board.ask(`{ next_items_page(cursor: "${cursor}", limit: 2) { cursor items { name } } }`);
    return { page: json.data?.next_items_page, code: json.errors?.[0].extensions.code };
  };

  it('continue to the end, in order, without items archived meanwhile', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push(await board.item(name));
    const first = await firstPage(2);
    await board.control('POST', '/_edit', { archive: ids[2] });
    const second = await nextPage(first.page.cursor);
    const third = await nextPage(second.page.cursor);
    const names = [first, second, third].map(({ page }) => page.items.map((item: { name: string }) => item.name));
    expect(names).toEqual([['a', 'b'], ['d'], ['e']]);
    expect(third.page.cursor).toBeNull();
  });

  it('expire 60 minutes after the first page', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await board.item(name);
    const first = await firstPage(2);
    await clock.advance(50 * 60_000);
    const second = await nextPage(first.page.cursor);
    await clock.advance(10 * 60_000);
    expect((await nextPage(second.page.cursor)).code).toBe('CursorExpiredError');
    expect((await nextPage('made-up')).code).toBe('CursorException');
  });

  it('hold 500 items or 100 ids, and accept a cursor or a query', async () => {
    expect((await firstPage(501)).code).toBe('InvalidArgumentException');
    expect((await firstPage(2, ', cursor: "x", query_params: { rules: [] }')).code).toBe('InvalidArgumentException');
    const ids = Array.from({ length: 101 }, (_, i) => String(i));
    const { json } = await board.ask('query ($ids: [ID!]) { items(ids: $ids) { id } }', { ids });
    expect(json.errors[0].extensions.code).toBe('InvalidArgumentException');
  });

  it('cut a list of ids at the default limit of 25', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 26; i += 1) ids.push(await board.item('x'));
    const count = async (args: string) =>
      (await board.ask(`query ($ids: [ID!]) { items(ids: $ids${args}) { id } }`, { ids: [...ids, '1'] })).json.data
        .items.length;
    expect([await count(''), await count(', limit: 100')]).toEqual([25, 26]);
  });
});

describe('27. search by column values', () => {
  const search = async (columnId: string, values: string[], boardId = ITEMS) => {
    const query = `query ($b: ID!, $c: [ItemsPageByColumnValuesQuery!]) { items_page_by_column_values(board_id: $b, columns: $c) { items { name } } }`;
    const { json } = await board.ask(query, { b: boardId, c: [{ column_id: columnId, column_values: values }] });
    return (
      json.errors?.[0].extensions.code ??
      json.data.items_page_by_column_values.items.map((item: { name: string }) => item.name)
    );
  };

  it('matches the whole value, ignoring case, and any of several', async () => {
    await board.item('one', {
      line_key: 'ABC-1',
      numeric_mkr5cact: '4.50',
      dropdown_mkr518fc: { ids: [1] },
      date_mkr5zp5: '2026-11-23',
    });
    await board.item('two', { line_key: 'abc-12' });
    expect(await search('line_key', ['abc-1'])).toEqual(['one']);
    expect(await search('line_key', ['abc-12', 'ABC-1', 'other'])).toEqual(['one', 'two']);
    expect(await search('name', ['TWO'])).toEqual(['two']);
    expect(await search('numeric_mkr5cact', ['4.5'])).toEqual(['one']);
    expect(await search('dropdown_mkr518fc', ['RECEIVED'])).toEqual(['one']);
    expect(await search('date_mkr5zp5', ['2026-11-23'])).toEqual(['one']);
    expect(await search('line_key', [''])).toEqual([]);
  });

  it('follows a changed value', async () => {
    const id = await board.item('x', { line_key: 'before' });
    await board.change(id, { line_key: 'after' });
    expect([await search('line_key', ['before']), await search('line_key', ['after'])]).toEqual([[], ['x']]);
  });

  it('refuses calculated types, unknown columns, and (by a switch) the subitems board', async () => {
    expect(await search('lookup_mkrbrdr1', ['x'])).toBe('InvalidColumnTypeException');
    expect(await search('nonsense', ['x'])).toBe('InvalidColumnIdException');
    await board.limits({ subitemsBoardQueries: 0 });
    expect(await search('line_key', ['x'], SUBITEMS)).toBe('InvalidArgumentException');
  });

  it('filters pages by rules', async () => {
    await board.item('one', { text_mkr5wya6: 'GRE-1' });
    await board.item('two');
    const filter = async (rule: string) => {
      const query = `{ boards(ids: [${ITEMS}]) { items_page(query_params: { rules: [${rule}] }) { items { name } } } }`;
      return (await board.ask(query)).json.data.boards[0].items_page.items.map((item: { name: string }) => item.name);
    };
    expect(await filter('{ column_id: "text_mkr5wya6", compare_value: ["GRE-1"] }')).toEqual(['one']);
    expect(await filter('{ column_id: "text_mkr5wya6", compare_value: ["gre"], operator: contains_text }')).toEqual([
      'one',
    ]);
    const empty = (column: string) => `{ column_id: "${column}", compare_value: [], operator: is_empty }`;
    expect(await filter(empty('text_mkr5wya6'))).toEqual(['two']);
    await board.item('three', { line_key: 'k' });
    await board.item('four', { line_key: 'k', text_mkr5wya6: 'GRE-4' });
    expect(await filter(empty('line_key'))).toEqual(['one', 'two']);
    expect(await filter(`${empty('line_key')}, ${empty('text_mkr5wya6')}`)).toEqual(['two']);
    const nothing = '{ column_id: "line_key", compare_value: null, operator: is_empty }';
    const refused = await board.ask(
      `{ boards(ids: [${ITEMS}]) { items_page(query_params: { rules: [${nothing}] }) { items { name } } } }`,
    );
    expect(refused.json).not.toHaveProperty('data.boards');
  });
});
