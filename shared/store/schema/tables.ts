import type { BulkColumn } from '../../warehouse/port/warehouse.js';
import { batchTables } from './batch-tables.js';
import { boardTables } from './board-tables.js';
import { LINE_FAILURES, productionTables, SIZE_FAILURES } from './own-tables.js';
import { runTables } from './run-tables.js';
import { col, type MappedColumns, RAW_PREFIX, type Table } from './table.js';

export { type ColumnDescription, type Index, type MappedColumns, RAW_PREFIX, type Table } from './table.js';

/** All tables of the warehouse that are ours, in an order that respects foreign keys. */
export function warehouseTables(mapped: MappedColumns): readonly Table[] {
  const kept = mapped.kept.map((name) => col(name, 'text'));
  const raw = mapped.kept.map((name) => col(`${RAW_PREFIX}${name}`, 'text'));
  return [
    ...runTables(kept),
    ...batchTables(mapped, raw),
    ...productionTables(mapped),
    ...boardTables(),
    LINE_FAILURES,
    SIZE_FAILURES,
  ];
}

/** The names of a table's columns that do not come from a mapping. */
export function bookkeeping(table: string): ReadonlySet<string> {
  return new Set(tableNamed(warehouseTables({ kept: [], board: [] }), table).columns.map(({ name }) => name));
}

export function tableNamed(tables: readonly Table[], name: string): Table {
  const table = tables.find((candidate) => candidate.name === name);
  if (!table) throw new Error(`no table ${name}`);
  return table;
}

/** Columns of a table for a bulk load, in the order asked for. */
export function bulkColumns(table: Table, names: readonly string[]): BulkColumn[] {
  return names.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (!column) throw new Error(`${table.name} has no column ${name}`);
    return { name, type: column.type };
  });
}
