import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { TryAgainError } from '../../../shared/ground/errors.js';
import { parseStatement } from '../../../shared/warehouse/port/statements.js';
import { arrayRowAt } from '../../../shared/warehouse/port/text-rows.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import { PostgresWarehouse } from '../../../shared/warehouse/postgres/warehouse.js';
import { Wire } from '../../chaos/wire.js';
import {
  insertLines,
  line,
  openTestWarehouse,
  SOURCE_COLUMNS,
  sql,
  type TestWarehouse,
} from '../../helpers/warehouse.js';

let test: TestWarehouse;
const statement = parseStatement('read', 'SELECT s.* FROM dbo."ORDERS_UNIFIED" s');

beforeAll(async () => {
  test = await openTestWarehouse();
  const nasty = { NOTES: 'tab\t newline\n return\r \\N back\\slash 😀', 'AAG SEASON': '', S: 104, '28': null };
  await insertLines(test.warehouse, [line(1, nasty), ...Array.from({ length: 999 }, (_, n) => line(n + 2, { M: n }))]);
});
afterAll(() => test.drop());

async function readTexts(): Promise<ArrayRow[]> {
  const rows: ArrayRow[] = [];
  for await (const chunk of test.warehouse.streamText(statement))
    for (let row = 0; row < chunk.count; row++) rows.push(arrayRowAt(chunk, row));
  return rows;
}

const byUuid = (a: ArrayRow, b: ArrayRow): number => (String(a[0]) < String(b[0]) ? -1 : 1);

describe('streamText', () => {
  it('returns the same texts as stream, for every column of the source', async () => {
    const rows: ArrayRow[] = [];
    for await (const chunk of test.warehouse.stream(statement))
      rows.push(...chunk.map((row) => row.map((value) => (value === null ? null : String(value)))));
    expect(rows).toHaveLength(1_000);
    expect(rows[0]).toHaveLength(SOURCE_COLUMNS.length);
    expect((await readTexts()).sort(byUuid)).toEqual(rows.sort(byUuid));
  });

  it('leaves the warehouse usable when the reader stops early', async () => {
    for (let n = 0; n < 8; n++)
      for await (const chunk of test.warehouse.streamText(statement)) if (chunk.count > 0) break;
    expect(await readTexts()).toHaveLength(1_000);
  });

  it('names the statement that the engine refuses', async () => {
    const read = async (): Promise<void> => {
      for await (const _ of test.warehouse.streamText(parseStatement('gone', 'SELECT * FROM dbo."NoSuchTable"')));
    };
    await expect(read()).rejects.toMatchObject({ where: { statement: 'gone' } });
  });
});

describe('a connection that is cut while PostgreSQL sends rows', () => {
  const slow = parseStatement('slow', `SELECT n, pg_sleep(0.001), repeat('x', 1000) FROM generate_series(1, 100000) n`);
  const cut = () =>
    sql(
      test.warehouse,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(0.001)%' AND pid <> pg_backend_pid() AND datname = current_database()`,
    );

  it.each(['stream', 'streamText'] as const)('ends %s, whichever of its statements is running', async (way) => {
    const { wire, url } = await Wire.open(test.url);
    const warehouse = new PostgresWarehouse({ url, schema: 'dbo', clock: systemClock(), applicationName: 'test' });
    const rows = parseStatement('rows', 'SELECT n FROM generate_series(1, 300) n');
    const read = async (): Promise<number> => {
      let count = 0;
      for await (const chunk of warehouse[way](rows)) count += Array.isArray(chunk) ? chunk.length : chunk.count;
      return count;
    };
    const results: unknown[] = [];
    for (const side of ['before', 'after'] as const) {
      for (let at = 1, uncut = false; !uncut; at++) {
        let statements = 0;
        wire.onStatement = () => (++statements === at ? { side } : undefined);
        const result = await read().catch((error: unknown) => (error instanceof TryAgainError ? 'again' : error));
        uncut = statements < at;
        results.push(result);
      }
    }
    wire.close();
    await warehouse.close();
    expect(results.filter((result) => result !== 300 && result !== 'again')).toEqual([]);
    expect(results.filter((result) => result === 'again').length).toBeGreaterThan(1);
  });

  it.each(['stream', 'streamText'] as const)('is an error of %s, and of nothing else', async (way) => {
    const read = async (): Promise<void> => {
      for await (const _ of test.warehouse[way](slow)) await cut();
    };
    // The server's word of it, unless the socket is closed before it is read.
    await expect(read()).rejects.toThrow(/^PostgreSQL: .*(terminat|Connection|ECONNRESET)/i);
    expect(await readTexts()).toHaveLength(1_000);
  });
});
