/** No line: where an ordinal is looked for and there is none. */
export const NONE = -1;

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
/** Must not be touched in this run: a row with an unsound uuid may be this line. */
export const FROZEN = 8;
/** Acknowledged under another mapping than the one in use. */
export const OTHER_MAPPING = 16;
/** Which hash of a source line a known line compares with; the bits above it. */
const HASH_SHIFT = 5;
/** Bits 5 to 14. */
export const MOST_HASHES = 1_024;

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
