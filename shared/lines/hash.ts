import { hash as digest } from 'node:crypto';
import { byCodeUnits } from '../mapping/mapping.js';
import type { ArrayRow } from '../warehouse/warehouse.js';
import type { Kept } from './kept.js';
import type { SourceLayout } from './layout.js';
import { isNoSize, parseSizes } from './sizes-text.js';

/** The hash of a row or of kept values, 32 bytes. docs/hash.md has the definition and test vectors. */
export type Hasher<T> = (line: T) => Buffer;

/** Above this many characters one native call is quicker than a loop over character codes. */
const LONG_TEXT = 48;

/**
 * Makes the function that hashes rows by `columns` and all sizes of the layout. A column that the layout lacks counts
 * as null. Only the returned hash is new memory: rows are written to one buffer that grows to the longest.
 */
export function compileHasher(layout: SourceLayout, columns: readonly string[] = layout.columns): Hasher<ArrayRow> {
  const sizes = new Set(layout.sizes);
  const fields = [...new Set([...columns, ...sizes])]
    .sort(byCodeUnits)
    .map((name) => ({ position: layout.position(name), prefix: lengthPrefixed(name), size: sizes.has(name) }))
    .filter((field) => field.position >= 0);
  const positions = Int32Array.from(fields, (field) => field.position);
  const prefixes = fields.map((field) => field.prefix);
  const isSize = Uint8Array.from(fields, (field) => (field.size ? 1 : 0));
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

/** Makes the function that hashes kept values of `columns`: the same hash as that of the row they were taken from. */
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
  #bytes = Buffer.allocUnsafe(16_384);
  #end = 0;

  clear(): void {
    this.#end = 0;
  }

  add(prefix: Uint8Array, value: string): void {
    // A UTF-16 code unit takes three bytes of UTF-8 at most.
    const needed = this.#end + prefix.length + 4 + value.length * 3;
    if (needed > this.#bytes.length) this.#grow(needed);
    const bytes = this.#bytes;
    bytes.set(prefix, this.#end);
    const end = this.#end + prefix.length;
    const start = end + 4;
    const length = writeText(bytes, start, value);
    bytes[end] = length >>> 24;
    bytes[end + 1] = length >>> 16;
    bytes[end + 2] = length >>> 8;
    bytes[end + 3] = length;
    this.#end = start + length;
  }

  digest(): Buffer {
    // As text of 32 characters and back: half the time of letting OpenSSL's result become a Buffer.
    return Buffer.from(digest('sha256', this.#bytes.subarray(0, this.#end), 'binary'), 'latin1');
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(needed * 2);
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/** Writes UTF-8 and returns the number of bytes. */
function writeText(bytes: Buffer, start: number, text: string): number {
  if (text.length > LONG_TEXT) return bytes.write(text, start, 'utf8');
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return bytes.write(text, start, 'utf8');
    bytes[start + index] = code;
  }
  return text.length;
}
