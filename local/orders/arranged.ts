import { type SourceLayout, sourceLayout } from '../../shared/lines/layout.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { ArrayRow, BulkColumn } from '../../shared/warehouse/port/warehouse.js';

/** The layout in which a mapping reads a table, and the function that puts a row of the table into it. */
export function arranged(
  mapping: Mapping,
  columns: readonly BulkColumn[],
): { layout: SourceLayout; arrange(row: ArrayRow): ArrayRow } {
  const live = columns.map(({ name, type }) => ({ name, dataType: type.replace(/\(.*/, '') }));
  const layout = sourceLayout(mapping, live);
  const places = layout.select.map((name) => columns.findIndex((column) => column.name === name));
  return { layout, arrange: (row) => places.map((place) => row[place] ?? null) };
}
