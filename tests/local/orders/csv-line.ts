import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';

/** A row as a line of CSV; an empty text is quoted, null is nothing. */
export function csvLine(row: ArrayRow): string {
  return `${row.map(csvField).join(',')}\r\n`;
}

function csvField(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
