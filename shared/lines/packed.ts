import { readUuid, writeUuid, writeUuidText } from './business-key.js';
import { HASH_BYTES } from './hash.js';

const UUID_BYTES = 16;
/** Lines are kept in chunks of so many. */
export const CHUNK_BITS = 14;
export const LINES_PER_CHUNK = 1 << CHUNK_BITS;

/** Above a load of 70 %, linear probing becomes slow. */
const MOST_FULL = 0.7;

interface Chunk {
  uuids: Uint8Array;
  hashes: Uint8Array;
  customers: Uint16Array;
  flags: Uint16Array;
}

/** The caller's flags are bits 0 to 14; this one says that the uuid was added more than once. */
const DUPLICATE = 1 << 15;

/**
 * Millions of lines in a few large buffers: uuid, one or more hashes, a customer number and flags, found by uuid. A line
 * with one hash takes 52 bytes and 6 to 11 for the index, which is built at the first look-up. Lines are
 * numbered in the order they are added (their ordinal).
 */
export class PackedLines {
  readonly hashesPerLine: number;
  readonly #chunks: Chunk[] = [];
  readonly #probe = new Uint8Array(UUID_BYTES);
  #size = 0;
  /** Open addressing with linear probing; ordinal + 1, 0 where free. */
  #index: Int32Array | undefined;

  constructor(hashesPerLine = 1) {
    this.hashesPerLine = hashesPerLine;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Adds a line and returns its ordinal. A uuid that is there already is added as well; both lines count as duplicates
   * then, and `find` gives the first. A missing hash is all zeros.
   */
  add(uuid: string, hashes: readonly (Uint8Array | null)[], customer = 0, flags = 0): number {
    const [chunk, line] = this.#next();
    if (!writeUuid(uuid, chunk.uuids, line * UUID_BYTES)) throw new Error(`Not a UUID: "${uuid}"`);
    return this.#add(chunk, line, hashes, customer, flags);
  }

  /** Like `add`, for a uuid that is text in `bytes`, between two positions. */
  addText(
    bytes: Uint8Array,
    [start, end]: readonly [start: number, end: number],
    hashes: readonly (Uint8Array | null)[],
    customer = 0,
    flags = 0,
  ): number {
    const [chunk, line] = this.#next();
    if (!writeUuidText(bytes, start, end, chunk.uuids, line * UUID_BYTES))
      throw new Error(`Not a UUID: "${Buffer.from(bytes.subarray(start, end)).toString()}"`);
    return this.#add(chunk, line, hashes, customer, flags);
  }

  /** The ordinal of the first line with this uuid, in either case; -1 when there is none. */
  find(uuid: string): number {
    return writeUuid(uuid, this.#probe, 0) ? this.#lookUp(this.#probe, 0) : -1;
  }

  /** Like `find`, for a uuid that is text in `bytes`, between two positions. */
  findText(bytes: Uint8Array, [start, end]: readonly [start: number, end: number]): number {
    return writeUuidText(bytes, start, end, this.#probe, 0) ? this.#lookUp(this.#probe, 0) : -1;
  }

  /** The ordinal here of a line of another collection, by its uuid; -1 when there is none. */
  findLineOf(other: PackedLines, ordinal: number): number {
    const [chunk, line] = other.#at(ordinal);
    return this.#lookUp(chunk.uuids, line * UUID_BYTES);
  }

  uuidOf(ordinal: number): string {
    const [chunk, line] = this.#at(ordinal);
    return readUuid(chunk.uuids, line * UUID_BYTES);
  }

  /** A view of a hash, not a copy. */
  hashOf(ordinal: number, which = 0): Uint8Array {
    const [chunk, line] = this.#at(ordinal);
    const start = this.#hashStart(line, which);
    return chunk.hashes.subarray(start, start + HASH_BYTES);
  }

  /** Rule 1: whether hash `which` of a line equals hash `otherWhich` of a line of another collection. */
  sameHash(ordinal: number, which: number, other: PackedLines, otherOrdinal: number, otherWhich = 0): boolean {
    const [chunk, line] = this.#at(ordinal);
    const [otherChunk, otherLine] = other.#at(otherOrdinal);
    const start = this.#hashStart(line, which);
    return sameBytes(chunk.hashes, start, otherChunk.hashes, other.#hashStart(otherLine, otherWhich), HASH_BYTES);
  }

  hasHash(ordinal: number, which: number, hash: Uint8Array): boolean {
    const [chunk, line] = this.#at(ordinal);
    return sameBytes(chunk.hashes, this.#hashStart(line, which), hash, 0, HASH_BYTES);
  }

  customerOf(ordinal: number): number {
    const [chunk, line] = this.#at(ordinal);
    return chunk.customers[line] ?? 0;
  }

  flagsOf(ordinal: number): number {
    const [chunk, line] = this.#at(ordinal);
    return chunk.flags[line] ?? 0;
  }

  setFlags(ordinal: number, flags: number): void {
    const [chunk, line] = this.#at(ordinal);
    chunk.flags[line] = (chunk.flags[line] ?? 0) | flags;
  }

  isDuplicate(ordinal: number): boolean {
    this.#indexed();
    return (this.flagsOf(ordinal) & DUPLICATE) !== 0;
  }

  sameUuid(ordinal: number, other: PackedLines, otherOrdinal: number): boolean {
    const [chunk, line] = this.#at(ordinal);
    const [otherChunk, otherLine] = other.#at(otherOrdinal);
    return sameBytes(chunk.uuids, line * UUID_BYTES, otherChunk.uuids, otherLine * UUID_BYTES, UUID_BYTES);
  }

  /** Where the next line goes. */
  #next(): [Chunk, number] {
    if (this.#size === this.#chunks.length * LINES_PER_CHUNK) this.#chunks.push(this.#newChunk());
    return this.#place(this.#size);
  }

  #add(chunk: Chunk, line: number, hashes: readonly (Uint8Array | null)[], customer: number, flags: number): number {
    for (let which = 0; which < this.hashesPerLine; which++) {
      const hash = hashes[which];
      if (hash) chunk.hashes.set(hash, this.#hashStart(line, which));
    }
    chunk.customers[line] = customer;
    chunk.flags[line] = flags;
    this.#index = undefined;
    return this.#size++;
  }

  #at(ordinal: number): [Chunk, number] {
    if (ordinal >= this.#size) throw noLine(ordinal, this.#size);
    return this.#place(ordinal);
  }

  #place(ordinal: number): [Chunk, number] {
    const chunk = this.#chunks[ordinal >>> CHUNK_BITS];
    if (chunk === undefined) throw noLine(ordinal, this.#size);
    return [chunk, ordinal & (LINES_PER_CHUNK - 1)];
  }

  /** Where a hash of a line begins in its chunk. */
  #hashStart(line: number, which: number): number {
    return (line * this.hashesPerLine + which) * HASH_BYTES;
  }

  #newChunk(): Chunk {
    return {
      uuids: new Uint8Array(LINES_PER_CHUNK * UUID_BYTES),
      hashes: new Uint8Array(LINES_PER_CHUNK * HASH_BYTES * this.hashesPerLine),
      customers: new Uint16Array(LINES_PER_CHUNK),
      flags: new Uint16Array(LINES_PER_CHUNK),
    };
  }

  /** The index, built from all lines if there is none; flags the lines whose uuid occurs more than once. */
  #indexed(): Int32Array {
    if (this.#index !== undefined) return this.#index;
    const index = new Int32Array(2 ** Math.ceil(Math.log2((this.#size + 1) / MOST_FULL)));
    for (let ordinal = 0; ordinal < this.#size; ordinal++) {
      const [chunk, line] = this.#place(ordinal);
      const slot = this.#slotOf(index, chunk.uuids, line * UUID_BYTES);
      const first = (index[slot] ?? 0) - 1;
      if (first < 0) index[slot] = ordinal + 1;
      else for (const twin of [first, ordinal]) this.setFlags(twin, DUPLICATE);
    }
    this.#index = index;
    return index;
  }

  #lookUp(bytes: Uint8Array, offset: number): number {
    const index = this.#indexed();
    return (index[this.#slotOf(index, bytes, offset)] ?? 0) - 1;
  }

  /** The slot that holds this uuid, or the free one where it would go. */
  #slotOf(index: Int32Array, bytes: Uint8Array, offset: number): number {
    const mask = index.length - 1;
    for (let slot = mixUuid(bytes, offset) & mask; ; slot = (slot + 1) & mask) {
      const entry = index[slot] ?? 0;
      if (entry === 0) return slot;
      const [chunk, line] = this.#place(entry - 1);
      if (sameBytes(chunk.uuids, line * UUID_BYTES, bytes, offset, UUID_BYTES)) return slot;
    }
  }
}

export function noLine(ordinal: number, size: number): RangeError {
  return new RangeError(`There is no line ${ordinal}; there are ${size}.`);
}

/** FNV-1a with a final mix: uuids that count upwards must not fall into neighbouring slots. */
function mixUuid(bytes: Uint8Array, offset: number): number {
  let mixed = 0x811c9dc5;
  for (let index = 0; index < UUID_BYTES; index++) mixed = Math.imul(mixed ^ (bytes[offset + index] ?? 0), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

function sameBytes(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (a[aStart + index] !== b[bStart + index]) return false;
  return true;
}
