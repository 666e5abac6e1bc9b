import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../../shared/ground/clock.js';
import { TaskError } from '../../../shared/ground/errors.js';
import { insertLines, line, openTestWarehouse, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { TestBoard } from '../../local/board/board.js';
import {
  html,
  json,
  type Reply,
  type ScriptedServer,
  startScriptedServer,
  text,
} from '../../shared/monday/scripted-server.js';
import { type BoardItem, PumpedClock, Pushing, WRITTEN_TABLES } from './pushing.js';

const POISON = 2;
let pushing: Pushing;
let server: ScriptedServer;
const warehouse = () => pushing.test.warehouse;

beforeAll(async () => {
  pushing = await Pushing.open();
  server = await startScriptedServer();
  const lines = Array.from({ length: 12 }, (_, n) =>
    line(n + 1, n + 1 === POISON ? { OS: 7, 'PO NUMBER': 'POISON' } : { XS: 1 }),
  );
  await insertLines(warehouse(), [...lines, line(50, {}), line(60, { XS: 3 })]);
});
afterAll(async () => {
  await server.close();
  await pushing.close();
});
beforeEach(() => pushing.startOver(WRITTEN_TABLES));

type Body = Record<string, unknown> & { data: Record<string, unknown> };
interface Asked {
  query: string;
  body: string;
  mutation: boolean;
}

/** Stands before the board: answers itself, or changes what the board answers. */
function between(
  before: (asked: Asked) => Reply | undefined,
  after: (asked: Asked, body: Body) => Reply | undefined = () => undefined,
): void {
  const reply: Reply = (request, response) => {
    const body = server.received.at(-1)?.body ?? '';
    const { query } = JSON.parse(body) as { query: string };
    const asked = { query, body, mutation: query.startsWith('mutation') };
    const instead = before(asked);
    if (instead !== undefined) return instead(request, response);
    const key = request.headers['idempotency-key'];
    void pushing.board
      .post(body, key === undefined ? {} : { 'Idempotency-Key': String(key) })
      .then((got) => (after(asked, got.json) ?? json(got.json))(request, response));
  };
  server.received.length = 0;
  server.script.splice(0, server.script.length, reply);
}

const NEW = (...lines: number[]) => lines.map((n) => ({ line: n, change: 'NEW' as const }));

async function through(batchId: string) {
  try {
    const { outputs } = await pushing.push(batchId, { env: { MONDAY_API_URL: server.url } });
    return { status: outputs?.['status'], outputs: outputs ?? {}, error: undefined };
  } catch (error) {
    if (error instanceof TaskError) return { status: undefined, outputs: {} as Record<string, unknown>, error };
    throw error;
  }
}

/** Active items as [line key's end, sizes]. */
async function shown(): Promise<[string, string[]][]> {
  const of = (item: BoardItem) => item.values['line_key']?.text ?? '';
  return (await pushing.items()).map((item) => [
    of(item),
    item.subitems
      .filter(({ state }) => state === 'active')
      .map((size) => `${of(size).split('|')[1]}=${size.values['numeric_mkra7j8e']?.text}`),
  ]);
}

/** The first field of this operation is carried out, and its answer is null with these errors. */
function strikeOnce(operation: string, errorsOf: (alias: string) => object[]): void {
  let met = 0;
  between(
    () => undefined,
    ({ mutation, query }, body) => {
      const alias = new RegExp(`(a\\d+): ${operation}\\b`).exec(query)?.[1];
      if (!mutation || alias === undefined || met++ > 0) return undefined;
      return json({ ...body, data: { ...body.data, [alias]: null }, errors: errorsOf(alias) });
    },
  );
}

describe('an error below a mutation field, which was carried out', () => {
  it.each([
    ['create_item', 'tooManyRequests', 400],
    ['create_item', 'FIELD_LIMIT_EXCEEDED', 429],
    ['create_item', 'USER_UNAUTHORIZED', 403],
    ['create_subitem', 'tooManyRequests', 400],
    ['create_item', 'ColumnValueException', 200],
    ['create_item', 'CODE_OF_TOMORROW', 422],
  ])('%s with %s makes nothing twice, and the line lands', async (operation, code, status_code) => {
    strikeOnce(operation, (alias) => [{ message: 'm', path: [alias, 'name'], extensions: { code, status_code } }]);
    const { status, outputs } = await through(await pushing.stage(NEW(1)));
    expect(await shown()).toEqual([[uuid(1), ['XS=1']]]);
    expect(status).toBe('PUSHED');
    expect(outputs['newFailures']).toBe(0);
  });

  it('create_group makes no second group', async () => {
    strikeOnce('create_group', (alias) => [
      { message: 'm', path: [alias, 'title'], extensions: { code: 'tooManyRequests', status_code: 400 } },
    ]);
    await through(await pushing.stage(NEW(1)));
    expect((await pushing.board.dump()).groups).toHaveLength(2);
  });
});

it('of several errors of one field, the one that may have been carried out counts', async () => {
  strikeOnce('create_item', (alias) => [
    {
      message: 'limit',
      path: [alias],
      extensions: { code: 'FIELD_LIMIT_EXCEEDED', status_code: 429, retry_in_seconds: 1 },
    },
    { message: 'timeout', path: [alias], extensions: { code: 'TIMEOUT_EXCEEDED', status_code: 503 } },
  ]);
  await through(await pushing.stage(NEW(1)));
  expect(await shown()).toEqual([[uuid(1), ['XS=1']]]);
});

it('a size that its item does not list yet is asked for by its id, and not made again', async () => {
  await pushing.carry(NEW(POISON));
  await updateLine(warehouse(), POISON, { OS: 9 });
  between(
    () => undefined,
    ({ query }, body) =>
      query.includes('subitems')
        ? json(JSON.parse(JSON.stringify(body), (key, value) => (key === 'subitems' ? [] : value)))
        : undefined,
  );
  await through(await pushing.stage([{ line: POISON, change: 'CHANGED' }]));
  await updateLine(warehouse(), POISON, { OS: 7 });
  expect(await shown()).toEqual([[uuid(POISON), ['OS=9']]]);
});

it.each([-1_500, -3_000])('a copy of ours is not forgotten by a board whose clock is %d ms apart', async (ms) => {
  const clock = new PumpedClock();
  const boardClock: Clock = {
    now: () => new Date(clock.now().getTime() + ms),
    wait: (time, signal) => clock.wait(time, signal),
    random: () => 0.5,
  };
  const parts = [await openTestWarehouse(), await TestBoard.start({ clock: boardClock, limits: 'raised' }), clock];
  const own = Reflect.construct(Pushing, parts) as Pushing;
  try {
    await insertLines(own.test.warehouse, [line(1, { XS: 10 }), line(2, { OS: 7 })]);
    await own.carry(NEW(1));
    await own.board.limits({ readLagMs: 2 * 60 * 60_000 });
    const script = [
      { operation: 'create_item', nth: 1, fault: 'resetAfterCommit' },
      { operation: 'items_page_by_column_values', nth: 2, fault: 'readLag' },
      { operation: 'create_item', nth: 2, fault: 'cacheOff' },
    ];
    await own.board.control('POST', '/_faults', { script });
    await own.carry(NEW(2));
    await own.board.control('DELETE', '/_faults');
    await own.clock.wait(5 * 60_000);
    await updateLine(own.test.warehouse, 1, { XS: 11 });
    await own.carry([{ line: 1, change: 'CHANGED' }]);
    const items = (await own.items()).filter(({ values }) => values['line_key']?.text === uuid(2));
    const marks = await sql(
      own.test.warehouse,
      'SELECT 1 AS one FROM dbo."MON_Ledger" WHERE "suspect_until" IS NOT NULL',
    );
    // Either the copy is gone, or it is remembered and told.
    expect([items.length, marks.length]).not.toEqual([2, 0]);
  } finally {
    await own.close();
  }
});

describe('what passes within 20 s does not end a push', () => {
  const limit = (extensions: object, headers = {}) =>
    json(
      {
        errors: [
          { message: 'Minute rate limit exceeded', extensions: { code: 'MINUTE_RATE_LIMIT_EXCEEDED', ...extensions } },
        ],
      },
      { status: 429, headers },
    );
  it.each<[string, Reply]>([
    ['a limit without a wait', limit({})],
    ['a limit with a wait of 0', limit({ retry_in_seconds: 0 })],
    ['a limit with a negative wait', limit({ retry_in_seconds: -1 })],
    ['a limit with Retry-After: 0', limit({}, { 'retry-after': '0' })],
    ['a limit that is over since long', limit({}, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' })],
    ['a page of a gateway, 429', text('<html>', { status: 429 })],
    [
      'a lock',
      json({ errors: [{ message: 'Resource is currently locked, please try again later' }] }, { status: 423 }),
    ],
  ])('%s, told to writes or to reads', async (_, reply) => {
    for (const told of [true, false]) {
      let since: number | undefined;
      between(({ mutation }) => {
        if (mutation !== told) return undefined;
        since ??= pushing.clock.now().getTime();
        return pushing.clock.now().getTime() - since < 20_000 ? reply : undefined;
      });
      expect(await through(await pushing.stage(NEW(1)))).toMatchObject({ status: 'PUSHED', error: undefined });
      await pushing.startOver(WRITTEN_TABLES);
    }
  });

  it('a limit of one field with a wait of 0, while other lines land', async () => {
    let since: number | undefined;
    const headers = { 'ratelimit-policy': '"complexityMinute";q=10000000;w=60' };
    const refusal = (alias: string) => ({
      message: 'Concurrency limit exceeded for the field',
      path: [alias],
      extensions: { code: 'FIELD_LIMIT_EXCEEDED', status_code: 429, retry_in_seconds: 0 },
    });
    between(({ body, mutation }) => {
      if (!mutation || !body.includes('POISON') || !body.includes('create_item')) return undefined;
      since ??= pushing.clock.now().getTime();
      if (pushing.clock.now().getTime() - since >= 20_000) return undefined;
      const aliases = [...body.matchAll(/(a\d+): ?create_item/g)].map(([, alias = '']) => alias);
      return json(
        { data: Object.fromEntries(aliases.map((a) => [a, null])), errors: aliases.map(refusal) },
        { headers },
      );
    });
    const { outputs, error } = await through(await pushing.stage(NEW(1, 2, 3, 4, 5, 6)));
    expect([error, outputs['itemsCreated'], outputs['itemsFailed']]).toEqual([undefined, 6, 0]);
  });

  it('a connection that is refused', async () => {
    await pushing.carry(NEW(1));
    const batchId = await pushing.stage(NEW(3));
    between(() => undefined);
    const handOn: Reply = (request, response) => {
      const last = gate.received.at(-1);
      if (last !== undefined) server.received.push(last);
      server.script[0]?.(request, response);
    };
    const gate = await startScriptedServer(handOn);
    let refusedAt: number | undefined;
    const times: number[] = [];
    const checkpoint = async (moment: string): Promise<void> => {
      if (moment !== 'begun') return;
      times.push(pushing.clock.now().getTime());
      if (refusedAt !== undefined) return;
      refusedAt = pushing.clock.now().getTime();
      await gate.close();
      // Until the client has seen that its connection is gone.
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    await pushing.push(batchId, { checkpoint, env: { MONDAY_API_URL: gate.url } }).catch(() => undefined);
    // It never comes back here: what counts is for how long it was tried.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(20_000);
  });
});

it('a line whose body a gateway refuses with a page fails, and no others', async () => {
  between(({ mutation, body }) => (mutation && body.includes('POISON') ? html(403) : undefined));
  const batchId = await pushing.stage(NEW(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  const { outputs, error } = await through(batchId);
  expect(error).toBeUndefined();
  expect(outputs).toMatchObject({ itemsCreated: 11, itemsFailed: 1, newFailures: 1 });
});

it('a page of 403 for everybody still marks no line as failed', async () => {
  between(({ mutation }) => (mutation ? html(403) : undefined));
  const { error } = await through(await pushing.stage(NEW(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)));
  expect(error?.exitCode).toBe(2);
  expect(await sql(warehouse(), 'SELECT "reason" FROM dbo."ERR_MON_CustMasterSchedule"')).toEqual([]);
});

it('a database that is slow does not make push say that the board did not answer', async () => {
  between(() => undefined);
  const checkpoint = (moment: string) => (moment === 'begun' ? pushing.clock.wait(6_000) : undefined);
  const pushed = pushing.push(await pushing.stage(NEW(1)), { checkpoint, env: { MONDAY_API_URL: server.url } });
  await expect(pushed).rejects.not.toThrow('The board did not answer');
});

it.each([
  { message: 'x', extensions: { code: 'DailyLimitExceeded' } },
  { message: 'Daily limit exceeded' },
  { message: 'Daily limit exceeded.' },
])('the daily limit is that however it is spelled: %j', async (error) => {
  for (const mutations of [false, true]) {
    let reads = 0;
    between(({ mutation }) =>
      mutation === mutations && (mutations || reads++ > 1) ? json({ errors: [error] }, { status: 429 }) : undefined,
    );
    const { error: ended } = await through(await pushing.stage(NEW(1)));
    expect([ended?.exitCode, ended?.code]).toEqual([1, 'DAILY_LIMIT_EXCEEDED']);
  }
});

it('an item that was made and archived meanwhile is not taken from a kept answer', async () => {
  await pushing.board.fault('create_item', 'resetAfterCommit', 1);
  let archived = false;
  const checkpoint = async (moment: string): Promise<void> => {
    const [item] = moment === 'recorded' && !archived ? await pushing.items() : [];
    if (item === undefined) return;
    archived = true;
    await pushing.board.control('POST', '/_edit', { archive: item.id });
  };
  await pushing.push(await pushing.stage(NEW(50)), { checkpoint });
  await pushing.board.control('DELETE', '/_faults');
  expect(archived).toBe(true);
  expect(await shown()).toEqual([[uuid(50), []]]);
});

it('an item that the board answers to be active still was not archived', async () => {
  await pushing.carry(NEW(60));
  await sql(warehouse(), 'DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @id', { id: uuid(60) });
  let asked = 0;
  between(({ query, body }) => {
    if (!query.includes('archive_item') || asked++ > 0) return undefined;
    const { variables } = JSON.parse(body);
    return json({ data: { a0: { id: variables.a0_itemId, state: 'active' } } });
  });
  await through(await pushing.stage([{ line: 60, change: 'DELETED' }]));
  expect(await shown()).toEqual([]);
});

it('an answer about another item is not the one to this change', async () => {
  await pushing.carry(NEW(1));
  await updateLine(warehouse(), 1, { NOTES: 'changed' });
  let asked = 0;
  between(({ query }) =>
    query.includes('change_multiple') && asked++ === 0 ? json({ data: { a0: { id: '4711', name: 'n' } } }) : undefined,
  );
  await through(await pushing.stage([{ line: 1, change: 'CHANGED' }]));
  expect(asked).toBeGreaterThan(1);
  expect(JSON.stringify((await pushing.itemOf(uuid(1))).values)).toContain('changed');
});

it('status_code: null says nothing, and the status of the answer counts', async () => {
  between(() => json({ errors: [{ message: 'nope', extensions: { status_code: null } }] }, { status: 401 }));
  const { error } = await through(await pushing.stage(NEW(1)));
  expect([error?.exitCode, error?.code]).toEqual([2, 'TOKEN_REFUSED']);
});
