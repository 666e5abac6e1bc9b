import { parseStatement, quoteIdentifier } from '../../warehouse/port/statements.js';
import type { TableInfo, Warehouse } from '../../warehouse/port/warehouse.js';
import { compareTable, type TablePart } from './compare.js';
import {
  addColumn,
  addForeignKey,
  addPrimaryKey,
  constraintName,
  createIndex,
  createTable,
  setNotNull,
} from './ddl.js';
import type { Table } from './table.js';

/** One thing that migrate does, in a transaction of its own. */
export interface MigrationStep {
  /** `create MON_Change`, `add the index IX_MON_Change_line_key to MON_Change`. */
  what: string;
  statements: readonly string[];
  /** On SQL Server, in a script, it must be alone between two GO. */
  ownBatch?: boolean;
}

/** A part of a table and what it should be. migrate never changes an existing part that differs. */
export interface PlannedPart {
  table: string;
  part: TablePart;
}

export interface TablesPlan {
  /** Those that were compared. */
  tables: readonly Table[];
  /** Those of them that are not there. */
  missing: readonly Table[];
  /** Every part of those that are there. */
  parts: readonly PlannedPart[];
  differences: readonly PlannedPart[];
  /** What adds everything that is missing. */
  steps: readonly MigrationStep[];
}

/**
 * What is missing in these tables, as statements that add it, and what differs. Only adds: tables first, then
 * columns, what they must hold, keys and indexes.
 */
export async function planTables(warehouse: Warehouse, tables: readonly Table[]): Promise<TablesPlan> {
  const live = await warehouse.describeTables(tables.map(({ name }) => name));
  const compared = await Promise.all(tables.map((table) => compareLive(warehouse, table, live.get(table.name))));
  const parts = compared.flatMap(({ table, parts: own }) => own.map((part) => ({ table, part })));
  const missing = tables.filter(({ name }) => !live.has(name));
  const order: TablePart['kind'][] = ['column', 'not null', 'primary key', 'index', 'foreign key'];
  const additions = order.flatMap((kind) => parts.filter(({ part }) => part.kind === kind && part.state === 'missing'));
  const planned = parts.map(({ table, part }): PlannedPart => ({ table: table.name, part }));
  return {
    tables,
    missing,
    parts: planned,
    differences: planned.filter(({ part }) => part.state === 'differs'),
    steps: [
      ...missing.map((table) => ({
        what: `create ${table.name}`,
        statements: createTable(warehouse.engine, table),
      })),
      ...additions.map(({ table, part }) => addPart(warehouse.engine, table, part)),
    ],
  };
}

/** Without parts where the table is not there. */
async function compareLive(
  warehouse: Warehouse,
  table: Table,
  live: TableInfo | undefined,
): Promise<{ table: Table; parts: readonly TablePart[] }> {
  if (live === undefined) return { table, parts: [] };
  const parts = compareTable(warehouse.engine, table, live);
  return { table, parts: await Promise.all(parts.map((part) => withNulls(warehouse, table, part))) };
}

/** A column with nulls cannot get NOT NULL: somebody has to fill it first. */
async function withNulls(warehouse: Warehouse, table: Table, part: TablePart): Promise<TablePart> {
  if (part.kind !== 'not null' || part.state !== 'missing') return part;
  const text = `SELECT COUNT(*) AS "rows" FROM dbo.${quoteIdentifier(table.name)} WHERE ${quoteIdentifier(part.name)} IS NULL`;
  const [row] = await warehouse.query(parseStatement('count-nulls', text));
  const rows = Number(row?.['rows'] ?? 0);
  return rows === 0 ? part : { ...part, state: 'differs', live: `null in ${rows} ${rows === 1 ? 'row' : 'rows'}` };
}

function addPart(engine: Warehouse['engine'], table: Table, part: TablePart): MigrationStep {
  const column = table.columns.find(({ name }) => name === part.name);
  const index = table.indexes?.find(
    ({ unique, columns }) => constraintName(unique ? 'UX' : 'IX', table.name, columns) === part.name,
  );
  const key = table.foreignKeys?.find(({ columns }) => constraintName('FK', table.name, columns) === part.name);
  if (part.kind === 'column' && column !== undefined) {
    // Existing rows have no value for it; if there are none, the next comparison forbids null.
    const addable = column.default === undefined ? { ...column, required: false } : column;
    return { what: `add ${part.name} to ${table.name}`, statements: [addColumn(engine, table, addable)] };
  }
  if (part.kind === 'not null' && column !== undefined)
    return { what: `forbid null in ${part.name} of ${table.name}`, statements: [setNotNull(engine, table, column)] };
  const what = `add the ${part.kind} ${part.name} to ${table.name}`;
  if (part.kind === 'primary key') return { what, statements: [addPrimaryKey(table)] };
  if (part.kind === 'index' && index !== undefined) return { what, statements: [createIndex(table, index)] };
  if (part.kind === 'foreign key' && key !== undefined) return { what, statements: [addForeignKey(table, key)] };
  throw new Error(`${table.name} has no part ${part.kind} ${part.name}`);
}

/** A difference as a sentence: `MON_Run."mapping_version" is varchar(20), not varchar(64).` */
export function differenceText({ table, part: { kind, name, live, expected } }: PlannedPart): string {
  const is = live ?? 'missing';
  if (kind === 'column' || kind === 'not null') return `${table}."${name}" is ${is}, not ${expected}.`;
  return `The ${kind} ${name} of ${table} is ${is}, not ${expected}.`;
}
