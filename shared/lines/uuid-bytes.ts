const HEX = '0123456789abcdef';
/** Value of each character code as a hexadecimal digit; 255 for every other character. */
const DIGITS = new Uint8Array(128).fill(255);
for (let digit = 0; digit < 16; digit++) {
  DIGITS[HEX.charCodeAt(digit)] = digit;
  DIGITS[HEX.toUpperCase().charCodeAt(digit)] = digit;
}
/** Where in the 36 characters of a UUID the two digits of each byte begin. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const BYTE_TEXTS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Writes the 16 bytes of a UUID in either case; false, with nothing to be relied on written, when it is none. */
export function writeUuid(uuid: string, bytes: Uint8Array, offset: number): boolean {
  if (uuid.length !== 36 || uuid[8] !== '-' || uuid[13] !== '-' || uuid[18] !== '-' || uuid[23] !== '-') return false;
  for (let index = 0; index < 16; index++) {
    const place = PLACES[index] ?? 0;
    const high = DIGITS[uuid.charCodeAt(place)] ?? 255;
    const low = DIGITS[uuid.charCodeAt(place + 1)] ?? 255;
    if (high === 255 || low === 255) return false;
    bytes[offset + index] = (high << 4) | low;
  }
  return true;
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
