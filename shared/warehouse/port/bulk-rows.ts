import type { ArrayRow } from './warehouse.js';

/** Rows to load: those that are there, or chunks of them as they come. */
export type BulkRows = Iterable<ArrayRow> | AsyncIterable<readonly ArrayRow[]>;

/** The same in chunks: waiting for each row by itself would take as long as writing it. */
export function rowChunks(rows: BulkRows): Iterable<Iterable<ArrayRow>> | AsyncIterable<readonly ArrayRow[]> {
  return Symbol.asyncIterator in rows ? rows : [rows];
}
