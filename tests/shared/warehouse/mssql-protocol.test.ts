import { Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { withBoard } from '../../../shared/store/locks.js';
import { SqlServerWarehouse } from '../../../shared/warehouse/mssql/warehouse.js';
import { parseStatement } from '../../../shared/warehouse/port/statements.js';
import { textAt } from '../../../shared/warehouse/port/text-rows.js';
import { until } from '../../e2e/until.js';
import { JumpingClock, SteppedClock } from '../../helpers/jumping-clock.js';
import {
  done,
  failed,
  numbers,
  TDS,
  type TdsAnswer,
  type TdsMessage,
  TdsPeer,
  texts,
  time,
  wideDecimal,
} from '../../helpers/tds-peer.js';

const open: { close(): Promise<void> }[] = [];
const clock = new JumpingClock();
const { waits } = clock;

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  waits.length = 0;
});

async function against(script: (message: TdsMessage) => TdsAnswer | undefined, options: Record<string, string> = {}) {
  const peer = await TdsPeer.start(script);
  const warehouse = new SqlServerWarehouse({
    url: `${peer.url}?${new URLSearchParams({ encrypt: 'false', ...options })}`,
    schema: 'dbo',
    clock,
    applicationName: 'customer-orders test',
  });
  open.push(peer, warehouse);
  return { peer, warehouse };
}

const select = parseStatement('some-rows', 'SELECT "n" FROM dbo."T"');
const update = parseStatement('some-change', 'UPDATE dbo."T" SET "n" = @n');
const asked = ({ type }: TdsMessage): boolean => type === TDS.rpc;

describe('the SQL Server driver, against a scripted server,', () => {
  it('says what to do about a refused login, and does not retry', async () => {
    const { peer, warehouse } = await against(({ type }) =>
      type === TDS.login ? failed(18456, "Login failed for user 'user'.", { severity: 14 }) : undefined,
    );
    await expect(warehouse.query(select)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /^SQL Server: Login failed for user 'user' \(error 18456, state 1\)\. Correct the user and password in WAREHOUSE_URL\. The server is \S+:\d+\/\w+\.$/,
      ),
    });
    expect(peer.connections).toBe(1);
  });

  it('names a database that cannot be opened, which the client hides behind the refused login', async () => {
    const { warehouse } = await against(({ type }) =>
      type === TDS.login
        ? Buffer.concat([
            failed(4060, 'Cannot open database "orders" requested by the login. The login failed.'),
            failed(18456, "Login failed for user 'user'."),
          ])
        : undefined,
    );
    await expect(warehouse.query(select)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/Cannot open database "orders".*error 4060.*Correct the database/),
    });
  });

  it('gives up a hanging connect after attempts with growing waits', async () => {
    const { peer, warehouse } = await against(() => 'nothing', { connectTimeout: '100' });
    await expect(warehouse.query(select)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('firewall'),
    });
    expect(peer.connections).toBe(5);
    expect(waits).toEqual([75, 300, 1_200, 3_750]);
  });

  it('refuses a server that cannot encrypt, unless configured otherwise', async () => {
    const { peer, warehouse } = await against(() => undefined, { encrypt: 'true' });
    await expect(warehouse.query(select)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('encrypt'),
    });
    expect(peer.messages.map(({ type }) => type)).toEqual([TDS.prelogin]);
  });

  it('repeats a transaction as a whole after a deadlock', async () => {
    let asks = 0;
    const { peer, warehouse } = await against((message) => {
      if (!asked(message)) return undefined;
      asks += 1;
      return asks === 2 ? failed(1205, 'Transaction was deadlocked.', { state: 51, severity: 13 }) : done({ rows: 1 });
    });
    let rounds = 0;
    const touched = await warehouse.transaction(async (transaction) => {
      rounds += 1;
      return (await transaction.execute(update, { n: 1 })) + (await transaction.execute(update, { n: 2 }));
    });
    expect({ rounds, asks, touched }).toEqual({ rounds: 2, asks: 4, touched: 2 });
    expect(waits).toEqual([75]);
    // Begun and rolled back, begun and committed.
    expect(peer.messages.filter(({ type }) => type === TDS.transaction)).toHaveLength(4);
  });

  it.each([4060, 40197, 40501, 40613, 49918, 49919, 49920, 10928, 10929])(
    'tries again after error %d, five times in all',
    async (number) => {
      let asks = 0;
      const { warehouse } = await against((message) => {
        if (!asked(message)) return undefined;
        asks += 1;
        return failed(number, 'Not now.');
      });
      await expect(warehouse.query(select)).rejects.toThrow(`error ${number}, state 1`);
      expect(asks).toBe(5);
    },
  );

  it.each([
    [208, 'Invalid object name', 2, 'Run migrate'],
    [207, 'Invalid column name', 2, 'Run migrate'],
    [229, 'The SELECT permission was denied', 2, 'Grant'],
    [547, 'The INSERT statement conflicted', 2, 'A row does not fit where it belongs: doctor compares'],
    [515, 'Cannot insert the value NULL', 2, 'A row does not fit where it belongs: doctor compares'],
    [8152, 'String or binary data would be truncated', 2, 'A value does not fit where it belongs: doctor compares'],
    [2628, 'String or binary data would be truncated', 2, 'A value does not fit where it belongs: doctor compares'],
    [3906, 'Failed to update database "O" because the database is read-only', 2, 'The database is read-only'],
    [1105, 'Could not allocate space', 1, "Make room on the server's disk, or let the database grow. Run again"],
    [9002, 'The transaction log is full', 1, 'Make room in the transaction log, or back it up. Run again'],
    [701, 'There is insufficient system memory', 1, 'Give the server more memory, or run less beside it. Run again'],
    [50000, 'Said by a trigger', 1, 'Run again'],
  ])('fails immediately with error %d', async (number, message, exitCode, advice) => {
    let asks = 0;
    const { warehouse } = await against((request) => {
      if (!asked(request)) return undefined;
      asks += 1;
      return failed(number, message, { state: 3 });
    });
    const refused = warehouse.query(select);
    await expect(refused).rejects.toMatchObject({ exitCode, where: { statement: 'some-rows' } });
    await expect(refused).rejects.toThrow(`SQL Server: ${message} (error ${number}, state 3). ${advice}`.trim());
    expect(asks).toBe(1);
  });

  it('ends a stream with an error when the connection is cut, and reconnects for the next statement', async () => {
    let asks = 0;
    const { peer, warehouse } = await against((message) => {
      if (!asked(message)) return undefined;
      asks += 1;
      const rows = numbers(
        'n',
        Array.from({ length: 1_000 }, (_, n) => n),
      );
      return asks === 1 ? { first: rows, cut: true } : Buffer.concat([numbers('n', [7]), done({ rows: 1 })]);
    });
    let read = 0;
    const reading = (async () => {
      for await (const chunk of warehouse.stream(select)) read += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ exitCode: 1 });
    expect(read).toBeLessThanOrEqual(1_000);
    const before = peer.connections;
    expect(await warehouse.query(select)).toEqual([{ n: 7 }]);
    expect(peer.connections).toBe(before + 1);
  });

  it('repeats a statement on a new connection when its connection is cut', async () => {
    let asks = 0;
    const { peer, warehouse } = await against((message) => {
      if (!asked(message)) return undefined;
      asks += 1;
      return asks === 1 ? 'cut' : Buffer.concat([numbers('n', [7]), done({ rows: 1 })]);
    });
    expect(await warehouse.query(select)).toEqual([{ n: 7 }]);
    expect([asks, peer.connections, waits]).toEqual([2, 2, [75]]);
  });

  it('applies back pressure to the server for a slow reader', async () => {
    const values = Array.from({ length: 6_000 }, (_, n) => `${n} ${'x'.repeat(2_000)}`);
    const { peer, warehouse } = await against((message) =>
      asked(message) ? Buffer.concat([texts('s', values), done({ rows: values.length })]) : undefined,
    );
    const read: unknown[] = [];
    let held = 0;
    for await (const chunk of warehouse.stream(select)) {
      if (held === 0) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        held = peer.waiting;
      }
      for (const [text] of chunk) read.push(text);
    }
    expect(held).toBeGreaterThan(1_000_000);
    expect(read).toEqual(values);
  });

  it('gives a slow or fast reader the same rows as bytes, in reused memory', async () => {
    const values = Array.from({ length: 3_000 }, (_, n) => `${n} é😀 ${'x'.repeat(n % 900)}`);
    const { warehouse } = await against((message) =>
      asked(message) ? Buffer.concat([texts('s', values), done({ rows: values.length })]) : undefined,
    );
    const read: (string | null)[] = [];
    const buffers = new Set<Buffer>();
    for await (const rows of warehouse.streamText(select)) {
      if (read.length % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      for (let row = 0; row < rows.count; row += 1) read.push(textAt(rows, row, 0));
      buffers.add(rows.bytes);
    }
    expect(read).toEqual(values);
    expect(buffers.size).toBeLessThan(12);
  });

  it('cancels a stream that is left early, and reuses its connection', async () => {
    const { peer, warehouse } = await against((message) => {
      if (!asked(message)) return undefined;
      return numbers(
        'n',
        Array.from({ length: 5_000 }, (_, n) => n),
      );
    });
    for await (const chunk of warehouse.stream(select)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(peer.messages.at(-1)?.type).toBe(TDS.attention);
    const before = peer.connections;
    for await (const _ of warehouse.stream(select)) break;
    expect(peer.connections).toBe(before);
  });

  it('keeps locks on a connection of their own, and notifies each holder when it is cut', async () => {
    const { peer, warehouse } = await against((message) =>
      asked(message) ? Buffer.concat([numbers('result', [0]), done({ rows: 1 })]) : undefined,
    );
    const [one, other] = [await warehouse.lock('customer:A', 0), await warehouse.lock('customer:B', 0)];
    expect(await warehouse.lock('customer:A', 0)).toBeUndefined();
    expect(peer.connections).toBe(1);
    const lost = [one, other].map((lock) => new Promise((resolve) => lock?.lost.addEventListener('abort', resolve)));
    peer.cut();
    await Promise.all(lost);
    await one?.release();
    await other?.release();
    const again = await warehouse.lock('customer:A', 0);
    expect(again?.lost.aborted).toBe(false);
    await again?.release();
  });

  it('takes a free lock on the shared connection, and waits for others on a separate one', async () => {
    // Somebody else has customer:B for as long as nobody waits for it.
    const { peer, warehouse } = await against((message) => {
      if (!asked(message)) return undefined;
      const busy = message.has('customer:B') && message.has('sp_getapplock') && peer.connections === 1;
      return Buffer.concat([numbers('result', [busy ? -1 : 0]), done({ rows: 1 })]);
    });
    const locks = [await warehouse.lock('run:1', 5_000), await warehouse.lock('customer:A', 0)];
    expect(peer.connections).toBe(1);
    locks.push(await warehouse.lock('customer:B', 5_000));
    expect(peer.connections).toBe(2);
    for (const lock of locks) await lock?.release();
    expect(peer.messages.filter((message) => message.has('sp_releaseapplock'))).toHaveLength(2);
    // The shared one stays for the next ones, the other has gone with its lock.
    const next = await warehouse.lock('customer:C', 5_000);
    expect([peer.connections, next?.lost.aborted]).toEqual([2, false]);
  });

  it('asks once for the lock of a board, however long it waits, and takes the question back behind one that hangs', async () => {
    const asks = (message: TdsMessage) => asked(message) && message.has('sp_getapplock');
    const { peer, warehouse } = await against((message) => {
      if (!asked(message)) return undefined;
      if (message.has('dm_tran_locks')) return failed(300, 'VIEW SERVER STATE permission was denied.');
      if (!asks(message)) return Buffer.concat([time('latest', new Date(0)), done({ rows: 1 })]);
      // Twice whether it is free, on the connection of the locks that nobody waits for.
      return peer.messages.filter(asks).length <= 2
        ? Buffer.concat([numbers('result', [-1]), done({ rows: 1 })])
        : 'nothing';
    });
    const stepped = new SteppedClock();
    const patience = { waitMs: 600_000, signal: new AbortController().signal, clock: stepped };
    const refused = withBoard(warehouse, '1', patience, async () => undefined).catch((error: unknown) => error);
    await until('it waits on a connection of its own', () => peer.messages.filter(asks).length === 3);
    let ended = false;
    void refused.then(() => {
      ended = true;
    });
    while (!ended) await stepped.step(refused);
    expect(await refused).toMatchObject({
      code: 'LOCK_BUSY',
      message: expect.stringContaining('still held by a session that this login may not see'),
    });
    expect(peer.messages.filter(asks)).toHaveLength(3);
    await until('the server is told', () => peer.messages.some(({ type }) => type === TDS.attention));
  });

  it('cancels its request when stopped while waiting for a lock', async () => {
    const asks = (message: TdsMessage) => asked(message) && message.has('sp_getapplock');
    const { peer, warehouse } = await against((message) => {
      if (!asks(message)) return undefined;
      return peer.connections === 1 ? Buffer.concat([numbers('result', [-1]), done({ rows: 1 })]) : 'nothing';
    });
    const stop = new AbortController();
    const reason = new Error('stopped');
    const waiting = warehouse.lock('customer:A', 600_000, stop.signal);
    await until('it waits on a connection of its own', () => peer.messages.filter(asks).length === 2);
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await until('the server is told', () => peer.messages.some(({ type }) => type === TDS.attention));
    await until('the connection is closed', () => peer.open === 1);
  });

  it('names table and holder when a table stays locked, and does not retry', async () => {
    const held = Buffer.concat([texts('table', ['MON_Run']), done({ rows: 1 })]);
    const { peer, warehouse } = await against((message) => {
      if (!asked(message)) return undefined;
      return message.has('dm_tran_locks') ? held : failed(1222, 'Lock request time out period exceeded.');
    });
    const runs = parseStatement('runs', 'SELECT "state" FROM dbo."MON_Run"');
    const said = /^The table MON_Run was locked for longer than 10 min by .+\. What was done stays; run again/;
    await expect(warehouse.query(runs)).rejects.toMatchObject({ exitCode: 1, message: expect.stringMatching(said) });
    await expect(warehouse.stream(runs).next()).rejects.toMatchObject({ message: expect.stringMatching(said) });
    expect(peer.messages.filter((message) => asked(message) && message.has('MON_Run'))).toHaveLength(4);
  });

  it('does not log in more often than it needs connections', async () => {
    const { peer, warehouse } = await against((message) =>
      asked(message) ? Buffer.concat([numbers('n', [7]), done({ rows: 1 })]) : undefined,
    );
    for (let n = 0; n < 3; n += 1) expect(await warehouse.query(select)).toEqual([{ n: 7 }]);
    expect(peer.connections).toBe(1);
    await warehouse.close();
    // Without an end the test would fail by its time.
    while (peer.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('refuses a decimal that the client would round', async () => {
    const { warehouse } = await against((message) =>
      asked(message) ? wideDecimal('price', 12_345_678_901_234_567_000n) : undefined,
    );
    const refusal = { exitCode: 2, message: expect.stringContaining('price') };
    await expect(warehouse.query(select)).rejects.toMatchObject(refusal);
    await expect(warehouse.stream(select).next()).rejects.toMatchObject(refusal);
    await expect(warehouse.streamText(select).next()).rejects.toMatchObject(refusal);
  });

  it('sends every packet of a statement without delay, on all of its connections', async () => {
    const { peer, warehouse } = await against((message) =>
      asked(message) ? Buffer.concat([numbers('result', [0]), done({ rows: 1 })]) : undefined,
    );
    const sent = jest.spyOn(Socket.prototype, 'setNoDelay');
    try {
      await warehouse.query(select);
      await warehouse.lock('customer:A', 0);
      expect(peer.connections).toBe(2);
      expect(sent.mock.calls.filter(([on]) => on === true)).toHaveLength(2);
    } finally {
      sent.mockRestore();
    }
  });

  it('sends values as parameters, whatever they contain', async () => {
    const { peer, warehouse } = await against(() => undefined);
    const nasty = `'; DROP TABLE "T"; -- 😀`;
    await warehouse.execute(parseStatement('t', 'UPDATE dbo."T" SET "n" = @text'), { text: nasty });
    const sent = peer.messages.filter(asked).at(-1);
    expect(sent?.has('UPDATE "dbo"."T" SET "n" = @text')).toBe(true);
    expect(sent?.has(`= ${nasty}`)).toBe(false);
    expect(sent?.has(nasty)).toBe(true);
  });
});
