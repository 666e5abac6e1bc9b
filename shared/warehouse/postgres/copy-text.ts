import { type BulkRows, rowChunks } from '../port/bulk-rows.js';
import { LONG_TEXT, withRoom } from '../port/text-rows.js';

const CHUNK_BYTES = 64 * 1024;
/** For the row that crosses the end of a chunk. */
const ROW_BYTES = 16 * 1024;
/** Bytes that a UTF-16 code unit takes at most, escaped or not; a null takes two in all. */
const MOST_BYTES = 3;

const [NEWLINE, TAB, BACKSLASH, N] = [0x0a, 0x09, 0x5c, 0x4e];
const SPECIAL = /[\0\\\n\r\t]/;
const EVERY_SPECIAL = /[\0\\\n\r\t]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\0': '', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Rows as COPY's text format, in chunks of about 64 KB. U+0000, which PostgreSQL cannot hold, is left out. */
export async function* copyText(rows: BulkRows, count: (n: number) => void): AsyncGenerator<Buffer> {
  let bytes: Buffer = Buffer.allocUnsafe(CHUNK_BYTES + ROW_BYTES);
  let end = 0;
  let rowCount = 0;
  for await (const chunk of rowChunks(rows)) {
    for (const row of chunk) {
      for (let index = 0; index < row.length; index += 1) {
        const value = row[index] ?? null;
        const text = typeof value === 'number' ? String(value) : value;
        bytes = withRoom(bytes, end, text === null ? 3 : text.length * MOST_BYTES + 1);
        if (index > 0) bytes[end++] = TAB;
        end = writeField(bytes, end, text);
      }
      bytes = withRoom(bytes, end, 1);
      bytes[end++] = NEWLINE;
      rowCount += 1;
      if (end < CHUNK_BYTES) continue;
      yield bytes.subarray(0, end);
      // The connection may still have to send the last one.
      bytes = Buffer.allocUnsafe(CHUNK_BYTES + ROW_BYTES);
      end = 0;
    }
  }
  if (end > 0) yield bytes.subarray(0, end);
  count(rowCount);
}

/** Returns where it ends. */
function writeField(bytes: Buffer, start: number, text: string | null): number {
  if (text === null) {
    bytes[start] = BACKSLASH;
    bytes[start + 1] = N;
    return start + 2;
  }
  if (text.length > LONG_TEXT) return writeEscaped(bytes, start, text);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127 || code <= 13 || code === BACKSLASH) return writeEscaped(bytes, start, text);
    bytes[start + index] = code;
  }
  return start + text.length;
}

function writeEscaped(bytes: Buffer, start: number, text: string): number {
  const escaped = SPECIAL.test(text)
    ? text.replace(EVERY_SPECIAL, (character) => ESCAPED[character] ?? character)
    : text;
  return start + bytes.write(escaped, start, 'utf8');
}
