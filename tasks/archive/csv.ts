import type { ArrayRow } from '../../shared/warehouse/port/warehouse.js';
import type { ArchivedLine, ArchiveTable } from './archive-table.js';

/** What a spreadsheet takes for the beginning of a formula, or moves into a cell where it does. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;
const SIGNED_NUMBER = /^[+-]\d+(?:\.\d+)?$/;

/** How a text stands in a field: as it is, or so that no spreadsheet reckons with it. */
export type CsvText = (text: string) => string;
export const exactText: CsvText = (text) => text;
/** Behind an apostrophe, which spreadsheets take for "this is a text". Numbers with a sign stay. */
export const safeText: CsvText = (text) => (FORMULA.test(text) && !SIGNED_NUMBER.test(text) ? `'${text}` : text);

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

function csvLine(values: ArrayRow, textOf: CsvText): string {
  return `${values.map((value) => field(value, textOf)).join(',')}\r\n`;
}

function field(value: ArrayRow[number], textOf: CsvText): string {
  if (value === null) return '';
  const text = textOf(String(value));
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
