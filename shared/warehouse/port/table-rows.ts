import { groupBy } from '../../ground/lists.js';
import type { ForeignKeyInfo, IndexInfo, TableColumn, TableInfo } from './warehouse.js';

/** Runs a query on an engine's catalogue. */
export type CatalogueQuery<Value> = (text: string, values: Value[]) => Promise<Record<string, unknown>[]>;

/** What both engines' catalogues are asked for: one row a column, one a column of an index, one a column of a foreign key. */
export interface CatalogueRows {
  columns: readonly (TableColumn & { table: string })[];
  /** In the order of the index's columns; `primary` marks the primary key's. */
  indexColumns: readonly (Omit<IndexInfo, 'columns'> & { table: string; column: string; primary: boolean })[];
  /** In the order of the key's columns. */
  foreignKeyColumns: readonly { table: string; name: string; column: string; target: string; reference: string }[];
}

/** Puts catalogue rows together, table by table. A table without columns is not there. */
export function tablesOf({ columns, indexColumns, foreignKeyColumns }: CatalogueRows): Map<string, TableInfo> {
  const tables = new Map<string, TableInfo>();
  for (const [name, own] of groupBy(columns, ({ table }) => table)) {
    const indexed = indexColumns.filter(({ table }) => table === name);
    const keys = groupBy(
      foreignKeyColumns.filter(({ table }) => table === name),
      (row) => row.name,
    );
    tables.set(name, {
      columns: own.map(({ table: _, ...column }) => column),
      primaryKey: indexed.filter(({ primary }) => primary).map(({ column }) => column),
      indexes: [
        ...groupBy(
          indexed.filter(({ primary }) => !primary),
          (row) => row.name,
        ).values(),
      ].map(indexOf),
      foreignKeys: [...keys.values()].map(foreignKeyOf),
    });
  }
  return tables;
}

function indexOf(rows: CatalogueRows['indexColumns']): IndexInfo {
  const { name = '', unique = false, filter = null, disabled = false } = rows[0] ?? {};
  return { name, columns: rows.map(({ column }) => column), unique, filter, disabled };
}

function foreignKeyOf(rows: CatalogueRows['foreignKeyColumns']): ForeignKeyInfo {
  const { name = '', target = '' } = rows[0] ?? {};
  return {
    name,
    columns: rows.map(({ column }) => column),
    table: target,
    references: rows.map(({ reference }) => reference),
  };
}
