import { type CsvText, csvLine, exactText } from '../../../shared/ground/csv.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import type { ArchivedLine, ArchiveTable } from './archive-table.js';

/** The header of an archive as CSV after RFC 4180: the columns of the Parquet file, with the row hash itself. */
export function csvHeader(table: ArchiveTable, textOf: CsvText = exactText): string {
  return csvLine(
    table.columns.map(({ name }) => (name === 'acknowledged' ? 'row_hash' : name)),
    textOf,
  );
}

/** A line as CSV, with its own record_uuid and row hash. An empty field is null, `""` the empty text. */
export function csvRow(encoded: ArrayRow, line: ArchivedLine, textOf: CsvText = exactText): string {
  const row = [...encoded];
  row[1] = line.recordUuid;
  row[2] = line.rowHash;
  return csvLine(row, textOf);
}
