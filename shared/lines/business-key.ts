import type { Mapping } from '../mapping/mapping.js';
import { compileBlank } from '../mapping/texts.js';

type KeptTexts = readonly (string | null)[];

/**
 * Compiles the function that returns the business key of kept values (`columns` names them): one text for order, style and
 * colour. Undefined when one of them is blank, because such a key would match unrelated lines; with `partial` only
 * when all of them are. Under a mapping without a business key no line has one.
 */
export function compileBusinessKey(
  mapping: Mapping,
  columns: readonly string[],
  options: { partial: boolean } = { partial: false },
): (values: KeptTexts) => string | undefined {
  const isBlank = compileBlank(mapping);
  const places = mapping.source.businessKey.map((column) => columns.indexOf(column));
  return (values) => {
    const parts = places.map((place) => values[place] ?? null);
    const blanks = parts.filter(isBlank).length;
    if (parts.length === 0 || blanks > (options.partial ? parts.length - 1 : 0)) return undefined;
    return JSON.stringify(parts);
  };
}

const HEX = '0123456789abcdef';
/** Value of each character code as a hexadecimal digit; 255 for every other character. */
const DIGITS = new Uint8Array(128).fill(255);
for (let digit = 0; digit < 16; digit++) {
  DIGITS[HEX.charCodeAt(digit)] = digit;
  DIGITS[HEX.toUpperCase().charCodeAt(digit)] = digit;
}
const UUID_CHARACTERS = 36;
const HYPHEN = 0x2d;
/** Where in its text each byte of a UUID stands. */
const PLACES = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);
const BYTE_TEXTS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const encoder = new TextEncoder();
const uuidText = new Uint8Array(UUID_CHARACTERS);

/** Writes the 16 bytes of a UUID in upper or lower case; false, with undefined bytes written, if the text is not a UUID. */
export function writeUuid(uuid: string, into: Uint8Array, offset: number): boolean {
  const { read, written } = encoder.encodeInto(uuid, uuidText);
  return read === uuid.length && writeUuidText(uuidText, 0, written, into, offset);
}

/** Like `writeUuid`, for a UUID that is text from `start` to `end` of `bytes`. */
export function writeUuidText(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  offset: number,
): boolean {
  if (end - start !== UUID_CHARACTERS || !hasHyphens(bytes, start)) return false;
  for (let index = 0; index < PLACES.length; index++) {
    const byte = hexByte(bytes, start + (PLACES[index] ?? 0));
    if (byte < 0) return false;
    into[offset + index] = byte;
  }
  return true;
}

function hasHyphens(bytes: Uint8Array, start: number): boolean {
  return (
    bytes[start + 8] === HYPHEN &&
    bytes[start + 13] === HYPHEN &&
    bytes[start + 18] === HYPHEN &&
    bytes[start + 23] === HYPHEN
  );
}

/** Writes `count` bytes from twice as many hexadecimal digits; false if one is not a digit. */
export function writeHex(bytes: Uint8Array, start: number, into: Uint8Array, offset: number, count: number): boolean {
  for (let index = 0; index < count; index++) {
    const byte = hexByte(bytes, start + 2 * index);
    if (byte < 0) return false;
    into[offset + index] = byte;
  }
  return true;
}

/** The byte of two hexadecimal digits; -1 if one is not a digit. */
function hexByte(bytes: Uint8Array, at: number): number {
  const high = DIGITS[bytes[at] ?? 0] ?? 255;
  const low = DIGITS[bytes[at + 1] ?? 0] ?? 255;
  return high === 255 || low === 255 ? -1 : (high << 4) | low;
}

/** The UUID at an offset, in lower case. */
export function readUuid(bytes: Uint8Array, offset: number): string {
  let text = '';
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    text += BYTE_TEXTS[bytes[offset + index] ?? 0];
  }
  return text;
}
