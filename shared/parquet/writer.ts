import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { type ColumnChunk, ColumnPages } from './column-pages.js';
import { CREATED_BY, EMPTY_COLUMNS, MAGIC, OPTIONAL, PHYSICAL_TYPE, UTF8 } from './format.js';
import type { ParquetColumn, ParquetFile, RowChunks } from './parquet.js';
import { int, ints, long, struct, structBytes, structs, type ThriftField, text, texts } from './thrift.js';

/** Rows of a page. More compress hardly better and take memory: 383 columns of values wait until a page is full. */
const PAGE_ROWS = 8_192;
/** Rows that are gone through column by column: as many as the processor keeps at hand. A page is a multiple of it. */
const BLOCK_ROWS = 128;

export async function write(
  columns: readonly ParquetColumn[],
  chunks: RowChunks,
  metadata: ReadonlyMap<string, string>,
): Promise<ParquetFile> {
  const writers = columns.map((column) => new ColumnPages(column, PAGE_ROWS));
  let rowCount = 0;
  const endPage = (): void => {
    for (const writer of writers) writer.endPage();
  };
  for await (const block of inBlocks(chunks)) {
    for (const [index, writer] of writers.entries()) writer.add(block, index);
    rowCount += block.length;
    if (rowCount % PAGE_ROWS === 0) endPage();
  }
  if (rowCount % PAGE_ROWS > 0) endPage();
  const filled = writers.filter(({ hasValues }) => hasValues);
  // A file has a column, and a table without rows has nothing but its columns.
  const kept = filled.length > 0 ? filled : writers;
  const body: Buffer[] = [MAGIC];
  const described: ThriftField[][] = [];
  let [at, bytes] = [MAGIC.length, 0];
  for (const writer of kept) {
    const chunk = writer.finish();
    described.push(columnChunk(writer.column, chunk, { at, rowCount }));
    body.push(...chunk.pages);
    at += chunk.bytes;
    bytes += chunk.uncompressedBytes;
  }
  const empty = writers.flatMap((writer, position) =>
    kept.includes(writer) ? [] : [[position, writer.column.name, writer.column.kind]],
  );
  const said = [...metadata, ...(empty.length > 0 ? [[EMPTY_COLUMNS, JSON.stringify(empty)] as const] : [])];
  const footer = structBytes([
    int(1, 2),
    structs(2, [[text(4, 'schema'), int(5, kept.length)], ...kept.map(({ column }) => schemaElement(column))]),
    long(3, rowCount),
    structs(4, rowCount === 0 ? [] : [[structs(1, described), long(2, bytes), long(3, rowCount)]]),
    structs(
      5,
      said.map(([key, value]) => [text(1, key), text(2, value)]),
    ),
    text(6, CREATED_BY),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return { bytes: Buffer.concat([...body, footer, length, MAGIC]), rowCount };
}

function schemaElement({ name, kind }: ParquetColumn): ThriftField[] {
  const element = [int(1, PHYSICAL_TYPE[kind]), int(3, OPTIONAL), text(4, name)];
  return kind === 'text' ? [...element, int(6, UTF8)] : element;
}

function columnChunk(
  { name, kind }: ParquetColumn,
  { codec, encodings, dictionaryBytes, bytes, uncompressedBytes }: ColumnChunk,
  { at, rowCount }: { at: number; rowCount: number },
): ThriftField[] {
  return [
    long(2, 0),
    struct(3, [
      int(1, PHYSICAL_TYPE[kind]),
      ints(2, encodings),
      texts(3, [name]),
      int(4, codec),
      long(5, rowCount),
      long(6, uncompressedBytes),
      long(7, bytes),
      long(9, at + dictionaryBytes),
      ...(dictionaryBytes > 0 ? [long(11, at)] : []),
    ]),
  ];
}

/** Blocks of equal size but for the last, however the rows arrive. */
async function* inBlocks(chunks: RowChunks): AsyncGenerator<readonly ArrayRow[]> {
  let block: ArrayRow[] = [];
  for await (const chunk of chunks) {
    for (const row of chunk) {
      block.push(row);
      if (block.length < BLOCK_ROWS) continue;
      yield block;
      block = [];
    }
  }
  if (block.length > 0) yield block;
}
