import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { openOlder } from '../../../shared/parquet/older.js';
import {
  openParquet,
  type ParquetColumn,
  type ParquetTable,
  type RowChunks,
  writeParquet,
} from '../../../shared/parquet/parquet.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';

const COLUMNS: ParquetColumn[] = [
  { name: 'line_key', kind: 'text' },
  { name: "CUSTOMER''S COLOUR CODE", kind: 'text' },
  { name: '30/30', kind: 'int' },
  { name: '28', kind: 'int' },
];

async function write(columns: ParquetColumn[], rows: ArrayRow[], metadata?: Map<string, string>): Promise<Uint8Array> {
  return (await writeParquet(columns, [rows], metadata)).bytes;
}

async function readAll(bytes: Uint8Array): Promise<ArrayRow[]> {
  return rowsOf(await openParquet(bytes));
}

async function rowsOf(table: ParquetTable): Promise<ArrayRow[]> {
  const rows: ArrayRow[] = [];
  for await (const chunk of table.rows()) for (const row of chunk) rows.push(row);
  return rows;
}

/** What another reader makes of the file: names and types of its columns, and its rows. */
async function readWithDuckDb(bytes: Uint8Array): Promise<{ columns: string[]; types: string[]; rows: unknown[][] }> {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-test-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const file = join(folder, 'rows.parquet');
    await writeFile(file, bytes);
    const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${file}')`);
    return {
      columns: reader.columnNames(),
      types: reader.columnTypes().map(String),
      rows: reader.getRows().map((row) => [...row]),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

describe('writeParquet and openParquet', () => {
  it('give back every value to the letter', async () => {
    const long = 'sehr lang – '.repeat(100_000);
    const rows: ArrayRow[] = [
      ['a', null, null, 0],
      ['', 'null', 2_147_483_647, -2_147_483_648],
      ['quote " and \' and \\', 'line\nfeed\r\ttab', 5, null],
      ['日本語 🧵 é e\u0301 \u2028', ' blanks ', 1, 2],
      [long, 'ASCII', 3, 4],
    ];
    expect(await readAll(await write(COLUMNS, rows))).toEqual(rows);
  });

  it('keep columns, row count and metadata', async () => {
    const table = await openParquet(await write(COLUMNS, [['a', 'b', 1, 2]], new Map([['noted', 'Größe "S"']])));
    expect(table.columns).toEqual(COLUMNS);
    expect(table.rowCount).toBe(1);
    expect(table.metadata.get('noted')).toBe('Größe "S"');
  });

  it('keep any texts beside the rows, in a footer that another reader understands', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.tuple(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 })),
          {
            maxLength: 14,
            selector: ([key]) => key,
          },
        ),
        async (pairs) => {
          const metadata = new Map(pairs);
          const bytes = await write(COLUMNS, [['a', 'b', 1, 2]], metadata);
          expect((await openParquet(bytes)).metadata).toEqual(metadata);
          expect(await readAll(bytes)).toEqual([['a', 'b', 1, 2]]);
        },
      ),
      { numRuns: 50 },
    );
    const bytes = await write(COLUMNS, [['a', 'b', 1, 2]], new Map([['noted', 'x'.repeat(40_000)]]));
    expect(await readWithDuckDb(bytes)).toMatchObject({ rows: [['a', 'b', 1, 2]] });
  });

  it('leave out columns in which no row has a value, and put them back in their places', async () => {
    const cells = fc.array(fc.option(fc.constantFrom('x', ''), { nil: null }), { minLength: 6, maxLength: 6 });
    const names = Array.from({ length: 6 }, (_, index): ParquetColumn => ({ name: `COLUMN ${index}`, kind: 'text' }));
    await fc.assert(
      fc.asyncProperty(fc.array(cells, { minLength: 1, maxLength: 3 }), async (rows) => {
        const bytes = await write(names, rows, new Map([['noted', 'beside']]));
        const table = await openParquet(bytes);
        expect(table.columns).toEqual(names);
        expect(table.metadata).toEqual(new Map([['noted', 'beside']]));
        expect(await readAll(bytes)).toEqual(rows);
        const filled = names.filter((_, index) => rows.some((row) => row[index] !== null));
        const seen = await readWithDuckDb(bytes);
        expect(seen.columns).toEqual((filled.length > 0 ? filled : names).map(({ name }) => name));
      }),
      { numRuns: 20 },
    );
  });

  it('name left out columns beside the rows, with place and type', async () => {
    const bytes = await write(COLUMNS, [['a', null, null, 2]]);
    const { metadata, columns } = await openOlder(bytes);
    expect(JSON.parse(metadata.get('empty_columns') ?? '')).toEqual([
      [1, "CUSTOMER''S COLOUR CODE", 'text'],
      [2, '30/30', 'int'],
    ]);
    expect(columns.map(({ name }) => name)).toEqual(['line_key', '28']);
  });

  it('spend less than 72 bytes on a column of one letter, its name and page included', async () => {
    const names = Array.from({ length: 300 }, (_, index): ParquetColumn => ({ name: `C${index}`, kind: 'text' }));
    const bytes = Buffer.from(await write(names, [names.map(() => 'x')]));
    expect(bytes.length / names.length).toBeLessThan(72);
    expect((await readWithDuckDb(bytes)).columns).toEqual(names.map(({ name }) => name));
  });

  it('keep the columns of a table without rows', async () => {
    const { bytes, rowCount } = await writeParquet(COLUMNS, []);
    const table = await openParquet(bytes);
    expect([rowCount, table.rowCount, table.columns]).toEqual([0, 0, COLUMNS]);
    expect(await readAll(bytes)).toEqual([]);
  });

  it('read the rows of one opened file as often as asked', async () => {
    const table = await openParquet(await write(COLUMNS, [['a', 'b', 1, 2]]));
    for (const _ of [1, 2]) {
      const rows: ArrayRow[] = [];
      for await (const chunk of table.rows()) rows.push(...chunk);
      expect(rows).toEqual([['a', 'b', 1, 2]]);
    }
  });

  it('carry any text and integer, also in files of several pages, to three readers', async () => {
    const value = fc.option(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('a', '')), {
      nil: null,
    });
    const count = fc.option(fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constantFrom(1, 2)), {
      nil: null,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, value, count, count), { maxLength: 40 }),
        fc.constantFrom(1, 1, 60, 700),
        async (some, times) => {
          const rows = Array.from({ length: times }, () => some).flat();
          const bytes = await write(COLUMNS, rows);
          expect(await readAll(bytes)).toEqual(rows);
          const filled = COLUMNS.flatMap((_, index) => (rows.some((row) => row[index] !== null) ? [index] : []));
          if (filled.length === 0) return;
          const stored = rows.map((row) => filled.map((index) => row[index]));
          expect(await rowsOf(await openOlder(bytes))).toEqual(stored);
          expect((await readWithDuckDb(bytes)).rows).toEqual(stored);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([
    ['a dictionary that grows from page to page', (n: number) => `style ${n % 3_000} ${Math.floor(n / 9_000)}`],
    ['a dictionary that becomes too large', (n: number) => `style ${n < 8_192 ? n % 7 : n}`],
    ['texts that never repeat', (n: number) => `line ${n}`],
    ['values that begin after the first page', (n: number) => (n < 9_000 ? null : `late ${n % 5}`)],
    ['two halves of a character', (n: number) => (n % 2 ? 'a\ud83d' : '\udea0b')],
  ])('carry %s', async (_, textAt) => {
    const rows: ArrayRow[] = Array.from({ length: 60_000 }, (_row, n) => [textAt(n), n % 11 ? n - 30_000 : null]);
    const bytes = await write(
      [
        { name: 'text', kind: 'text' },
        { name: 'int', kind: 'int' },
      ],
      rows,
    );
    // Half a character is written as the one that stands for what is none.
    const expected = rows.map(([text, int]) => [typeof text === 'string' ? Buffer.from(text).toString() : text, int]);
    expect(await readAll(bytes)).toEqual(expected);
    expect(await rowsOf(await openOlder(bytes))).toEqual(expected);
  });

  it('give the same bytes however the rows arrive in chunks', async () => {
    const rows: ArrayRow[] = Array.from({ length: 9_000 }, (_, n) => [`key ${n}`, n % 3 ? 'S' : null, n, null]);
    const inChunksOf = async (size: number): Promise<Uint8Array> => {
      const chunks: ArrayRow[][] = [];
      for (let at = 0; at < rows.length; at += size) chunks.push(rows.slice(at, at + size));
      return (await writeParquet(COLUMNS, chunks)).bytes;
    };
    const whole = await inChunksOf(rows.length);
    expect(Buffer.compare(await inChunksOf(1_000), whole)).toBe(0);
    expect(Buffer.compare(await inChunksOf(7), whole)).toBe(0);
  });

  it('are read by another program under the same names and types', async () => {
    const rows: ArrayRow[] = [
      ['a', null, null, 7],
      ['🧵', '', -5, null],
    ];
    const seen = await readWithDuckDb(await write(COLUMNS, rows));
    expect(seen.columns).toEqual(COLUMNS.map(({ name }) => name));
    expect(seen.types).toEqual(['VARCHAR', 'VARCHAR', 'INTEGER', 'INTEGER']);
    expect(seen.rows).toEqual(rows);
  });

  it('spend less than 19 bytes on a UUID in a column of distinct texts', async () => {
    const rows: ArrayRow[] = Array.from({ length: 5_000 }, () => [randomUUID()]);
    const bytes = await write([{ name: 'line_key', kind: 'text', distinct: true }], rows);
    expect(bytes.length / rows.length).toBeLessThan(19);
    expect(await readAll(bytes)).toEqual(rows);
    expect((await readWithDuckDb(bytes)).rows).toEqual(rows);
  });

  it.each([['12'], [1.5], [2 ** 31], [Number.NaN]])('refuse %p in an integer column', async (value) => {
    await expect(write(COLUMNS, [['a', null, value, null]])).rejects.toThrow('Column "30/30"');
  });

  it('pass on an error of the rows as it is', async () => {
    async function* failing(): AsyncGenerator<ArrayRow[]> {
      yield Array.from({ length: 5_000 }, () => ['a', 'b', 1, 2]);
      throw new FixFirstError('DATABASE_UNSUITABLE', 'the database went away');
    }
    await expect(writeParquet(COLUMNS, failing() satisfies RowChunks)).rejects.toThrow(FixFirstError);
  });

  it('give other rows or refuse a file of which a byte is another, and come to an end', async () => {
    const rows: ArrayRow[] = Array.from({ length: 40 }, (_, n) => [`key ${n}`, n % 3 ? 'S' : null, n % 7, null]);
    const whole = await write(COLUMNS, rows, new Map([['noted', 'beside']]));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const read = await readAll(bytes).catch((error: unknown) => error);
        expect(Array.isArray(read) || read instanceof FixFirstError).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('refuse bytes that are no Parquet file, or only half of one', async () => {
    await expect(openParquet(Buffer.from('not Parquet at all'))).rejects.toThrow('cannot be read as Parquet');
    const bytes = await write(COLUMNS, [['a', 'b', 1, 2]]);
    await expect(openParquet(bytes.subarray(0, bytes.length / 2))).rejects.toThrow('cannot be read as Parquet');
  });
});
