import { afterEach, describe, expect, it } from '@jest/globals';
import { Kind, parse, visit } from 'graphql';
import { FixFirstError, TryAgainError } from '../../../shared/ground/errors.js';
import { BoardReader } from '../../../shared/monday/board.js';
import { loadOperation, QUERIES } from '../../../shared/monday/operations.js';
import type { BoardAccess } from '../../../shared/monday/queries.js';
import { JumpingClock } from '../../helpers/jumping-clock.js';
import { hang, html, json, type Reply, reset, type ScriptedServer, startScriptedServer } from './scripted-server.js';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
});

/** A reader on a server that gives these answers; waits are noted, not waited. */
async function readerOf(...replies: Reply[]) {
  server = await startScriptedServer(...replies);
  const clock = new JumpingClock(1);
  const { waits } = clock;
  const loads: object[] = [];
  const access: BoardAccess = {
    // Short only where a hang must be waited out: a busy machine answers late too.
    client: server.client({ timeoutMs: replies.includes(hang) ? 300 : 10_000 }),
    pace: {
      schedule: (load, work) => {
        loads.push(load);
        return work();
      },
    },
    clock,
  };
  const asked = () =>
    (server?.received ?? []).map(
      ({ body }) => JSON.parse(body) as { operationName: string; variables: Record<string, unknown> },
    );
  return { reader: new BoardReader(access), waits, loads, asked };
}

const item = (id: string, extra: object = {}) => ({
  id,
  name: `item ${id}`,
  state: 'active',
  created_at: '2026-11-01T08:00:00Z',
  group: { id: 'g1' },
  parent_item: null,
  column_values: [{ id: 'line_key', text: `key-${id}`, value: `"key-${id}"` }],
  ...extra,
});
const keyPage = (cursor: string | null, ...ids: string[]) =>
  json({ data: { items_page_by_column_values: { cursor, items: ids.map((id) => item(id)) } } });
const nextPage = (cursor: string | null, ...ids: string[]) =>
  json({ data: { next_items_page: { cursor, items: ids.map((id) => item(id)) } } });
const failing = (code: string, extensions: object = {}, status = 200) =>
  json({ errors: [{ message: 'm', extensions: { code, ...extensions } }] }, { status });

const BOARD = {
  id: '77',
  name: 'Orders',
  state: 'active',
  items_count: 12,
  items_limit: 10_000,
  hierarchy_type: 'classic',
  groups: [
    { id: 'g1', title: 'GREYSON 2025 FALL', archived: false, deleted: false },
    { id: 'g2', title: 'OLD', archived: true, deleted: null },
  ],
  columns: [
    { id: 'name', title: 'Name', type: 'name', archived: false, settings: null, revision: '1' },
    { id: 'sub', title: 'Subitems', type: 'subtasks', archived: false, settings: '{"boardIds":[78]}', revision: '1' },
  ],
};

describe('the shape of a board', () => {
  it('has columns, groups, room and the board of its subitems', async () => {
    const { reader, asked } = await readerOf(json({ data: { boards: [BOARD] } }));
    expect(await reader.shape('77')).toMatchObject({
      id: '77',
      itemsCount: 12,
      itemsLimit: 10_000,
      hierarchy: 'classic',
      subitemsBoardId: '78',
      groups: [
        { id: 'g1', title: 'GREYSON 2025 FALL', active: true },
        { id: 'g2', title: 'OLD', active: false },
      ],
      columns: [{ id: 'name' }, { id: 'sub', settings: { boardIds: [78] } }],
    });
    expect(asked()[0]).toMatchObject({ operationName: 'GetBoardShape', variables: { ids: ['77'] } });
  });

  it('is refused with a sentence when the board is missing or has another shape', async () => {
    const gone = await readerOf(json({ data: { boards: [] } }));
    await expect(gone.reader.shape('77')).rejects.toThrow(/Board 77 does not exist.*MONDAY_BOARD_ID/);
    await server?.close();
    const odd = await readerOf(json({ data: { boards: [{ ...BOARD, columns: [{ id: 'x' }] }] } }));
    await expect(odd.reader.shape('77')).rejects.toThrow(/getBoardShape.*boards\.0\.columns\.0\.title/);
  });
});

describe('the account', () => {
  it("has the token's user and the daily calls", async () => {
    const me = { id: '5', account: { id: '6', slug: 's', tier: null, plan: { tier: 'pro' } } };
    const { reader } = await readerOf(
      json({ data: { me, platform_api: { daily_limit: { base: 10_000, total: 12_000 } } } }),
    );
    expect(await reader.account()).toEqual({ userId: '5', accountId: '6', tier: 'pro', dailyCalls: 12_000 });
  });
});

describe('the daily calls', () => {
  const me = { id: '5', account: { id: '6', slug: 's', tier: 'pro', plan: null } };
  const refused = { message: 'no', extensions: { code: 'USER_UNAUTHORIZED', status_code: 403 } };

  it.each([
    [
      'at their own field',
      [json({ data: { me, platform_api: null }, errors: [{ ...refused, path: ['platform_api'] }] })],
    ],
    [
      'with a limit of their own',
      [
        json({
          data: { me, platform_api: null },
          errors: [{ message: 'x', path: ['platform_api', 'daily_limit'], extensions: { code: 'tooManyRequests' } }],
        }),
      ],
    ],
    ['with the whole request', [json({ errors: [refused] }), json({ data: { me } })]],
    [
      'by a schema that lacks them',
      [
        json({ errors: [{ message: 'x', path: ['query', 'platform_api'], extensions: { code: 'undefinedField' } }] }),
        json({ data: { me } }),
      ],
    ],
  ])('are not needed if they are refused %s', async (_name, replies) => {
    const { reader, waits } = await readerOf(...replies);
    expect(await reader.account()).toEqual({ userId: '5', accountId: '6', tier: 'pro', dailyCalls: undefined });
    expect(waits).toEqual([]);
  });

  it('do not hide a refused token', async () => {
    const { reader } = await readerOf(failing('NOT_AUTHENTICATED', {}, 401));
    await expect(reader.account()).rejects.toThrow(FixFirstError);
  });
});

describe('a silently incomplete answer', () => {
  const whole = json({ data: { items: [item('1')] } });

  it.each([
    ['in place of a list', json({ data: { items: null } })],
    ['in a list', json({ data: { items: [null] } })],
  ])('with null %s is requested again, and never read as empty', async (_name, nothing) => {
    const once = await readerOf(nothing, whole);
    expect(await once.reader.itemsById(['1'], [])).toHaveLength(1);
    await server?.close();
    const always = await readerOf(nothing);
    await expect(always.reader.itemsById(['1'], [])).rejects.toThrow(TryAgainError);
  });

  it('below an item, or of a board, is requested again', async () => {
    const { reader } = await readerOf(json({ data: { items: [{ id: 'p0', subitems: null }] } }));
    await expect(reader.subitemsOf(['p0'], [])).rejects.toThrow('had no value at "items.0.subitems"');
    await server?.close();
    const shapes = await readerOf(json({ data: { boards: [{ ...BOARD, columns: null }] } }));
    await expect(shapes.reader.shape('77')).rejects.toThrow(TryAgainError);
  });

  it('that lacks the values of an item is refused, so that the item does not count as one without our key', async () => {
    const { column_values: _, ...bare } = item('1');
    const page = json({ data: { items_page_by_column_values: { cursor: null, items: [bare] } } });
    const { reader } = await readerOf(page);
    const read = reader.itemsByKey('77', 'line_key', ['key-1']);
    await expect(read).rejects.toMatchObject({ code: 'API_ANSWER_INVALID', exitCode: 2 });
    await expect(read).rejects.toThrow('"items_page_by_column_values.items.0.column_values"');
  });

  it('that lacks the cursor is refused, so that its page does not count as the last one', async () => {
    const { reader } = await readerOf(json({ data: { boards: [{ items_page: { items: [item('1')] } }] } }));
    await expect(reader.allItems('77', ['line_key'])).rejects.toThrow('"boards.0.items_page.cursor"');
  });

  it('without a board is not read as an empty board', async () => {
    const { reader } = await readerOf(json({ data: { boards: [] } }));
    await expect(reader.allItems('77', [])).rejects.toThrow('Board 77 does not exist');
  });
});

describe('items by key', () => {
  it('are requested a hundred at a time, each to the last page, each item once', async () => {
    const keys = Array.from({ length: 150 }, (_, n) => `k${n}`);
    const { reader, asked, loads } = await readerOf(
      keyPage('c1', '1', '2'),
      nextPage('c2', '2', '3'),
      nextPage(null, '4'),
      keyPage(null, '5'),
    );
    const items = await reader.itemsByKey('77', 'line_key', keys);
    expect(items.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
    expect(items[0]).toEqual({
      id: '1',
      name: 'item 1',
      state: 'active',
      createdAt: new Date('2026-11-01T08:00:00Z'),
      groupId: 'g1',
      boardId: undefined,
      parentId: undefined,
      values: new Map([['line_key', { text: 'key-1', value: 'key-1' }]]),
    });
    expect(asked().map(({ operationName }) => operationName)).toEqual([
      'GetItemsByKey',
      'GetNextItemsPage',
      'GetNextItemsPage',
      'GetItemsByKey',
    ]);
    expect(asked()[0]?.variables).toMatchObject({ boardId: '77', keyColumn: 'line_key', keys: keys.slice(0, 100) });
    expect(asked()[1]?.variables).toMatchObject({ cursor: 'c1', columnIds: ['line_key'] });
    expect(asked()[3]?.variables).toMatchObject({ keys: keys.slice(100) });
    expect(loads[0]).toEqual({ getItemsByKey: 1 });
  });

  it('need no request when there is no key', async () => {
    const { reader, asked } = await readerOf(hang);
    expect(await reader.itemsByKey('77', 'line_key', [])).toEqual([]);
    expect(asked()).toHaveLength(0);
  });
});

describe('a whole board', () => {
  const first = (cursor: string | null, ...ids: string[]) =>
    json({ data: { boards: [{ items_page: { cursor, items: ids.map((id) => item(id)) } }] } });

  it('is read in pages of 500, and again from the start when the cursor is lost', async () => {
    const { reader, asked } = await readerOf(
      first('c1', '1'),
      failing('CursorExpiredError'),
      first('c2', '1', '2'),
      nextPage(null, '3'),
    );
    expect((await reader.allItems('77', ['line_key'])).map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(asked()[0]?.variables).toEqual({ boardId: '77', columnIds: ['line_key'], limit: 500 });
  });

  it('is given up when a page refers to itself and brings nothing new', async () => {
    const round = [first('c', '1'), nextPage('d', '2'), nextPage('d', '2')];
    const { reader } = await readerOf(...round, ...round, ...round, first(null));
    await expect(reader.allItems('77', [])).rejects.toThrow('leads from a page back to an earlier one');
  });

  it('is read further with an unchanged cursor while pages bring more', async () => {
    const { reader } = await readerOf(first('c', '1'), nextPage('c', '2'), nextPage('c', '3'), nextPage(null));
    expect((await reader.allItems('77', [])).map(({ id }) => id)).toEqual(['1', '2', '3']);
  });

  it('is given up when the cursor is lost again and again', async () => {
    const { reader } = await readerOf(
      ...[1, 2, 3].flatMap(() => [first('c', '1'), failing('CursorException')]),
      first(null),
    );
    await expect(reader.allItems('77', [])).rejects.toThrow(TryAgainError);
  });
});

describe('items by id', () => {
  it('are requested a hundred at a time; deleted ones are absent, archived ones are not', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => String(n));
    const { reader, asked } = await readerOf(
      json({ data: { items: [item('1', { board: { id: '77' } })] } }),
      json({ data: { items: [item('100', { state: 'archived' })] } }),
    );
    const items = await reader.itemsById(ids, ['line_key']);
    expect(items.map(({ id, state, boardId }) => [id, state, boardId])).toEqual([
      ['1', 'active', '77'],
      ['100', 'archived', undefined],
    ]);
    expect(asked().map(({ variables }) => (variables['ids'] as string[]).length)).toEqual([100, 20]);
  });
});

describe('subitems', () => {
  const parent = (id: string, ...subitems: string[]) => ({
    id,
    state: 'active',
    subitems: subitems.map((s) => item(s)),
  });
  const states = (...ids: string[]) => json({ data: { items: ids.map((id) => ({ id, state: 'active' })) } });

  it('are requested for 25 parents at a time; a deleted parent is absent', async () => {
    const parents = Array.from({ length: 30 }, (_, n) => `p${n}`);
    const { reader, asked } = await readerOf(
      json({ data: { items: [parent('p0', '1', '2'), { id: 'p1', state: 'active', subitems: [] }] } }),
      json({ data: { items: [parent('p25', '3')] } }),
      states('1', '2', '3'),
    );
    const found = await reader.subitemsOf(parents, ['line_key']);
    expect([...found.keys()]).toEqual(['p0', 'p1', 'p25']);
    expect(found.get('p0')?.map(({ id, parentId }) => [id, parentId])).toEqual([
      ['1', 'p0'],
      ['2', 'p0'],
    ]);
    expect(found.get('p1')).toEqual([]);
    const [first, second, third] = asked().map(({ variables }) => variables);
    expect([first?.['parentIds'], second?.['parentIds']]).toMatchObject([{ length: 25 }, { length: 5 }]);
    expect(third?.['ids']).toEqual(['1', '2', '3']);
  });

  it('have the states that are read by their ids; one deleted meanwhile is absent', async () => {
    const { reader } = await readerOf(
      json({ data: { items: [parent('p0', '1', '2', '3')] } }),
      json({
        data: {
          items: [
            { id: '1', state: 'archived' },
            { id: '3', state: 'active' },
          ],
        },
      }),
    );
    const found = await reader.subitemsOf(['p0'], ['line_key']);
    expect(found.get('p0')?.map(({ id, state }) => [id, state])).toEqual([
      ['1', 'archived'],
      ['3', 'active'],
    ]);
  });

  it('are never read with their states below their parent', () => {
    // One operation asks for them on purpose: the probe's.
    for (const name of QUERIES.filter((each) => each !== 'getSubitemStates')) {
      visit(parse(loadOperation(name).query), {
        Field: ({ name: field, selectionSet }) => {
          const below = selectionSet?.selections.flatMap((each) => (each.kind === Kind.FIELD ? [each.name.value] : []));
          if (field.value === 'subitems') expect(below).not.toContain('state');
        },
      });
    }
  });

  it('are requested again after the wait when the field has reached its limit', async () => {
    const limited = json({
      data: { items: [{ id: 'p0', state: 'active', subitems: null }] },
      errors: [
        {
          message: 'Concurrency limit exceeded for the field',
          path: ['items', 0, 'subitems'],
          extensions: { code: 'FIELD_LIMIT_EXCEEDED', status_code: 429, retry_in_seconds: 15 },
        },
      ],
    });
    const { reader, waits } = await readerOf(limited, json({ data: { items: [parent('p0', '1')] } }), states('1'));
    expect((await reader.subitemsOf(['p0'], [])).get('p0')).toHaveLength(1);
    expect(waits).toEqual([15_000]);
  });
});

describe('a read', () => {
  const done = json({ data: { items: [item('1')] } });

  it('is repeated after any loss or refusal, after the stated wait or with growing pauses', async () => {
    const { reader, waits } = await readerOf(
      reset,
      html(502),
      failing('RATE_LIMIT_EXCEEDED', { retry_in_seconds: 4 }, 429),
      hang,
      failing('SomethingNew'),
      done,
    );
    expect(await reader.itemsById(['1'], [])).toHaveLength(1);
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  });

  it("ends after eight attempts, with the server's message", async () => {
    const { reader, asked } = await readerOf(html(503));
    const error = await reader.itemsById(['1'], []).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TryAgainError);
    expect(String(error)).toMatch(/getItemsById.*asked 8 times/);
    expect(asked()).toHaveLength(8);
  });

  it('does not wait for longer than ten minutes', async () => {
    const { reader, waits } = await readerOf(failing('RATE_LIMIT_EXCEEDED', { retry_in_seconds: 3_600 }, 429));
    await expect(reader.itemsById(['1'], [])).rejects.toThrow(TryAgainError);
    expect(waits).toEqual([]);
  });

  it('stops immediately when only a person can help', async () => {
    const unauthorized = await readerOf(json({ errors: ['Not Authenticated'] }, { status: 401 }));
    await expect(unauthorized.reader.itemsById(['1'], [])).rejects.toThrow(FixFirstError);
    expect(unauthorized.asked()).toHaveLength(1);
    await server?.close();
    const daily = await readerOf(failing('DAILY_LIMIT_EXCEEDED', {}, 429));
    await expect(daily.reader.itemsById(['1'], [])).rejects.toThrow(/midnight UTC/);
  });
});
