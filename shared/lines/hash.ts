import { hash as digest } from 'node:crypto';
import { byCodeUnits } from '../mapping/mapping-version.js';
import { LONG_TEXT, NULL_FIELD, type TextRows, withRoom, writeText } from '../warehouse/port/text-rows.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import type { Kept } from './kept.js';
import type { SourceLayout } from './layout.js';
import { isNoSize, parseSizes } from './sizes-text.js';

/** Rule 1: the hash of a row or of kept values, 32 bytes. docs/hash.md has the definition and test vectors. */
export type Hasher<T> = (line: T) => Buffer;
/** Writes the hash of one row of text rows to the beginning of `into`. */
export type TextHasher = (rows: TextRows, row: number, into: Buffer) => void;

/** Bytes of a hash. */
export const HASH_BYTES = 32;

/**
 * Compiles the function that hashes rows by `columns` and all sizes of the layout. A column that the layout lacks counts
 * as null. Only the returned hash allocates memory: rows are written to one buffer that grows to the longest.
 */
export function compileHasher(layout: SourceLayout, columns: readonly string[] = layout.columns): Hasher<ArrayRow> {
  const { positions, prefixes, isSize } = hashedFields(layout, columns);
  const pairs = new Pairs();
  return (row) => {
    pairs.clear();
    for (let index = 0; index < positions.length; index++) {
      const value = row[positions[index] ?? 0];
      if (value === null || value === undefined || (isSize[index] === 1 && isNoSize(value))) continue;
      pairs.add(prefixes[index] ?? EMPTY, typeof value === 'string' ? value : String(value));
    }
    return pairs.digest();
  };
}

/** Like `compileHasher`, for rows that are bytes: the same hash, without creating a string for any value. */
export function compileTextHasher(layout: SourceLayout, columns: readonly string[]): TextHasher {
  const { positions, prefixes, isSize } = hashedFields(layout, columns);
  const pairs = new Pairs();
  return ({ bytes, width, starts, ends }, row, into) => {
    pairs.clear();
    const first = row * width;
    for (let index = 0; index < positions.length; index++) {
      const field = first + (positions[index] ?? 0);
      const start = starts[field] ?? NULL_FIELD;
      if (start === NULL_FIELD) continue;
      const end = ends[field] ?? start;
      if (isSize[index] === 1 && isNoSizeText(bytes, start, end)) continue;
      pairs.addBytes(prefixes[index] ?? EMPTY, bytes, start, end);
    }
    pairs.digestInto(into);
  };
}

/** The hashed values of a row, in name order. */
function hashedFields(layout: SourceLayout, columns: readonly string[]) {
  const sizes = new Set(layout.sizes);
  const fields = [...new Set([...columns, ...sizes])]
    .sort(byCodeUnits)
    .map((name) => ({ position: layout.position(name), prefix: lengthPrefixed(name), size: sizes.has(name) }))
    .filter((field) => field.position >= 0);
  return {
    positions: Int32Array.from(fields, (field) => field.position),
    prefixes: fields.map((field) => field.prefix),
    isSize: Uint8Array.from(fields, (field) => (field.size ? 1 : 0)),
  };
}

function isNoSizeText(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] ?? 0;
  if (end > start && first >= 49 && first <= 57) return false;
  return isNoSize(bytes.toString('utf8', start, end));
}

/** Compiles the function that hashes kept values of `columns`: the same hash as that of the row they come from. */
export function compileKeptHasher(columns: readonly string[]): Hasher<Kept> {
  const prefixes = columns.map((name) => ({ name, prefix: lengthPrefixed(name) }));
  const pairs = new Pairs();
  return ({ values, sizes }) => {
    const present = [
      ...prefixes.map(({ name, prefix }, index) => ({ name, prefix, value: values[index] ?? null })),
      ...parseSizes(sizes).map(([name, value]) => ({ name, prefix: lengthPrefixed(name), value })),
    ].sort((a, b) => byCodeUnits(a.name, b.name));
    pairs.clear();
    for (const { prefix, value } of present) if (value !== null) pairs.add(prefix, value);
    return pairs.digest();
  };
}

const EMPTY = new Uint8Array(0);

function lengthPrefixed(name: string): Uint8Array {
  const bytes = Buffer.from(name, 'utf8');
  const prefixed = Buffer.alloc(4 + bytes.length);
  prefixed.writeUInt32BE(bytes.length);
  prefixed.set(bytes, 4);
  return prefixed;
}

/** The bytes that are hashed: length-prefixed names and values, one pair after the other. */
class Pairs {
  #bytes: Buffer = Buffer.allocUnsafe(16_384);
  #end = 0;

  clear(): void {
    this.#end = 0;
  }

  add(prefix: Uint8Array, value: string): void {
    // A UTF-16 code unit takes at most three bytes of UTF-8.
    const start = this.#addName(prefix, value.length * 3);
    this.#endValue(start, writeText(this.#bytes, start, value));
  }

  /** Adds a value that is UTF-8 already. */
  addBytes(prefix: Uint8Array, from: Buffer, start: number, end: number): void {
    const length = end - start;
    const to = this.#addName(prefix, length);
    if (length > LONG_TEXT) from.copy(this.#bytes, to, start, end);
    else for (let index = 0; index < length; index++) this.#bytes[to + index] = from[start + index] ?? 0;
    this.#endValue(to, length);
  }

  /** Writes a name and returns where its value begins; `room` is what the value may take. */
  #addName(prefix: Uint8Array, room: number): number {
    this.#bytes = withRoom(this.#bytes, this.#end, prefix.length + 4 + room);
    this.#bytes.set(prefix, this.#end);
    return this.#end + prefix.length + 4;
  }

  #endValue(start: number, length: number): void {
    const bytes = this.#bytes;
    bytes[start - 4] = length >>> 24;
    bytes[start - 3] = length >>> 16;
    bytes[start - 2] = length >>> 8;
    bytes[start - 1] = length;
    this.#end = start + length;
  }

  digest(): Buffer {
    const hash = Buffer.allocUnsafe(HASH_BYTES);
    this.digestInto(hash);
    return hash;
  }

  digestInto(hash: Buffer): void {
    // As a text of 32 characters: half the time of turning OpenSSL's result into a Buffer.
    hash.write(digest('sha256', this.#bytes.subarray(0, this.#end), 'binary'), 0, 'latin1');
  }
}
