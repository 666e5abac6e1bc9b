import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Clock, systemClock } from '../../../../shared/ground/clock.js';
import { customerLock, pushLock, withBoard, withLock } from '../../../../shared/store/locks.js';
import { parseStatement } from '../../../../shared/warehouse/port/statements.js';
import { PostgresWarehouse } from '../../../../shared/warehouse/postgres/warehouse.js';
import { until } from '../../../e2e/until.js';
import { openWarehouseAt } from '../../../helpers/engine.js';
import { JumpingClock, SteppedClock } from '../../../helpers/jumping-clock.js';
import { IN_DBO, openTestWarehouse, sql, type TestWarehouse } from '../../../helpers/warehouse.js';

const { signal } = new AbortController();
let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
  await sql(
    test.warehouse,
    'CREATE TABLE dbo."Kinds" ("n" INTEGER, "u" UUID, "d" DATE, "t" TIMESTAMP(3), "m" NUMERIC(38,18), "b" BIGINT, "s" TEXT)',
  );
});
afterAll(() => test.drop());

const COLUMNS = [
  { name: 'n', type: 'int' },
  { name: 'u', type: 'uuid' },
  { name: 'd', type: 'date' },
  { name: 't', type: 'datetime' },
  { name: 'm', type: 'decimal' },
  { name: 'b', type: 'bigint' },
  { name: 's', type: 'text' },
] as const;

const nasty = 'tab\t newline\n return\r back\\slash \\N quote" apostrophe\' 😀 \u2028 end';
const row = [
  1,
  '00000000-0000-4000-8000-00000000000a',
  '2025-02-28',
  '2025-02-28 23:59:59.123',
  '12.345678901234567',
  '9007199254740993',
  nasty,
] as const;

/** Ends a session as its server would, and waits until it is gone. */
async function cutConnection(pid: number): Promise<void> {
  await sql(test.warehouse, 'SELECT pg_terminate_backend(@pid)', { pid });
  const gone = async () =>
    (await sql(test.warehouse, 'SELECT 1 FROM pg_stat_activity WHERE pid = @pid', { pid })).length === 0;
  while (!(await gone()));
}

const LOCK_HOLDERS =
  "FROM (SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) h";

async function lockConnections(): Promise<number> {
  const [row] = await sql(test.warehouse, `SELECT COUNT(*) AS "n" ${LOCK_HOLDERS}`);
  return Number(row?.['n']);
}

describe('the PostgreSQL driver', () => {
  it('loads in bulk and reads back every type without loss', async () => {
    await test.warehouse.bulkLoad('Kinds', COLUMNS, [row, [2, null, null, null, null, null, '']]);
    const [first, second] = await sql(test.warehouse, 'SELECT * FROM dbo."Kinds" ORDER BY "n"');
    expect(first).toEqual({
      n: 1,
      u: row[1],
      d: '2025-02-28',
      t: new Date('2025-02-28T23:59:59.123Z'),
      m: '12.345678901234567000',
      b: '9007199254740993',
      s: nasty,
    });
    expect(second).toEqual({ n: 2, u: null, d: null, t: null, m: null, b: null, s: '' });
  });

  it('streams array rows in the order of the select list', async () => {
    const rows = [];
    for await (const chunk of test.warehouse.stream(
      parseStatement('t', 'SELECT "s", "n", "d" FROM dbo."Kinds" WHERE "n" = @n'),
      { n: 1 },
    ))
      rows.push(...chunk);
    expect(rows).toEqual([[nasty, '1', '2025-02-28']]);
  });

  it('frees the connection when a stream is left early', async () => {
    for (let round = 0; round < 20; round += 1) {
      for await (const chunk of test.warehouse.stream(parseStatement('t', 'SELECT * FROM generate_series(1, 5000)'))) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    }
  });

  it('writes many rows with one statement', async () => {
    const statement = parseStatement(
      't',
      '-- @rows: n int, s text\nUPDATE dbo."Kinds" SET "s" = r."s" FROM @rows AS r WHERE "Kinds"."n" = r."n"',
    );
    expect(
      await test.warehouse.execute(statement, {
        rows: [
          { n: 1, s: 'one' },
          { n: 2, s: null },
        ],
      }),
    ).toBe(2);
    expect(await sql(test.warehouse, 'SELECT "s" FROM dbo."Kinds" ORDER BY "n"')).toEqual([{ s: 'one' }, { s: null }]);
  });

  it('rolls a transaction back as a whole', async () => {
    const work = test.warehouse.transaction(async (transaction) => {
      await transaction.execute(parseStatement('t', 'DELETE FROM dbo."Kinds"'));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await sql(test.warehouse, 'SELECT COUNT(*) AS "n" FROM dbo."Kinds"')).toEqual([{ n: '2' }]);
  });

  it('repeats a transaction as a whole when its connection is cut between two statements', async () => {
    let runs = 0;
    const result = await test.warehouse.transaction(async (transaction) => {
      runs += 1;
      const [row] = await transaction.query(parseStatement('t', 'SELECT pg_backend_pid() AS "pid"'));
      if (runs === 1) await cutConnection(Number(row?.['pid']));
      return transaction.query(parseStatement('t', 'SELECT 7 AS "n"'));
    });
    expect({ runs, result }).toEqual({ runs: 2, result: [{ n: 7 }] });
  });

  it('fails a stream whose connection is cut, with an error that says to try again', async () => {
    // More than fits into the buffers on its way.
    const rows = `SELECT pg_backend_pid(), repeat('x', 1000) FROM generate_series(1, 100000)`;
    const chunks = test.warehouse.stream(parseStatement('t', rows));
    const read = async () => {
      let cut = false;
      for await (const [row] of chunks) {
        if (!cut) await cutConnection(Number(row?.[0]));
        cut = true;
      }
    };
    await expect(read()).rejects.toMatchObject({ exitCode: 1 });
  });

  it('gives a lock to one holder at a time, names the holder, and frees the lock when the holder dies', async () => {
    const name = customerLock(IN_DBO, "B'HOOD");
    const held = await test.warehouse.lock(name, 0);
    expect(held).toBeDefined();
    expect(await test.warehouse.lock(name, 0)).toBeUndefined();
    await expect(withLock(test.warehouse, name, { waitMs: 20, signal }, async () => undefined)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('customer-orders test'),
    });
    const lost = new Promise((resolve) => held?.lost.addEventListener('abort', resolve));
    await sql(
      test.warehouse,
      `SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.pid <> pg_backend_pid() AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    await lost;
    await expect(withLock(test.warehouse, name, { waitMs: 1_000, signal }, async () => 'mine')).resolves.toBe('mine');
  });

  it('does not name the holder of a lock with the same name in another database of the server', async () => {
    const other = await openTestWarehouse();
    try {
      const theirs = await other.warehouse.lock('of both', 0);
      expect(await test.warehouse.lockHolder('of both')).not.toContain('connected since');
      const ours = await test.warehouse.lock('of both', 0);
      expect(ours).toBeDefined();
      await theirs?.release();
      expect(await test.warehouse.lockHolder('of both')).toContain('connected since');
      await ours?.release();
    } finally {
      await other.drop();
    }
  });

  it('leaves no session waiting in the server after a task that waited for a lock was stopped', async () => {
    const held = await test.warehouse.lock('stopped', 0);
    const stop = new AbortController();
    const waiting = test.warehouse.lock('stopped', 600_000, stop.signal);
    const waiters = async () =>
      (await sql(test.warehouse, `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length;
    await until('somebody waits', async () => (await waiters()) === 1);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await until('nobody waits', async () => (await waiters()) === 0);
    await until('only the holder is connected', async () => (await lockConnections()) === 1);
    await held?.release();
  });

  it('lets those who wait for a board to it in their order, whoever comes later, and none behind five runs out of time', async () => {
    const patience = { waitMs: 600_000, signal };
    const turns: string[] = [];
    const ends: (() => void)[] = [];
    const push = (name: string, clock: Pick<Clock, 'now' | 'wait'>) =>
      withBoard(test.warehouse, '7', { ...patience, clock }, async () => {
        turns.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
      });
    const queue = async () =>
      (await sql(test.warehouse, `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length;
    const ahead: Promise<void>[] = [];
    for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
      ahead.push(push(name, { ...systemClock(), wait: () => new Promise(() => undefined) }));
      if (name === 'first') await until('the first has it', () => turns.length === 1);
      await until(`${name} has its place`, async () => (await queue()) === ahead.length - 1);
    }
    const clock = new SteppedClock();
    const last = push('last', clock);
    await until('the last has its place', async () => (await queue()) === 5);
    for (let turn = 1; turn <= 5; turn += 1) {
      // Eight of ten minutes, in which nothing is written.
      for (let look = 0; look < 32; look += 1) await clock.step(last);
      expect(await test.warehouse.lock(pushLock('7'), 0)).toBeUndefined();
      ends[turn - 1]?.();
      await until('the next has it', () => turns.length === turn + 1);
    }
    ends[5]?.();
    await Promise.all([...ahead, last]);
    expect(turns).toEqual(['first', 'second', 'third', 'fourth', 'fifth', 'last']);
    expect(clock.now().getTime()).toBe(40 * 60_000);
  });

  it('names the session that locked a table, for a query, a stream and a load', async () => {
    const hasty = await openWarehouseAt(test.url, { lockWaitMs: 200, applicationName: 'hasty' });
    const select = parseStatement('select-runs', 'SELECT "state" FROM dbo."MON_Run"');
    await test.warehouse.transaction(async (holder) => {
      await sql(holder, 'LOCK TABLE dbo."MON_Run" IN ACCESS EXCLUSIVE MODE');
      const locked = {
        exitCode: 1,
        message: expect.stringMatching(
          /^The table MON_Run was locked for longer than 200 ms by customer-orders test \(process \d+, user \S+, in a transaction since .+\)\. .*run again/,
        ),
      };
      await expect(hasty.query(select)).rejects.toMatchObject(locked);
      await expect(hasty.stream(select)[Symbol.asyncIterator]().next()).rejects.toMatchObject(locked);
      const load = hasty.bulkLoad('MON_Run', [{ name: 'state', type: 'text(32)' }], [['OPEN']]);
      await expect(load).rejects.toMatchObject(locked);
    });
    await hasty.close();
  });

  it('holds free locks on one connection, and releases each separately', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map((name) => test.warehouse.lock(name, 0)));
    expect(await test.warehouse.lock('a', 0)).toBeUndefined();
    expect(await lockConnections()).toBe(1);
    await a?.release();
    const again = await test.warehouse.lock('a', 0);
    expect(again).toBeDefined();
    await Promise.all([again?.release(), b?.release(), a?.release()]);
    expect(await lockConnections()).toBe(0);
    const [lost] = await Promise.all([test.warehouse.lock('b', 0), test.warehouse.lock('c', 0)]);
    const told = new Promise((resolve) => lost?.lost.addEventListener('abort', resolve));
    await sql(test.warehouse, `SELECT pg_terminate_backend(pid) ${LOCK_HOLDERS}`);
    await told;
    await withLock(test.warehouse, 'c', { waitMs: 5_000, signal }, async () => undefined);
  });

  it('keeps the connection of its locks for the next ones, and closes it at the end', async () => {
    const options = { url: test.url, schema: 'dbo', clock: systemClock(), applicationName: 'locks kept' };
    const warehouse = new PostgresWarehouse(options);
    const sessions = () =>
      sql(test.warehouse, 'SELECT pid FROM pg_stat_activity WHERE application_name = @name', { name: 'locks kept' });
    const locks = await Promise.all(['a', 'b'].map((name) => warehouse.lock(name, 0)));
    const before = await sessions();
    expect(before).toHaveLength(1);
    await Promise.all(locks.map((lock) => lock?.release()));
    const theirs = await test.warehouse.lock('a', 0);
    expect(theirs).toBeDefined();
    await theirs?.release();
    expect(await warehouse.lock('a', 0)).toBeDefined();
    expect(await sessions()).toEqual(before);
    await warehouse.close();
    await expect(withLock(test.warehouse, 'a', { waitMs: 5_000, signal }, async () => 'free')).resolves.toBe('free');
  });

  it('takes locks again after its first log-in failed', async () => {
    const url = new URL(test.url);
    await sql(test.warehouse, `CREATE ROLE "late_${process.pid}" PASSWORD 'late' NOLOGIN`);
    url.username = `late_${process.pid}`;
    url.password = 'late';
    const warehouse = new PostgresWarehouse({
      url: url.href,
      schema: 'dbo',
      clock: new JumpingClock(),
      applicationName: 'late',
    });
    await expect(warehouse.lock('a', 0)).rejects.toMatchObject({ exitCode: 2 });
    await sql(test.warehouse, `ALTER ROLE "late_${process.pid}" LOGIN`);
    const lock = await warehouse.lock('a', 0);
    expect(lock).toBeDefined();
    await warehouse.close();
    await sql(test.warehouse, `DROP ROLE "late_${process.pid}"`);
  });

  it.each([
    [
      'a wrong password',
      (url: URL) => {
        url.password = 'wrong';
      },
      2,
    ],
    [
      'an unknown database',
      (url: URL) => {
        url.pathname = '/nowhere';
      },
      2,
    ],
    [
      'a port where nobody listens',
      (url: URL) => {
        url.port = '1';
      },
      1,
    ],
  ])('says what to do about %s', async (_, change, exitCode) => {
    const url = new URL(test.url);
    change(url);
    const clock = new JumpingClock();
    const warehouse = new PostgresWarehouse({ url: url.href, schema: 'dbo', clock, applicationName: 'test' });
    await expect(warehouse.now()).rejects.toMatchObject({ exitCode, message: expect.stringContaining('PostgreSQL:') });
    await warehouse.close();
  });
});
