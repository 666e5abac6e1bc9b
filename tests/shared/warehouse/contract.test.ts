import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { customerLock, pushLock, withBoard, withLock } from '../../../shared/store/locks.js';
import { sqlType } from '../../../shared/warehouse/port/sql-types.js';
import { parseStatement, quoteIdentifier, selectExactly } from '../../../shared/warehouse/port/statements.js';
import type { ArrayRow, BulkColumn } from '../../../shared/warehouse/port/warehouse.js';
import { ENGINE, openWarehouseAt, patience } from '../../helpers/engine.js';
import { SteppedClock } from '../../helpers/jumping-clock.js';
import { loadStatement } from '../../helpers/statements.js';
import { IN_DBO, openTestWarehouse, sql, type TestWarehouse, uuid } from '../../helpers/warehouse.js';

const COLUMNS: readonly BulkColumn[] = [
  { name: 'n', type: 'int' },
  { name: 'u', type: 'uuid' },
  { name: 'd', type: 'date' },
  { name: 't', type: 'datetime' },
  { name: 'm', type: 'decimal' },
  { name: 'b', type: 'bigint' },
  { name: '28', type: 'smallint' },
  { name: 's', type: 'text' },
];
const nasty = 'tab\t newline\n return\r back\\slash \\N quote" apostrophe\' 😀 \u2028 \u{2F9B2} end"';
const megabyte = '😀x'.repeat(350_000);
const row: ArrayRow = [
  1,
  '00000000-0000-4000-8000-00000000000a',
  '2025-02-28',
  '2025-02-28 23:59:59.123',
  '12345678901234567890.123456789012345678',
  '9007199254740993',
  7,
  nasty,
];
const change = parseStatement(
  'change-some',
  '-- @rows: n int, s text\nUPDATE dbo."Kinds" SET "s" = r."s" FROM @rows AS r WHERE "Kinds"."n" = r."n"',
);

const { signal } = new AbortController();
let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
  const definitions = COLUMNS.map(({ name, type }) => `${quoteIdentifier(name)} ${sqlType(ENGINE, type)} NULL`);
  await sql(test.warehouse, `CREATE TABLE dbo."Kinds" (${definitions.join(', ')})`);
  await sql(test.warehouse, `CREATE TABLE dbo."Many" ("n" INT NULL, "s" ${sqlType(ENGINE, 'text(40)')} NULL)`);
  await test.warehouse.bulkLoad('Kinds', COLUMNS, [row, [2, ...Array<null>(6).fill(null), '']]);
});
afterAll(() => test.drop());

describe('every warehouse', () => {
  it('loads in bulk and reads back every type without loss', async () => {
    const list = selectExactly(
      await test.warehouse.columns('Kinds'),
      COLUMNS.map(({ name }) => name),
    );
    const [first, second] = await sql(test.warehouse, `SELECT ${list} FROM dbo."Kinds" ORDER BY "n"`);
    const [, u, d, , m, b, small] = row;
    expect(first).toEqual({ n: 1, u, d, t: new Date('2025-02-28T23:59:59.123Z'), m, b, '28': small, s: nasty });
    expect(second).toEqual({ n: 2, u: null, d: null, t: null, m: null, b: null, '28': null, s: '' });
    const streamed: ArrayRow[] = [];
    for await (const rows of test.warehouse.stream(
      parseStatement('t', `SELECT ${list} FROM dbo."Kinds" WHERE "n" = @n`),
      { n: 1 },
    ))
      streamed.push(...rows);
    expect(streamed.map((values) => values.map(String))).toEqual([row.map(String)]);
  });

  it('accepts a text of a megabyte and more as a parameter, in a row set and in bulk', async () => {
    await test.warehouse.execute(change, { rows: [{ n: 2, s: megabyte }] });
    expect(await sql(test.warehouse, 'SELECT "s" FROM dbo."Kinds" WHERE "s" = @s', { s: megabyte })).toEqual([
      { s: megabyte },
    ]);
    await test.warehouse.bulkLoad('Kinds', [COLUMNS[0], COLUMNS[7]] as BulkColumn[], [[3, megabyte]]);
    expect(await sql(test.warehouse, 'SELECT "s" FROM dbo."Kinds" WHERE "n" = 3')).toEqual([{ s: megabyte }]);
    await sql(test.warehouse, 'DELETE FROM dbo."Kinds" WHERE "n" = 3');
  });

  it('loads nothing from an empty source, and gives unnamed columns their defaults', async () => {
    expect(await test.warehouse.bulkLoad('Many', [{ name: 'n', type: 'int' }], [])).toBe(0);
  });

  it('frees the connection when a stream is left early', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n): ArrayRow => [n, `row ${n}`]);
    const columns: BulkColumn[] = [
      { name: 'n', type: 'int' },
      { name: 's', type: 'text(40)' },
    ];
    expect(await test.warehouse.bulkLoad('Many', columns, rows)).toBe(3_000);
    for (let round = 0; round < 10; round += 1) {
      for await (const chunk of test.warehouse.stream(parseStatement('t', 'SELECT "n", "s" FROM dbo."Many"'))) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    }
    let count = 0;
    for await (const chunk of test.warehouse.stream(parseStatement('t', 'SELECT "n" FROM dbo."Many"')))
      count += chunk.length;
    expect(count).toBe(3_000);
  });

  it('writes many rows, with any character, in one statement', async () => {
    expect(
      await test.warehouse.execute(change, {
        rows: [
          { n: 1, s: nasty },
          { n: 2, s: null },
        ],
      }),
    ).toBe(2);
    expect(await sql(test.warehouse, 'SELECT "s" FROM dbo."Kinds" ORDER BY "n"')).toEqual([{ s: nasty }, { s: null }]);
  });

  it('inserts a row once when two connections do so at the same moment', async () => {
    await sql(test.warehouse, 'CREATE TABLE dbo."Once" ("n" INT NOT NULL PRIMARY KEY)');
    const insert = parseStatement(
      't',
      '-- @rows: n int\nINSERT INTO dbo."Once" ("n") SELECT r."n" FROM @rows AS r WHERE NOT EXISTS (SELECT 1 FROM dbo."Once" o WHERE o."n" = r."n")',
    );
    const rows = [{ n: 1 }];
    let other: Promise<number> | undefined;
    await test.warehouse.transaction(async (transaction) => {
      await transaction.execute(insert, { rows });
      other = test.warehouse.execute(insert, { rows });
      // Long enough that the other has looked, found nothing and waits for this transaction.
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(await other).toBe(0);
    expect(await sql(test.warehouse, 'SELECT "n" FROM dbo."Once"')).toEqual([{ n: 1 }]);
  });

  it('accepts lists and row sets longer than the maximum number of parameters', async () => {
    const ns = Array.from({ length: 2_500 }, (_, n) => n);
    const inList = parseStatement('t', 'SELECT CAST(COUNT(*) AS INT) AS "n" FROM dbo."Many" WHERE "s" IN (@list)');
    expect(await test.warehouse.query(inList, { list: ns.map((n) => `row ${n}`) })).toEqual([{ n: 2_500 }]);
    const inRows = parseStatement(
      't',
      '-- @rows: n int\nSELECT CAST(COUNT(*) AS INT) AS "n" FROM dbo."Many" m JOIN @rows AS r ON r."n" = m."n"',
    );
    expect(await test.warehouse.query(inRows, { rows: ns.map((n) => ({ n })) })).toEqual([{ n: 2_500 }]);
  });

  it('distinguishes texts of our tables by every letter, including case', async () => {
    const versions = ['Fall', 'FALL', '😀', '😁', 'a', 'á'];
    const rows = versions.map((version) => ({
      mapping_version: version,
      hashed_columns: '[]',
      created_at: new Date(),
    }));
    for (const one of rows) await test.warehouse.execute(loadStatement('mappings/insert-mapping'), { rows: [one] });
    await test.warehouse.execute(loadStatement('mappings/insert-mapping'), { rows });
    const found = await sql(test.warehouse, 'SELECT "mapping_version" AS "v" FROM dbo."MON_Mapping"');
    expect(found.map(({ v }) => v).sort()).toEqual([...versions].sort());
  });

  it('refuses a text that is too long for its column, in a row set and in bulk', async () => {
    const long = 'x'.repeat(65);
    const statement = loadStatement('mappings/insert-mapping');
    const rows = [{ mapping_version: long, hashed_columns: '[]', created_at: new Date() }];
    await expect(test.warehouse.execute(statement, { rows })).rejects.toThrow();
    await expect(test.warehouse.bulkLoad('Many', [{ name: 's', type: 'text(40)' }], [[long]])).rejects.toThrow();
    expect(await sql(test.warehouse, 'SELECT "s" FROM dbo."Many" WHERE "s" = @long', { long })).toEqual([]);
  });

  it('rolls a transaction back as a whole, also when the rows of a load end with an error', async () => {
    const work = test.warehouse.transaction(async (transaction) => {
      await transaction.execute(parseStatement('t', 'DELETE FROM dbo."Kinds"'));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    const load = test.warehouse.transaction(async (transaction) => {
      await transaction.execute(parseStatement('t', 'DELETE FROM dbo."Kinds"'));
      await transaction.bulkLoad(
        'Kinds',
        COLUMNS,
        (function* (): Generator<ArrayRow> {
          yield row;
          throw new Error('the file ends here');
        })(),
      );
    });
    await expect(load).rejects.toThrow('the file ends here');
    expect(await sql(test.warehouse, 'SELECT CAST(COUNT(*) AS INT) AS "n" FROM dbo."Kinds"')).toEqual([{ n: 2 }]);
  });

  it('gives a lock to one holder at a time, whatever its name, and again after its release', async () => {
    const name = customerLock(IN_DBO, "B'HOOD ÅÄ😀");
    const held = await test.warehouse.lock(name, 0);
    expect(held).toBeDefined();
    expect(await test.warehouse.lock(name, 0)).toBeUndefined();
    await expect(withLock(test.warehouse, name, { waitMs: 200, signal }, async () => undefined)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/was still held by .+ after 200 ?ms/),
    });
    const other = await test.warehouse.lock(customerLock(IN_DBO, "b'hood ÅÄ😀"), 0);
    expect(other).toBeDefined();
    const waiting = withLock(test.warehouse, name, { waitMs: 20_000, signal }, async () => 'mine');
    await held?.release();
    await expect(waiting).resolves.toBe('mine');
    await other?.release();
  });

  it('stops immediately while waiting for a lock, and does not take the lock afterwards', async () => {
    const name = customerLock(IN_DBO, 'STOPPED');
    const held = await test.warehouse.lock(name, 0);
    const stop = new AbortController();
    const reason = new Error('stopped');
    const waiting = test.warehouse.lock(name, 600_000, stop.signal);
    setImmediate(() => stop.abort(reason));
    await expect(waiting).rejects.toBe(reason);
    const again = withLock(test.warehouse, name, { waitMs: 20_000, signal }, async () => 'mine');
    await held?.release();
    await expect(again).resolves.toBe('mine');
    const work = withLock(
      test.warehouse,
      name,
      { waitMs: 20_000, signal: stop.signal },
      async () => 'done all the same',
    );
    await expect(work).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining(`the lock ${name}`) });
  });

  it('waits for a board as long as its ledger moves, and gives up behind a push that hangs', async () => {
    const held = await test.warehouse.lock(pushLock('1'), 0);
    const clock = new SteppedClock();
    const waiting = withBoard(test.warehouse, '1', { waitMs: 600_000, signal, clock }, async () => 'mine');
    const given = waiting.catch((error: unknown) => error);
    const send = (n: number) =>
      sql(
        test.warehouse,
        `INSERT INTO dbo."MON_Ledger" ("board_id", "kind", "ledger_key", "operation", "updated_at") VALUES (1, 'item', @key, 'update', @at)`,
        { key: `${n}`, at: new Date(Date.UTC(2026, 0, 1, 0, n)) },
      );
    for (let n = 1; n <= 4; n += 1) {
      await send(n);
      for (let minute = 0; minute < 9; minute += 1)
        for (let quarter = 0; quarter < 4; quarter += 1) await clock.step(given);
    }
    const movedLast = clock.now().getTime();
    expect(movedLast).toBeGreaterThan(3 * 600_000);
    let ended = false;
    void given.finally(() => {
      ended = true;
    });
    while (!ended) await clock.step(given);
    expect(await given).toMatchObject({
      exitCode: 1,
      code: 'LOCK_BUSY',
      message: expect.stringMatching(
        /^The lock push:1 was still held by .+ after 10 min\. Nothing was changed; run again/,
      ),
    });
    // Nine of its minutes had passed.
    expect(clock.now().getTime() - movedLast).toBeLessThan(120_000);
    await held?.release();
  });

  it("waits for other sessions' locks no longer than configured, and names the table and the holder", async () => {
    const hasty = await openWarehouseAt(test.url, { lockWaitMs: 300, applicationName: 'hasty' });
    const change = `UPDATE dbo."Kinds" SET "m" = "m" WHERE "n" = 1`;
    const locked = {
      exitCode: 1,
      message: expect.stringMatching(/table Kinds was locked for longer than 300 ms by \S/),
    };
    await test.warehouse.transaction(async (holder) => {
      await sql(holder, change);
      const start = performance.now();
      await expect(sql(hasty, change)).rejects.toMatchObject(locked);
      await expect(hasty.transaction((transaction) => sql(transaction, change))).rejects.toMatchObject(locked);
      // Not tried again, each of them.
      expect(performance.now() - start).toBeLessThan(patience(5_000));
    });
    await expect(sql(hasty, change)).resolves.toEqual([]);
    await hasty.close();
  });

  it('knows its columns in order, its time, and what does not exist', async () => {
    expect((await test.warehouse.columns('Kinds')).map(({ name }) => name)).toEqual(COLUMNS.map(({ name }) => name));
    expect(await test.warehouse.columns('Nothing')).toEqual([]);
    expect(Math.abs((await test.warehouse.now()).getTime() - Date.now())).toBeLessThan(60_000);
    const missing = sql(test.warehouse, 'SELECT "n" FROM dbo."Nothing" WHERE "u" = @u', { u: uuid(1) });
    await expect(missing).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('Run migrate') });
  });
});
