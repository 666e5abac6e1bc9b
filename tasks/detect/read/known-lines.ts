import { CHUNK_BITS, LINES_PER_CHUNK, noLine, PackedLines } from '../../../shared/lines/packed.js';
import type { Field } from '../../../shared/warehouse/port/text-rows.js';
import { FROZEN, hashNumberOf, NONE, UNACKNOWLEDGED } from './flags.js';

interface KnownChunk {
  /** The source line that has the same uuid and hash, or the complement of the ordinal in `#others`. */
  places: Int32Array;
  customers: Uint16Array;
  flags: Uint16Array;
}

/** A line of the snapshot as it is read; uuid and key are text in `bytes`. */
export interface ScannedLine {
  readonly bytes: Uint8Array;
  readonly uuid: Field;
  /** The line key, if it is not the uuid. */
  readonly ownKey: Field | undefined;
  /** Null if nothing was acknowledged. */
  readonly hash: Uint8Array | null;
  readonly customer: number;
  readonly flags: number;
}

/**
 * The lines of the snapshot by their present uuid, live ones first, then tombstones; they are numbered in the order they
 * are added (their ordinal). A live line that is unchanged, as nearly all are, needs 8 bytes: its uuid and hash are those
 * of the source line.
 */
export class KnownLines {
  readonly #source: PackedLines;
  readonly #chunks: KnownChunk[] = [];
  /** The ordinals of lines that share with a source line, by that line. */
  readonly #sharing: Int32Array;
  /** All other lines, their line keys, and their ordinals here. */
  readonly #others = new PackedLines(1);
  readonly #otherKeys = new PackedLines(0);
  readonly #otherOrdinals: number[] = [];
  #size = 0;
  #live = 0;

  constructor(source: PackedLines) {
    this.#source = source;
    this.#sharing = new Int32Array(source.size).fill(NONE);
  }

  get size(): number {
    return this.#size;
  }

  /** How many of the live ones must not be touched. */
  get frozen(): number {
    let count = 0;
    for (let line = 0; line < this.live; line++) if ((this.flagsOf(line) & FROZEN) !== 0) count++;
    return count;
  }

  /** The number of live ones; from this ordinal on they are tombstones. */
  get live(): number {
    return this.#live;
  }

  addLive(line: ScannedLine): void {
    const twin = this.#twinOf(line);
    if (twin === NONE) this.#add(this.#addOther(line), line);
    else this.#sharing[twin] = this.#add(twin, line);
    this.#live = this.#size;
  }

  /** Only after all live lines, so that a uuid is found there before it is found on a tombstone. */
  addTombstone(line: ScannedLine): void {
    this.#add(this.#addOther(line), line);
  }

  uuidOf(ordinal: number): string {
    const place = this.#placeOf(ordinal);
    return place < 0 ? this.#others.uuidOf(~place) : this.#source.uuidOf(place);
  }

  /** A view of the acknowledged hash, not a copy; all zeros if there is none. */
  hashOf(ordinal: number): Uint8Array {
    const place = this.#placeOf(ordinal);
    return place < 0 ? this.#others.hashOf(~place) : this.#source.hashOf(place, hashNumberOf(this.flagsOf(ordinal)));
  }

  keyOf(ordinal: number): string {
    const place = this.#placeOf(ordinal);
    return place < 0 ? this.#otherKeys.uuidOf(~place) : this.#source.uuidOf(place);
  }

  customerOf(ordinal: number): number {
    return this.#chunkOf(ordinal).customers[ordinal & (LINES_PER_CHUNK - 1)] ?? 0;
  }

  flagsOf(ordinal: number): number {
    return this.#chunkOf(ordinal).flags[ordinal & (LINES_PER_CHUNK - 1)] ?? 0;
  }

  setFlags(ordinal: number, flags: number): void {
    const chunk = this.#chunkOf(ordinal);
    chunk.flags[ordinal & (LINES_PER_CHUNK - 1)] = this.flagsOf(ordinal) | flags;
  }

  /** The ordinal of the line with this line key; NONE when there is none. */
  findKey(lineKey: string): number {
    const twin = this.#source.find(lineKey);
    const sharing = twin === NONE ? NONE : (this.#sharing[twin] ?? NONE);
    return sharing === NONE ? this.#ordinalOf(this.#otherKeys.find(lineKey)) : sharing;
  }

  /** The ordinal of the first line with the uuid of a source line; NONE when there is none. */
  findLineOf(sourceLine: number): number {
    const sharing = this.#sharing[sourceLine] ?? NONE;
    const other = this.#ordinalOf(this.#others.findLineOf(this.#source, sourceLine));
    return sharing === NONE || (other !== NONE && other < sharing) ? other : sharing;
  }

  /** Rule 1: whether the acknowledged hash is that of this source line, by the same columns. */
  sameHash(ordinal: number, sourceLine: number): boolean {
    const place = this.#placeOf(ordinal);
    const which = hashNumberOf(this.flagsOf(ordinal));
    if (place < 0) return this.#others.sameHash(~place, 0, this.#source, sourceLine, which);
    return place === sourceLine || this.#source.sameHash(place, which, this.#source, sourceLine, which);
  }

  sameUuid(ordinal: number, sourceLine: number): boolean {
    const place = this.#placeOf(ordinal);
    if (place < 0) return this.#others.sameUuid(~place, this.#source, sourceLine);
    return place === sourceLine || this.#source.sameUuid(place, this.#source, sourceLine);
  }

  /** The one source line from which an unchanged line has its uuid and hash, unless another line has them from there. */
  #twinOf({ bytes, uuid, ownKey, hash, flags }: ScannedLine): number {
    if (ownKey !== undefined || hash === null || (flags & UNACKNOWLEDGED) !== 0) return NONE;
    const twin = this.#source.findText(bytes, uuid);
    if (twin === NONE || this.#sharing[twin] !== NONE || this.#source.isDuplicate(twin)) return NONE;
    return this.#source.hasHash(twin, hashNumberOf(flags), hash) ? twin : NONE;
  }

  #addOther({ bytes, uuid, ownKey, hash }: ScannedLine): number {
    const other = this.#others.addText(bytes, uuid, [hash]);
    this.#otherKeys.addText(bytes, ownKey ?? uuid, []);
    this.#otherOrdinals.push(this.#size);
    return ~other;
  }

  #add(place: number, { customer, flags }: ScannedLine): number {
    const ordinal = this.#size++;
    const at = ordinal & (LINES_PER_CHUNK - 1);
    if (at === 0) this.#chunks.push(newChunk());
    const chunk = this.#chunkOf(ordinal);
    chunk.places[at] = place;
    chunk.customers[at] = customer;
    chunk.flags[at] = flags;
    return ordinal;
  }

  #ordinalOf(other: number): number {
    return other === NONE ? NONE : (this.#otherOrdinals[other] ?? NONE);
  }

  #placeOf(ordinal: number): number {
    return this.#chunkOf(ordinal).places[ordinal & (LINES_PER_CHUNK - 1)] ?? NONE;
  }

  #chunkOf(ordinal: number): KnownChunk {
    const chunk = ordinal < this.#size ? this.#chunks[ordinal >>> CHUNK_BITS] : undefined;
    if (chunk === undefined) throw noLine(ordinal, this.#size);
    return chunk;
  }
}

function newChunk(): KnownChunk {
  return {
    places: new Int32Array(LINES_PER_CHUNK),
    customers: new Uint16Array(LINES_PER_CHUNK),
    flags: new Uint16Array(LINES_PER_CHUNK),
  };
}
