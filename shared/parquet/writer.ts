import { makeData, RecordBatch, Struct, Table, tableToIPC } from 'apache-arrow';
import {
  Compression,
  EnabledStatistics,
  Encoding,
  transformParquetStream,
  type RecordBatch as WasmBatch,
  Table as WasmTable,
  WriterPropertiesBuilder,
  WriterVersion,
} from 'parquet-wasm';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { arrowSchema, columnData } from './arrow.js';
import { withMetadata } from './footer.js';
import type { ParquetColumn, ParquetFile, RowChunks } from './parquet.js';

/** Rows that go to WebAssembly at once. More are hardly quicker: 8,192 take 150 MB more at 380 columns. */
const BATCH_ROWS = 2_048;

export async function write(
  columns: readonly ParquetColumn[],
  chunks: RowChunks,
  metadata: ReadonlyMap<string, string>,
): Promise<ParquetFile> {
  const source = new BatchSource(columns, chunks, metadata);
  const parts: Uint8Array[] = [];
  try {
    const stream: ReadableStream<Uint8Array> = await transformParquetStream(source.stream, writerProperties(columns));
    for await (const part of stream) parts.push(part);
  } catch (error) {
    throw source.failure ?? error;
  }
  if (source.failure !== undefined) throw source.failure;
  return { bytes: withMetadata(Buffer.concat(parts), metadata), rowCount: source.rowCount };
}

/**
 * Version 1 pages are smaller and quicker than version 2 with this writer. Statistics would cost each column some
 * 40 bytes in a file that is read as a whole. Lengths apart from texts save a seventh of a column of UUIDs.
 */
function writerProperties(columns: readonly ParquetColumn[]) {
  let builder = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setWriterVersion(WriterVersion.V1)
    .setStatisticsEnabled(EnabledStatistics.None)
    .setCreatedBy('customer-orders');
  for (const { name, kind, distinct } of columns) {
    if (kind !== 'text' || !distinct) continue;
    builder = builder.setColumnDictionaryEnabled(name, false).setColumnEncoding(name, Encoding.DELTA_LENGTH_BYTE_ARRAY);
  }
  return builder.build();
}

/** Cuts chunks of rows into equal batches and hands them over one at a time, as the writer asks for them. */
class BatchSource {
  readonly stream: ReadableStream<WasmBatch>;
  rowCount = 0;
  /** The error of the rows themselves: on its way through WebAssembly it would lose its class. */
  failure: unknown;
  readonly #columns: readonly ParquetColumn[];
  readonly #schema;

  constructor(columns: readonly ParquetColumn[], chunks: RowChunks, metadata: ReadonlyMap<string, string>) {
    this.#columns = columns;
    this.#schema = arrowSchema(columns, metadata);
    const batches = inBatches(chunks);
    this.stream = new ReadableStream<WasmBatch>(
      {
        pull: async (controller) => {
          try {
            const { value, done } = await batches.next();
            if (done) controller.close();
            else controller.enqueue(this.#batch(value));
          } catch (error) {
            this.failure = error;
            controller.close();
          }
        },
        cancel: async () => {
          await batches.return(undefined);
        },
      },
      { highWaterMark: 0 },
    );
  }

  #batch(rows: readonly ArrayRow[]): WasmBatch {
    const children = this.#columns.map((column, index) => columnData(column, rows, index));
    const struct = makeData({ type: new Struct(this.#schema.fields), length: rows.length, nullCount: 0, children });
    const table = WasmTable.fromIPCStream(tableToIPC(new Table([new RecordBatch(this.#schema, struct)]), 'stream'));
    const batch = table.recordBatch(0);
    table.free();
    if (!batch) throw new Error('A batch of rows was lost on its way to the Parquet writer.');
    this.rowCount += rows.length;
    return batch;
  }
}

/** Batches of equal size but for the last; one empty batch when there are no rows, because it carries the columns. */
async function* inBatches(chunks: RowChunks): AsyncGenerator<readonly ArrayRow[], undefined> {
  let batch: ArrayRow[] = [];
  let some = false;
  for await (const chunk of chunks) {
    for (const row of chunk) {
      batch.push(row);
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      some = true;
      batch = [];
    }
  }
  if (batch.length > 0 || !some) yield batch;
}
