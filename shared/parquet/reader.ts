import { type Field, tableFromIPC } from 'apache-arrow';
import { type ReaderOptions, readSchema, type RecordBatch as WasmBatch, ParquetFile as WasmFile } from 'parquet-wasm';
import { FixFirstError, messageOf } from '../ground/errors.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { kindOf, readColumn } from './arrow.js';
import type { ParquetColumn, ParquetTable } from './parquet.js';

/** Rows that come back from WebAssembly at once; 4,096 take 100 MB more at 380 columns. */
const BATCH_ROWS = 1_024;

export async function open(bytes: Uint8Array): Promise<ParquetTable> {
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

function unreadable(cause: unknown): FixFirstError {
  return new FixFirstError('ARCHIVE_DAMAGED', `The bytes cannot be read as Parquet: ${messageOf(cause)}`, { cause });
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
