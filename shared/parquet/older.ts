import { type Data, DataType, type Field, type Int32, tableFromIPC, type Utf8 } from 'apache-arrow';
import { type ReaderOptions, readSchema, type RecordBatch as WasmBatch, ParquetFile as WasmFile } from 'parquet-wasm';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { unreadable } from './format.js';
import type { ParquetColumn, ParquetTable } from './parquet.js';

// Files of the first writer are ZSTD, which Node 20 does not know. Loading this takes a fifth of a second.

/** Rows that come back from WebAssembly at once; 4,096 take 100 MB more at 380 columns. */
const BATCH_ROWS = 1_024;

export async function openOlder(bytes: Uint8Array): Promise<ParquetTable> {
  try {
    const schema = tableFromIPC(readSchema(bytes).intoIPCStream()).schema;
    const file = await WasmFile.fromFile(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    const rowCount = file.metadata().fileMetadata().numRows();
    file.free();
    return {
      columns: schema.fields.map(columnOf),
      rowCount,
      metadata: schema.metadata,
      rows: () => readRows(bytes, schema.fields.length),
    };
  } catch (error) {
    throw unreadable(error);
  }
}

function columnOf({ name, type }: Field): ParquetColumn {
  const kind = kindOf(type);
  if (kind !== undefined) return { name, kind };
  throw new TypeError(`column "${name}" has the type ${String(type)}, which is neither text nor INT32`);
}

async function* readRows(bytes: Uint8Array, width: number): AsyncGenerator<ArrayRow[]> {
  const options: ReaderOptions = { batchSize: BATCH_ROWS };
  const file = await WasmFile.fromFile(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  let broken = false;
  try {
    const stream: ReadableStream<WasmBatch> = await file.stream(options);
    for await (const batch of stream) yield rowsOf(batch, width);
  } catch (error) {
    broken = true;
    throw unreadable(error);
  } finally {
    // An error of WebAssembly leaves its object in use: freeing it would throw another error over that one.
    if (!broken) file.free();
  }
}

function rowsOf(batch: WasmBatch, width: number): ArrayRow[] {
  const rows: (string | number | null)[][] = [];
  for (const { data } of tableFromIPC(batch.intoIPCStream()).batches) {
    const part = Array.from({ length: data.length }, () => new Array<string | number | null>(width).fill(null));
    for (const [index, column] of data.children.entries()) readColumn(column, part, index);
    for (const row of part) rows.push(row);
  }
  return rows;
}

/** Reads one Arrow column into the rows, at `index` of each. */
function readColumn(data: Data<DataType>, rows: (string | number | null)[][], index: number): void {
  if (kindOf(data.type) === 'int') readInts(data as Data<Int32>, rows, index);
  else readTexts(data as Data<Utf8>, rows, index);
}

function kindOf(type: DataType): ParquetColumn['kind'] | undefined {
  if (DataType.isUtf8(type)) return 'text';
  return DataType.isInt(type) && type.bitWidth === 32 && type.isSigned ? 'int' : undefined;
}

function readInts(data: Data<Int32>, rows: (string | number | null)[][], index: number): void {
  for (const [at, row] of rows.entries()) row[index] = data.getValid(at) ? (data.values[at] ?? null) : null;
}

function readTexts(data: Data<Utf8>, rows: (string | number | null)[][], index: number): void {
  const offsets = data.valueOffsets;
  const start = offsets[0] ?? 0;
  const bytes = Buffer.from(data.values.buffer, data.values.byteOffset, data.values.byteLength);
  const all = bytes.toString('utf8', start, offsets[data.length] ?? start);
  const singleByte = all.length === (offsets[data.length] ?? start) - start;
  for (const [at, row] of rows.entries()) {
    const [from, to] = [offsets[at] ?? 0, offsets[at + 1] ?? 0];
    if (!data.getValid(at)) row[index] = null;
    else row[index] = singleByte ? all.slice(from - start, to - start) : bytes.toString('utf8', from, to);
  }
}
