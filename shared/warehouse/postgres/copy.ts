import type { ArrayRow } from '../port/warehouse.js';

const CHUNK_BYTES = 64 * 1024;
const SPECIAL = /[\\\n\r\t]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Rows as COPY's text format, in chunks of about 64 KB. U+0000, which PostgreSQL cannot hold, is left out. */
export async function* copyText(
  rows: Iterable<ArrayRow> | AsyncIterable<ArrayRow>,
  count: (n: number) => void,
): AsyncGenerator<string> {
  let chunk = '';
  let rowCount = 0;
  for await (const row of rows) {
    for (let index = 0; index < row.length; index += 1) {
      if (index > 0) chunk += '\t';
      chunk += copyField(row[index]);
    }
    chunk += '\n';
    rowCount += 1;
    if (chunk.length >= CHUNK_BYTES) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
  count(rowCount);
}

function copyField(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'number') return String(value);
  const text = value.includes('\0') ? value.replaceAll('\0', '') : value;
  return text.search(SPECIAL) === -1 ? text : text.replace(SPECIAL, (char) => ESCAPED[char] ?? char);
}
