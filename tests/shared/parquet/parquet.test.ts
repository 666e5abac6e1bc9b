import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { openParquet, type ParquetColumn, type RowChunks, writeParquet } from '../../../shared/parquet/parquet.js';
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
  const rows: ArrayRow[] = [];
  for await (const chunk of (await openParquet(bytes)).rows()) rows.push(...chunk);
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
    const bytes = await write(COLUMNS, [['a', null, 1, 2]], new Map([['noted', 'x'.repeat(40_000)]]));
    expect(await readWithDuckDb(bytes)).toMatchObject({ rows: [['a', null, 1, 2]] });
  });

  it('hold no copy of the schema, which would be a third of a small file', async () => {
    const names = Array.from({ length: 383 }, (_, index): ParquetColumn => ({ name: `COLUMN ${index}`, kind: 'text' }));
    const bytes = Buffer.from(await write(names, [names.map(() => null)]));
    expect(bytes.includes('ARROW:schema')).toBe(false);
    expect((await openParquet(bytes)).columns).toEqual(names);
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

  it('carry any text and integer, also in files of several batches', async () => {
    const value = fc.option(fc.string({ unit: 'grapheme', maxLength: 12 }), { nil: null });
    const count = fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { nil: null });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, value, count, count), { maxLength: 40 }),
        fc.constantFrom(1, 300),
        async (some, times) => {
          const rows = Array.from({ length: times }, () => some).flat();
          expect(await readAll(await write(COLUMNS, rows))).toEqual(rows);
        },
      ),
      { numRuns: 60 },
    );
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

  it('refuse bytes that are no Parquet file, or only half of one', async () => {
    await expect(openParquet(Buffer.from('not Parquet at all'))).rejects.toThrow('cannot be read as Parquet');
    const bytes = await write(COLUMNS, [['a', 'b', 1, 2]]);
    await expect(openParquet(bytes.subarray(0, bytes.length / 2))).rejects.toThrow('cannot be read as Parquet');
  });
});
