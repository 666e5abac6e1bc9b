import type { ArrayRow } from '../warehouse/port/warehouse.js';

/** A column of a Parquet file: UTF-8 text or INT32, both nullable. Null and the empty text stay apart. */
export interface ParquetColumn {
  readonly name: string;
  readonly kind: 'text' | 'int';
  /** Its texts do not repeat, so that a dictionary of them would only cost. A hint to the writer; files do not tell. */
  readonly distinct?: boolean;
}

export interface ParquetFile {
  readonly bytes: Uint8Array;
  readonly rowCount: number;
}

/** A file opened for reading; its rows may be read more than once. */
export interface ParquetTable {
  readonly columns: readonly ParquetColumn[];
  readonly rowCount: number;
  /** Texts that the writer put beside the rows. */
  readonly metadata: ReadonlyMap<string, string>;
  rows(): AsyncGenerator<ArrayRow[]>;
}

export type RowChunks = Iterable<readonly ArrayRow[]> | AsyncIterable<readonly ArrayRow[]>;

/**
 * Writes rows as Parquet: Brotli, one row group, the same bytes for the same content however the rows arrive in chunks.
 * Memory holds the compressed pages and one page of rows, never all of them. Columns in which no row has a value are
 * not in the file but named beside the rows; `openParquet` puts them back.
 */
export async function writeParquet(
  columns: readonly ParquetColumn[],
  rows: RowChunks,
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<ParquetFile> {
  const { write } = await import('./writer.js');
  return write(columns, rows, metadata);
}

/**
 * Opens what `writeParquet` writes, or wrote in earlier versions.
 * @throws when the bytes are no Parquet file, or hold a column of another kind than `ParquetColumn` knows.
 */
export async function openParquet(bytes: Uint8Array): Promise<ParquetTable> {
  const { open } = await import('./reader.js');
  return open(bytes);
}
