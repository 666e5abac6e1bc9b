import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CsvRecord, readCsv } from '../../../local/orders/csv.js';
import { ordersFromCsv } from '../../../local/orders/csv-orders.js';
import { sampleOrders } from '../../../local/orders/sample.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import { csvLine } from './csv-line.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'customer-orders-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Buffer): string {
  const path = join(folder, 'orders.csv');
  writeFileSync(path, content);
  return path;
}

async function all<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const read = (content: string | Buffer): Promise<CsvRecord[]> => all(readCsv(file(content)));
const fieldsOf = async (content: string | Buffer): Promise<(string | null)[][]> =>
  (await read(content)).map(({ fields }) => fields);

describe('readCsv', () => {
  it('reads quotes, commas and newlines inside fields', async () => {
    expect(await fieldsOf('a,"b ""x"", c","two\nlines"\nd,e,5" pipe\n')).toEqual([
      ['a', 'b "x", c', 'two\nlines'],
      ['d', 'e', '5" pipe'],
    ]);
  });

  it('accepts either line end, a missing last one, blank lines and a byte order mark', async () => {
    expect(await fieldsOf('\uFEFFa,b\r\n"c",d\r\n\r\ne,"f"')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ]);
  });

  it('distinguishes an empty field from an empty text', async () => {
    expect(await fieldsOf(',"",x,\n')).toEqual([[null, '', 'x', null]]);
  });

  it('knows the line of the file on which a record begins', async () => {
    expect((await read('a\n"b\nb"\n\nc\n')).map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it.each([
    ['a,b\n"c"d,e\n', /line 2: there is text after the closing quote/],
    ['a\nb\n"c\nd', /line 3: the field that begins with a quote never ends/],
  ])('refuses %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  it('refuses a file that is not UTF-8, and a missing file', async () => {
    await expect(read(Buffer.from([0x43, 0x41, 0x46, 0xc9, 0x0a]))).rejects.toThrow(/not in UTF-8/);
    await expect(all(readCsv(join(folder, 'none.csv')))).rejects.toThrow(/cannot be read.*ENOENT/);
  });

  it('reads back whatever was written', async () => {
    const cell = fc.oneof(fc.constant(null), fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', ' ') }));
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        expect(await fieldsOf(rows.map(csvLine).join(''))).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });

  it('reads the same wherever the file is cut into chunks', async () => {
    const rows = Array.from({ length: 5_000 }, (_, n) => [`${n}`, 'x"é,\r\n'.repeat(n % 7), null, '']);
    expect(await fieldsOf(rows.map(csvLine).join(''))).toEqual(rows);
  });
});

const HEADER = 'AAG ORDER NUMBER,EX FACTORY DATE,UNIT OF MEASURE,INFOR COLOUR CODE,S,28,NEW SIZE,TOTAL QTY,EXTRA';

async function load(...lines: string[]): Promise<{ types: Record<string, string>; rows: ArrayRow[] }> {
  const orders = await ordersFromCsv(file([HEADER, ...lines, ''].join('\r\n')));
  const types = orders.columns.map(({ name, type }): [string, string] => [name, type]);
  return { types: Object.fromEntries(types), rows: await all(orders.rows()) };
}

describe('ordersFromCsv', () => {
  it('gives known columns their type, and infers that of others from place and content', async () => {
    const { types, rows } = await load('A-1,2025-08-15,PCE,417,5,0,,5,"x, y"', 'A-2,08/16/2025,PCE,418,,3,9,12,');
    expect(types).toEqual({
      'AAG ORDER NUMBER': 'text',
      'EX FACTORY DATE': 'date',
      'UNIT OF MEASURE': 'text',
      'INFOR COLOUR CODE': 'text',
      S: 'int',
      28: 'int',
      'NEW SIZE': 'int',
      'TOTAL QTY': 'int',
      EXTRA: 'text',
      record_uuid: 'uuid',
    });
    expect(rows.map((row) => row.slice(0, 9))).toEqual([
      ['A-1', '2025-08-15', 'PCE', '417', 5, 0, null, 5, 'x, y'],
      ['A-2', '2025-08-16', 'PCE', '418', null, 3, 9, 12, null],
    ]);
    expect(new Set(rows.map((row) => row.at(-1))).size).toBe(2);
  });

  it('keeps as text what is not all integers or dates', async () => {
    const { types, rows } = await load('A-1,soon,PCE,,5,,,5,', 'A-2,2025-01-01,PCE,,five,99999999999,,1.5,');
    expect(types).toMatchObject({ 'EX FACTORY DATE': 'text', S: 'text', 28: 'text', 'TOTAL QTY': 'text' });
    expect(rows[1]?.slice(1, 8)).toEqual(['2025-01-01', 'PCE', null, 'five', '99999999999', null, '1.5']);
  });

  it.each([
    [['a,b'], /line 1: the column "UNIT OF MEASURE" is missing\./],
    [['UNIT OF MEASURE,S,S,TOTAL QTY'], /line 1: "S" names column 2 \(B\) and column 3 \(C\)/],
    [['UNIT OF MEASURE,,TOTAL QTY'], /line 1: column 2 \(B\) has no name/],
    [['UNIT OF MEASURE,S,TOTAL QTY', 'PCE,1,1', '', 'PCE,1'], /line 4: 2 fields where the first line names 3 columns/],
    [
      ['UNIT OF MEASURE,TOTAL QTY,record_uuid', 'PCE,1,77'],
      /line 2: "77" in column 3 \(C\) "record_uuid" is not a UUID/,
    ],
    [['UNIT OF MEASURE,TOTAL QTY'], /holds no order lines/],
    [[''], /is empty/],
  ])('refuses %j', async (lines, message) => {
    await expect(ordersFromCsv(file(lines.join('\n')))).rejects.toThrow(message);
  });

  it('returns the sample unchanged', async () => {
    const sample = sampleOrders({ lines: 200 });
    const rows = [...sample.rows()];
    const header = csvLine(sample.columns.map(({ name }) => name));
    const orders = await ordersFromCsv(file(header + rows.map(csvLine).join('')));
    expect(orders.columns).toEqual(sample.columns);
    expect(await all(orders.rows())).toEqual(rows);
  });
});
