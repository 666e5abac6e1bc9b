import type { ArrayRow } from '../../shared/warehouse/warehouse.js';
import type { ArchivedLine, ArchiveTable } from './archive-table.js';

/** The header of an archive as CSV after RFC 4180: the columns of the Parquet file, with the row hash itself. */
export function csvHeader(table: ArchiveTable): string {
  return csvLine(table.columns.map(({ name }) => (name === 'acknowledged' ? 'row_hash' : name)));
}

/** A line as CSV, with its own record_uuid and row hash. An empty field is null, `""` the empty text. */
export function csvRow(encoded: ArrayRow, line: ArchivedLine): string {
  const row = [...encoded];
  row[1] = line.recordUuid;
  row[2] = line.rowHash;
  return csvLine(row);
}

function csvLine(values: ArrayRow): string {
  return `${values.map(field).join(',')}\r\n`;
}

function field(value: ArrayRow[number]): string {
  if (value === null) return '';
  const text = String(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
