import type { ArrayRow } from './warehouse.js';

/**
 * Rows as UTF-8 text in one buffer, for tables so wide that a string for every value costs more than what is done with
 * them. Column c of row r is `bytes` from `starts[r * width + c]` to `ends[…]`; a start of -1 is null. Valid until the
 * next rows are asked for.
 */
export interface TextRows {
  readonly bytes: Buffer;
  readonly count: number;
  readonly width: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export const NULL_FIELD = -1;
/** Bytes of UTF-8 that a UTF-16 code unit takes at most. */
const MOST_BYTES = 3;
/** Above this many characters one native call is quicker than a loop over character codes. */
export const LONG_TEXT = 48;

/** The texts of one column: one that is the same as in the row before is not made again. */
export class ColumnTexts {
  readonly #column: number;
  #bytes: Buffer = Buffer.allocUnsafe(64);
  #length = NULL_FIELD;
  #text: string | null = null;

  constructor(column: number) {
    this.#column = column;
  }

  at(rows: TextRows, row: number): string | null {
    const field = fieldAt(rows, row, this.#column);
    if (field === undefined) return null;
    const { bytes } = rows;
    const [start, end] = field;
    if (!this.#isLast(bytes, start, end)) {
      this.#bytes = withRoom(this.#bytes, 0, end - start);
      this.#length = bytes.copy(this.#bytes, 0, start, end);
      this.#text = bytes.toString('utf8', start, end);
    }
    return this.#text;
  }

  #isLast(bytes: Buffer, start: number, end: number): boolean {
    if (end - start !== this.#length) return false;
    for (let index = 0; index < this.#length; index++) if (bytes[start + index] !== this.#bytes[index]) return false;
    return true;
  }
}

/** Where a field begins and ends in `bytes`; undefined for null. */
export type Field = readonly [start: number, end: number];

export function fieldAt({ width, starts, ends }: TextRows, row: number, column: number): Field | undefined {
  const field = row * width + column;
  const start = starts[field] ?? NULL_FIELD;
  return start === NULL_FIELD ? undefined : [start, ends[field] ?? start];
}

export function textAt(rows: TextRows, row: number, column: number): string | null {
  const field = fieldAt(rows, row, column);
  return field ? rows.bytes.toString('utf8', ...field) : null;
}

export function arrayRowAt(rows: TextRows, row: number): ArrayRow {
  return Array.from({ length: rows.width }, (_, column) => textAt(rows, row, column));
}

/** Text rows that are written row by row; cleared, they take the next ones in the same memory. */
export class WrittenRows implements TextRows {
  bytes: Buffer = Buffer.allocUnsafe(64 * 1024);
  count = 0;
  width = 0;
  readonly #fields = new Fields();
  #end = 0;

  get starts(): Int32Array {
    return this.#fields.starts;
  }

  get ends(): Int32Array {
    return this.#fields.ends;
  }

  clear(): void {
    this.count = 0;
    this.#end = 0;
  }

  add(row: ArrayRow): void {
    this.width = row.length;
    let field = this.count * row.length;
    this.#fields.reserve(field + row.length);
    const { starts, ends } = this.#fields;
    let end = this.#end;
    for (const value of row) {
      if (value === null) starts[field] = NULL_FIELD;
      else {
        const text = typeof value === 'string' ? value : String(value);
        this.bytes = withRoom(this.bytes, end, text.length * MOST_BYTES);
        starts[field] = end;
        end += writeText(this.bytes, end, text);
      }
      ends[field++] = end;
    }
    this.#end = end;
    this.count += 1;
  }
}

/** A buffer that holds the first `end` bytes of `bytes` and has room for `more`: the same one where that will do. */
export function withRoom(bytes: Buffer, end: number, more: number): Buffer {
  if (end + more <= bytes.length) return bytes;
  const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, end + more));
  bytes.copy(larger, 0, 0, end);
  return larger;
}

/** Writes UTF-8 and returns the number of bytes. */
export function writeText(bytes: Buffer, start: number, text: string): number {
  if (text.length > LONG_TEXT) return bytes.write(text, start, 'utf8');
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return bytes.write(text, start, 'utf8');
    bytes[start + index] = code;
  }
  return text.length;
}

/** Where the fields of text rows are, in arrays that are used again for the next rows. */
export class Fields {
  starts = new Int32Array(1 << 14);
  ends = new Int32Array(1 << 14);

  /** Makes room for `count` fields in all. */
  reserve(count: number): void {
    if (count <= this.starts.length) return;
    const [starts, ends] = [this.starts, this.ends];
    this.starts = new Int32Array(Math.max(starts.length * 2, count));
    this.starts.set(starts);
    this.ends = new Int32Array(this.starts.length);
    this.ends.set(ends);
  }
}
