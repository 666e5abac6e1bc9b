import type { Names } from '../../../shared/lines/names.js';
import type { PackedLines } from '../../../shared/lines/packed.js';

/** Flag of a source line: the mapping's scope rule holds for it. */
export const IN_SCOPE = 1;
/** The number of the unknown name or word that keeps a source line out of scope; the bits above it. */
const UNKNOWN_SHIFT = 1;

/** Flags of a known line. */
export const UNACKNOWLEDGED = 1;
/** An earlier run missed the line. */
export const MISSED = 2;
/** An earlier run missed the line long enough ago. */
export const MISSED_LONG = 4;
/** Must be left alone in this run: a row with an unsound uuid may be this line. */
export const FROZEN = 8;
/** Acknowledged under another mapping than the one in use. */
export const OTHER_MAPPING = 16;
/** Which hash of a source line a known line compares with; the bits above it. */
const HASH_SHIFT = 5;
/** Bits 5 to 14. */
export const MOST_HASHES = 1_024;

/** Rows of ORDERS_UNIFIED: uuid, one hash per hashed column list, customer, scope. */
export interface SourceLines {
  readonly lines: PackedLines;
}

/** Lines of the snapshot by their present uuid, live ones first, then tombstones. */
export interface KnownLines {
  readonly lines: PackedLines;
  /** Line keys, under the same ordinals. */
  readonly keys: PackedLines;
  /** How many are live; from this ordinal on they are tombstones. */
  readonly live: number;
}

/** What a run compares. Customer numbers of both sides are of the same `names`. */
export interface Sides {
  readonly source: SourceLines;
  readonly known: KnownLines;
  readonly names: Names;
}

export function withUnknownNumber(flags: number, unknown: number): number {
  return flags | (unknown << UNKNOWN_SHIFT);
}

/** 0 for a line in scope, and for one that is out of it by what the mapping says. Bits 1 to 14. */
export function unknownNumberOf(flags: number): number {
  return (flags >> UNKNOWN_SHIFT) & 0x3fff;
}

export function withHashNumber(flags: number, which: number): number {
  return flags | (which << HASH_SHIFT);
}

export function hashNumberOf(flags: number): number {
  return (flags >> HASH_SHIFT) & (MOST_HASHES - 1);
}
