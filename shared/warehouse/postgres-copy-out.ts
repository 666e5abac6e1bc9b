import { Fields, NULL_FIELD, type TextRows, withRoom } from './text-rows.js';

/** Bytes that are cut into rows at once: enough that the cost of a chunk is spread, little enough to stay in a cache. */
const CHUNK_BYTES = 256 * 1024;
const [TAB, NEWLINE, BACKSLASH, CAPITAL_N] = [0x09, 0x0a, 0x5c, 0x4e];
/** What a letter after a backslash stands for; every other byte stands for itself. */
const UNESCAPED = Uint8Array.from({ length: 256 }, (_, byte) => {
  const control = { b: 0x08, f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09, v: 0x0b }[String.fromCharCode(byte)];
  return control ?? byte;
});

/** Cuts the text format of COPY TO into rows, whatever chunks it comes in. */
export async function* parseCopyText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TextRows> {
  const fields = new Fields();
  let bytes: Buffer = Buffer.allocUnsafe(CHUNK_BYTES * 2);
  let filled = 0;
  let width = 0;
  const rowsUpTo = (end: number): TextRows => {
    if (width === 0) width = widthOf(bytes);
    const count = cutRows(bytes, end, width, fields);
    return { bytes, count, width, starts: fields.starts, ends: fields.ends };
  };
  for await (const chunk of chunks) {
    bytes = withRoom(bytes, filled, chunk.length);
    bytes.set(chunk, filled);
    filled += chunk.length;
    if (filled < CHUNK_BYTES) continue;
    // A line feed within a value is escaped: each one here ends a row.
    const end = bytes.lastIndexOf(NEWLINE, filled - 1) + 1;
    if (end === 0) continue;
    yield rowsUpTo(end);
    bytes.copyWithin(0, end, filled);
    filled -= end;
  }
  if (filled > 0) yield rowsUpTo(filled);
}

/** Columns of the first row. */
function widthOf(bytes: Buffer): number {
  let tabs = 0;
  for (let at = 0; bytes[at] !== NEWLINE; at++) if (bytes[at] === TAB) tabs++;
  return tabs + 1;
}

/** Finds the fields of complete rows, takes the escapes out of them where they stand, and returns how many rows there are. */
function cutRows(bytes: Buffer, end: number, width: number, fields: Fields): number {
  let count = 0;
  for (let at = 0; at < end; count++) {
    const first = count * width;
    fields.reserve(first + width);
    const { starts, ends } = fields;
    for (let field = first; field < first + width; field++, at++) {
      if (bytes[at] === BACKSLASH && bytes[at + 1] === CAPITAL_N) {
        starts[field] = NULL_FIELD;
        at += 2;
        continue;
      }
      const start = at;
      let escaped = false;
      for (let byte = bytes[at]; byte !== TAB && byte !== NEWLINE; byte = bytes[++at]) {
        if (byte !== BACKSLASH) continue;
        escaped = true;
        at++;
      }
      starts[field] = start;
      ends[field] = escaped ? unescaped(bytes, start, at) : at;
    }
  }
  return count;
}

function unescaped(bytes: Buffer, start: number, end: number): number {
  let to = start;
  for (let from = start; from < end; from++) {
    const byte = bytes[from] ?? 0;
    bytes[to++] = byte === BACKSLASH ? (UNESCAPED[bytes[++from] ?? 0] ?? 0) : byte;
  }
  return to;
}
