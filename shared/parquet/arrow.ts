import { type Data, DataType, Field, Int32, makeData, Schema, Utf8 } from 'apache-arrow';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import type { ParquetColumn } from './parquet.js';

// Arrow's own builders are four times slower than typed arrays filled by hand, and its tables from objects lose
// columns and turn integers into doubles.

const INT_MAX = 2 ** 31 - 1;
const INT_MIN = -(2 ** 31);

export function arrowSchema(columns: readonly ParquetColumn[], metadata: ReadonlyMap<string, string>): Schema {
  const fields = columns.map(({ name, kind }) => new Field(name, kind === 'int' ? new Int32() : new Utf8(), true));
  return new Schema(fields, new Map(metadata));
}

/** The values at `index` of all rows as one Arrow column. */
export function columnData(column: ParquetColumn, rows: readonly ArrayRow[], index: number): Data {
  return column.kind === 'int' ? intData(column.name, rows, index) : textData(rows, index);
}

function intData(name: string, rows: readonly ArrayRow[], index: number): Data<Int32> {
  const present = new Bits(rows.length);
  const data = new Int32Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row]?.[index] ?? null;
    if (value === null) continue;
    if (typeof value !== 'number' || !isInt32(value))
      throw new TypeError(`Column "${name}" of a Parquet file takes 32-bit integers; it was given another value.`);
    data[row] = value;
    present.set(row);
  }
  return makeData({
    type: new Int32(),
    length: rows.length,
    nullCount: present.unset,
    nullBitmap: present.bytes,
    data,
  });
}

export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= INT_MIN && value <= INT_MAX && !Object.is(value, -0);
}

function textData(rows: readonly ArrayRow[], index: number): Data<Utf8> {
  const present = new Bits(rows.length);
  const texts: string[] = [];
  const lengths = new Int32Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row]?.[index] ?? null;
    if (value === null) continue;
    const text = typeof value === 'string' ? value : String(value);
    lengths[row] = text.length;
    texts.push(text);
    present.set(row);
  }
  const joined = texts.join('');
  const data = Buffer.from(joined, 'utf8');
  // Where every character is one byte, lengths of texts are lengths in bytes.
  if (data.length !== joined.length) countBytes(rows, index, lengths);
  const valueOffsets = new Int32Array(rows.length + 1);
  for (let row = 0; row < rows.length; row++) valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + (lengths[row] ?? 0);
  return makeData({
    type: new Utf8(),
    length: rows.length,
    nullCount: present.unset,
    nullBitmap: present.bytes,
    valueOffsets,
    data,
  });
}

function countBytes(rows: readonly ArrayRow[], index: number, lengths: Int32Array): void {
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row]?.[index] ?? null;
    if (value !== null) lengths[row] = Buffer.byteLength(String(value), 'utf8');
  }
}

/** Arrow's null bitmap: bit `n` says that value `n` is there. */
class Bits {
  readonly bytes: Uint8Array;
  unset: number;

  constructor(length: number) {
    this.bytes = new Uint8Array((length + 7) >> 3);
    this.unset = length;
  }

  set(index: number): void {
    this.bytes[index >> 3] = (this.bytes[index >> 3] ?? 0) | (1 << (index & 7));
    this.unset -= 1;
  }
}

/** Reads one Arrow column into the rows, at `index` of each. */
export function readColumn(data: Data<DataType>, rows: (string | number | null)[][], index: number): void {
  if (kindOf(data.type) === 'int') readInts(data as Data<Int32>, rows, index);
  else readTexts(data as Data<Utf8>, rows, index);
}

export function kindOf(type: DataType): ParquetColumn['kind'] | undefined {
  if (DataType.isUtf8(type)) return 'text';
  return DataType.isInt(type) && type.bitWidth === 32 && type.isSigned ? 'int' : undefined;
}

function readInts(data: Data<Int32>, rows: (string | number | null)[][], index: number): void {
  for (const [at, row] of rows.entries()) row[index] = data.getValid(at) ? (data.values[at] ?? null) : null;
}

function readTexts(data: Data<Utf8>, rows: (string | number | null)[][], index: number): void {
  const offsets = data.valueOffsets;
  const start = offsets[0] ?? 0;
  const bytes = Buffer.from(data.values.buffer, data.values.byteOffset, data.values.byteLength);
  const all = bytes.toString('utf8', start, offsets[data.length] ?? start);
  const singleByte = all.length === (offsets[data.length] ?? start) - start;
  for (const [at, row] of rows.entries()) {
    const [from, to] = [offsets[at] ?? 0, offsets[at + 1] ?? 0];
    if (!data.getValid(at)) row[index] = null;
    else row[index] = singleByte ? all.slice(from - start, to - start) : bytes.toString('utf8', from, to);
  }
}
