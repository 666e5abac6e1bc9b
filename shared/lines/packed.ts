import { HASH_BYTES } from './hash.js';
import { readUuid, writeUuid } from './uuid-bytes.js';

const UUID_BYTES = 16;
const CHUNK_BITS = 14;
const LINES_PER_CHUNK = 1 << CHUNK_BITS;

/** Above 70 % full, linear probing begins to walk far. */
const MOST_FULL = 0.7;

interface Chunk {
  uuids: Uint8Array;
  hashes: Uint8Array;
  customers: Uint16Array;
  flags: Uint16Array;
}

/** The caller's flags are bits 0 to 14; this one says that the uuid was added more than once. */
export const DUPLICATE = 1 << 15;

/**
 * Millions of lines in a few large buffers: uuid, one or more hashes, a customer number and flags, found by uuid. A line
 * with one hash takes 52 bytes and 6 to 11 for the index. Lines are numbered in the order they are added (their ordinal).
 */
export class PackedLines {
  readonly hashesPerLine: number;
  readonly #chunks: Chunk[] = [];
  readonly #probe = new Uint8Array(UUID_BYTES);
  #size = 0;
  /** Open addressing with linear probing; ordinal + 1, 0 where free. */
  #index: Int32Array;

  /** `expected` lines fit without the index having to grow. */
  constructor(hashesPerLine = 1, expected = 0) {
    this.hashesPerLine = hashesPerLine;
    this.#index = new Int32Array(Math.max(1 << 12, 2 ** Math.ceil(Math.log2((expected + 1) / MOST_FULL))));
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Adds a line and returns its ordinal. A uuid that is there already is added as well, both lines get the flag
   * DUPLICATE, and `find` keeps giving the first. A missing hash is all zeros.
   */
  add(uuid: string, hashes: readonly (Uint8Array | null)[], customer = 0, flags = 0): number {
    const ordinal = this.#size;
    if (ordinal === this.#chunks.length * LINES_PER_CHUNK) this.#chunks.push(this.#newChunk());
    const [chunk, line] = this.#place(ordinal);
    if (!writeUuid(uuid, chunk.uuids, line * UUID_BYTES)) throw new Error(`Not a UUID: "${uuid}"`);
    for (let which = 0; which < this.hashesPerLine; which++) {
      const hash = hashes[which];
      if (hash) chunk.hashes.set(hash, (line * this.hashesPerLine + which) * HASH_BYTES);
    }
    chunk.customers[line] = customer;
    this.#size++;
    const first = this.#enter(chunk.uuids, line * UUID_BYTES, ordinal);
    chunk.flags[line] = first < 0 ? flags : flags | DUPLICATE;
    if (first >= 0) this.setFlags(first, DUPLICATE);
    return ordinal;
  }

  /** The ordinal of the first line with this uuid, in either case; -1 when there is none. */
  find(uuid: string): number {
    return writeUuid(uuid, this.#probe, 0) ? this.#lookUp(this.#probe, 0) : -1;
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
    const start = (line * this.hashesPerLine + which) * HASH_BYTES;
    return chunk.hashes.subarray(start, start + HASH_BYTES);
  }

  /** Whether hash `which` of a line equals hash `otherWhich` of a line of another collection. */
  sameHash(ordinal: number, which: number, other: PackedLines, otherOrdinal: number, otherWhich = 0): boolean {
    const [chunk, line] = this.#at(ordinal);
    const [otherChunk, otherLine] = other.#at(otherOrdinal);
    const start = (line * this.hashesPerLine + which) * HASH_BYTES;
    const otherStart = (otherLine * other.hashesPerLine + otherWhich) * HASH_BYTES;
    return sameBytes(chunk.hashes, start, otherChunk.hashes, otherStart, HASH_BYTES);
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
    return (this.flagsOf(ordinal) & DUPLICATE) !== 0;
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

  #newChunk(): Chunk {
    return {
      uuids: new Uint8Array(LINES_PER_CHUNK * UUID_BYTES),
      hashes: new Uint8Array(LINES_PER_CHUNK * HASH_BYTES * this.hashesPerLine),
      customers: new Uint16Array(LINES_PER_CHUNK),
      flags: new Uint16Array(LINES_PER_CHUNK),
    };
  }

  /** Enters a line into the index unless its uuid is there; returns the ordinal that is, or -1. */
  #enter(bytes: Uint8Array, offset: number, ordinal: number): number {
    const slot = this.#slotOf(bytes, offset);
    const found = this.#index[slot] ?? 0;
    if (found !== 0) return found - 1;
    this.#index[slot] = ordinal + 1;
    if (this.#size > this.#index.length * MOST_FULL) this.#growIndex();
    return -1;
  }

  #growIndex(): void {
    const old = this.#index;
    this.#index = new Int32Array(old.length * 2);
    for (const entry of old) {
      if (entry === 0) continue;
      const [chunk, line] = this.#at(entry - 1);
      this.#index[this.#slotOf(chunk.uuids, line * UUID_BYTES)] = entry;
    }
  }

  #lookUp(bytes: Uint8Array, offset: number): number {
    return (this.#index[this.#slotOf(bytes, offset)] ?? 0) - 1;
  }

  /** The slot that holds this uuid, or the free one where it would go. */
  #slotOf(bytes: Uint8Array, offset: number): number {
    const mask = this.#index.length - 1;
    for (let slot = mixUuid(bytes, offset) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#index[slot] ?? 0;
      if (entry === 0) return slot;
      const [chunk, line] = this.#at(entry - 1);
      if (sameBytes(chunk.uuids, line * UUID_BYTES, bytes, offset, UUID_BYTES)) return slot;
    }
  }
}

function noLine(ordinal: number, size: number): RangeError {
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
