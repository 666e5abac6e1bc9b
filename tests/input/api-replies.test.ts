import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from '../../shared/ground/clock.js';
import { FixFirstError, TaskError } from '../../shared/ground/errors.js';
import { BoardReader } from '../../shared/monday/board.js';
import { MondayClient } from '../../shared/monday/client.js';

const REQUEST_ID = 'e1b2-request';
const BOARD = '9200517329';

const value = { id: 'line_key', text: 'a key', value: '"a key"' };
const item = {
  id: '11',
  name: 'an item',
  state: 'active',
  created_at: '2026-11-20T08:00:00Z',
  group: { id: 'topics' },
  board: { id: BOARD },
  parent_item: { id: '7' },
  column_values: [value],
};
const page = { cursor: null, items: [item] };
const idPage = { cursor: null, items: [{ id: '11', parent_item: { id: '7' }, column_values: [] }] };
const column = { id: 'line_key', title: 'Key', type: 'text', archived: false, settings: '{}', revision: '1' };
const shape = {
  id: BOARD,
  name: 'Orders',
  state: 'active',
  items_count: 1,
  items_limit: 10_000,
  hierarchy_type: 'classic',
  groups: [{ id: 'topics', title: 'Topics', archived: false, deleted: false }],
  columns: [column, { ...column, id: 'subitems', type: 'subtasks', settings: '{"boardIds":[5]}' }],
};
const me = { id: 1, account: { id: 2, slug: 'acme', tier: 'pro', plan: { tier: 'pro' } } };

/** Each read with an answer that it takes. */
const READS: readonly (readonly [name: string, data: object, read: (reader: BoardReader) => Promise<unknown>])[] = [
  ['account', { me, platform_api: { daily_limit: { base: 1, total: 2 } } }, (reader) => reader.account()],
  ['shape', { boards: [shape] }, (reader) => reader.shape(BOARD)],
  ['itemsByKey', { items_page_by_column_values: page }, (reader) => reader.itemsByKey(BOARD, 'line_key', ['a key'])],
  ['itemsById', { items: [item] }, (reader) => reader.itemsById(['11'], ['line_key'])],
  ['statesOf', { items: [{ id: '11', state: 'active' }] }, (reader) => reader.statesOf(['11'])],
  ['subitemsOf', { items: [{ id: '7', subitems: [item] }] }, (reader) => reader.subitemsOf(['7'], ['line_key'])],
  ['allItems', { boards: [{ items_page: page }] }, (reader) => reader.allItems(BOARD, ['line_key'])],
  ['allItems, listed', { boards: [{ items_page: idPage }] }, (reader) => reader.allItems(BOARD, ['line_key'], [])],
];

/** A reader whose account gives the same answer to each request. */
function readerOf(data: unknown): BoardReader {
  const clock = { ...systemClock(), wait: async () => undefined };
  const client = new MondayClient({ url: 'https://board.invalid/v2', token: 'token', timeoutMs: 1_000, clock });
  const answered = {
    kind: 'answered' as const,
    data: data as Record<string, unknown>,
    failures: [],
    replayed: false,
    status: 200,
    requestId: REQUEST_ID,
    limits: new Map(),
    startedAt: clock.now(),
    latencyMs: 1,
  };
  client.send = async () => answered;
  return new BoardReader({ client, clock, pace: { schedule: (_, work) => work() } });
}

type Path = readonly (string | number)[];

/** Where something stands in a value: the value itself, and all below it. */
function placesOf(whole: unknown, path: Path = []): Path[] {
  if (typeof whole !== 'object' || whole === null) return [path];
  const below = Array.isArray(whole) ? whole.map((part, index) => [index, part] as const) : Object.entries(whole);
  return [path, ...below.flatMap(([key, part]) => placesOf(part, [...path, key]))];
}

/** The value with something else at one place; `undefined` takes it out. */
function changed(whole: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  // An earlier change has taken the place away.
  if (typeof whole !== 'object' || whole === null) return whole;
  if (Array.isArray(whole)) return whole.map((part, index) => (index === key ? changed(part, rest, other) : part));
  return Object.fromEntries(
    Object.entries(whole).map(([name, part]) => [name, name === key ? changed(part, rest, other) : part]),
  );
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 0, -1, 1.5, 2 ** 60, true, [], {}, [null], '\u0000', 'x'.repeat(5_000)),
  fc.constantFrom<unknown>('2026-13-45', 'NaN', '[1', '{"__proto__":1}', { __proto__: null }, ['\n::{"outputs":{}}::']),
  fc.jsonValue({ maxDepth: 3 }),
);

async function expectParsedOrTold(read: () => Promise<unknown>): Promise<boolean> {
  let error: unknown;
  try {
    await read();
    return true;
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof TaskError)) throw error;
  expect(error.message).toMatch(
    /^(The board's answer to \w+ (does not have the expected format|had no value)|Board \d+ does not exist)/,
  );
  expect(error.message).not.toMatch(/[\n[{]|ZodError|undefined is not/);
  expect(error.message.length).toBeLessThan(300);
  if (error.code !== 'BOARD_NOT_FOUND') expect(error.where).toEqual({ requestId: REQUEST_ID });
  return false;
}

describe.each(READS)('an answer to %s', (_, data, read) => {
  it('is accepted as the API gives it', async () => {
    expect(await expectParsedOrTold(() => read(readerOf(data)))).toBe(true);
  });

  it('with anything else in any place is accepted, or refused in one sentence with the request id', async () => {
    const place = fc.constantFrom(...placesOf(data).filter(({ length }) => length > 0));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(place, odd), { minLength: 1, maxLength: 3 }), async (changes) => {
        const answer = changes.reduce<unknown>((whole, [path, other]) => changed(whole, path, other), data);
        if (!(await expectParsedOrTold(() => read(readerOf(answer))))) refused += 1;
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});

it('an invalid time is refused, not read as unknown', async () => {
  const reader = readerOf({ items: [{ ...item, created_at: 'yesterday' }] });
  await expect(reader.itemsById(['11'], ['line_key'])).rejects.toBeInstanceOf(FixFirstError);
});
