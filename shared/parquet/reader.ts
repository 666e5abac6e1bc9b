import { brotliDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { jsonText } from '../ground/parsing.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { unpackDeltas, unpackRuns } from './encodings.js';
import {
  type CellValue,
  CODEC,
  CREATED_BY,
  EMPTY_COLUMNS,
  ENCODING,
  MAGIC,
  PAGE_TYPE,
  PHYSICAL_TYPE,
  TRAILER,
  unreadable,
} from './format.js';
import type { ParquetColumn, ParquetTable } from './parquet.js';
import { ByteReader, type Struct } from './thrift.js';

const emptyColumns = jsonText(z.array(z.tuple([z.number(), z.string(), z.enum(['text', 'int'])])));

/** A file of this program's own writer, or one of its first writer, which needs WebAssembly. */
export async function open(file: Uint8Array): Promise<ParquetTable> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const table = damagedUnless(() => {
    const footer = readFooter(bytes);
    return footer.has(6) && footer.text(6) === CREATED_BY ? tableOf(bytes, footer) : undefined;
  });
  return table ?? (await import('./older.js')).openOlder(bytes);
}

function readFooter(bytes: Buffer): Struct {
  const end = bytes.length - TRAILER;
  if (
    end < MAGIC.length ||
    !bytes.subarray(0, MAGIC.length).equals(MAGIC) ||
    !bytes.subarray(-MAGIC.length).equals(MAGIC)
  )
    throw new RangeError('it does not begin and end as a Parquet file');
  const start = end - bytes.readUInt32LE(end);
  if (start < MAGIC.length) throw new RangeError('its footer is longer than itself');
  return new ByteReader(bytes.subarray(0, end), start).struct();
}

function damagedUnless<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unreadable(cause);
  }
}

function tableOf(bytes: Buffer, footer: Struct): ParquetTable {
  const [, ...elements] = footer.structs(2);
  const stored = elements.map(columnOf);
  const rowCount = footer.number(3);
  const metadata = new Map(footer.structs(5).map((pair) => [pair.text(1), pair.text(2)]));
  const columns = [...stored];
  for (const [position, name, kind] of emptyColumns.parse(metadata.get(EMPTY_COLUMNS) ?? '[]'))
    columns.splice(position, 0, { name, kind });
  metadata.delete(EMPTY_COLUMNS);
  const places = stored.map((column) => columns.indexOf(column));
  const chunks = footer.structs(4).flatMap((group) => group.structs(1).map((chunk) => chunk.struct(3)));
  return {
    columns,
    rowCount,
    metadata,
    rows: () => readRows({ bytes, stored, chunks, places, width: columns.length, rowCount }),
  };
}

function columnOf(element: Struct): ParquetColumn {
  const name = element.text(4);
  if (element.number(1) === PHYSICAL_TYPE.int) return { name, kind: 'int' };
  if (element.number(1) === PHYSICAL_TYPE.text) return { name, kind: 'text' };
  throw new TypeError(`column "${name}" is neither text nor INT32`);
}

interface StoredRows {
  readonly bytes: Buffer;
  readonly stored: readonly ParquetColumn[];
  readonly chunks: readonly Struct[];
  /** Where each column of the file stands in a row. */
  readonly places: readonly number[];
  readonly width: number;
  readonly rowCount: number;
}

/** Page by page: the pages of all columns end at the same rows. */
async function* readRows({ bytes, stored, chunks, places, width, rowCount }: StoredRows): AsyncGenerator<ArrayRow[]> {
  const readers = damagedUnless(() =>
    stored.map(({ kind }, index) => new ColumnReader(bytes, kind, chunks[rowCount === 0 ? -1 : index])),
  );
  for (let read = 0; read < rowCount; ) {
    const page = damagedUnless(() => {
      const [first = [], ...others] = readers.map((reader) => reader.page(rowCount - read));
      if (others.some(({ length }) => length !== first.length))
        throw new RangeError('its columns do not have the same rows');
      return rowsOf([first, ...others], places, width);
    });
    // A file without columns has no rows either.
    if (page.length === 0) throw unreadable(new RangeError('it has no columns'));
    read += page.length;
    yield page;
  }
}

/** Rows that are put together at a time: as many as the processor keeps at hand. */
const BLOCK_ROWS = 128;

function rowsOf(
  columns: readonly (readonly (CellValue | null)[])[],
  places: readonly number[],
  width: number,
): ArrayRow[] {
  const rows = Array.from({ length: columns[0]?.length ?? 0 }, () => new Array<CellValue | null>(width).fill(null));
  for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, rows.length);
    for (const [index, values] of columns.entries()) {
      const place = places[index] ?? 0;
      for (let at = from; at < to; at++) {
        const row = rows[at];
        if (row) row[place] = values[at] ?? null;
      }
    }
  }
  return rows;
}

class ColumnReader {
  readonly #reader: ByteReader;
  readonly #kind: ParquetColumn['kind'];
  readonly #codec: number;
  #dictionary: readonly CellValue[] = [];

  constructor(bytes: Buffer, kind: ParquetColumn['kind'], chunk: Struct | undefined) {
    this.#kind = kind;
    this.#codec = chunk?.number(4) ?? CODEC.uncompressed;
    const start = chunk?.number(chunk.has(11) ? 11 : 9) ?? 0;
    this.#reader = new ByteReader(bytes, start);
    if (chunk?.has(11)) this.#readDictionary();
  }

  #readDictionary(): void {
    const { header, body } = this.#next();
    if (header.number(1) !== PAGE_TYPE.dictionary) throw new RangeError('a dictionary is missing');
    this.#dictionary = this.#plain(new ByteReader(body), header.struct(7).number(1));
  }

  /** The values of the next page's rows, of which there are `most`. */
  page(most: number): (CellValue | null)[] {
    const { header, body } = this.#next();
    if (header.number(1) !== PAGE_TYPE.data) throw new RangeError('a page of another kind');
    const about = header.struct(5);
    const rows = about.number(1);
    if (rows === 0 || rows > most) throw new RangeError('a page has other rows than the file');
    const reader = new ByteReader(body);
    const present = unpackRuns(reader.take(reader.take(4).readUInt32LE()), rows, 1);
    const count = present.reduce((sum, bit) => sum + bit, 0);
    const values = this.#values(reader, about.number(2), count);
    let at = 0;
    return Array.from(present, (bit) => (bit === 0 ? null : (values[at++] ?? null)));
  }

  #next(): { header: Struct; body: Buffer } {
    const header = this.#reader.struct();
    const body = this.#reader.take(header.number(3));
    if (this.#codec === CODEC.uncompressed) return { header, body };
    if (this.#codec !== CODEC.brotli) throw new RangeError(`compression ${this.#codec} is not one of ours`);
    const length = header.number(2);
    const raw = brotliDecompressSync(body, { maxOutputLength: Math.max(1, length) });
    if (raw.length !== length) throw new RangeError('a page has another length than it says');
    return { header, body: raw };
  }

  #values(reader: ByteReader, encoding: number, count: number): readonly CellValue[] {
    if (encoding === ENCODING.plain) return this.#plain(reader, count);
    if (encoding === ENCODING.dictionary) {
      const width = reader.byte();
      const indices = unpackRuns(reader.bytes.subarray(reader.at), count, width);
      return Array.from(indices, (index) => this.#dictionary[index] ?? outside(index));
    }
    if (encoding === ENCODING.deltas && this.#kind === 'int') return [...unpackDeltas(reader, count)];
    if (encoding === ENCODING.lengths && this.#kind === 'text')
      return Array.from(unpackDeltas(reader, count), (length) => reader.take(length).toString('utf8'));
    throw new RangeError(`encoding ${encoding} is not one of ours`);
  }

  #plain(reader: ByteReader, count: number): CellValue[] {
    const values: CellValue[] = [];
    for (let index = 0; index < count; index++)
      values.push(
        this.#kind === 'int'
          ? reader.take(4).readInt32LE()
          : reader.take(reader.take(4).readUInt32LE()).toString('utf8'),
      );
    return values;
  }
}

function outside(index: number): never {
  throw new RangeError(`value ${index} of a dictionary is not there`);
}
