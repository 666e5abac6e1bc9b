import { readdirSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { readSqlFile, sqlFolder } from '../files.js';
import { MIGRATE_LOCK, withLock } from '../locks.js';
import type { Mapping } from '../mapping/mapping.js';
import { loadStatement, parseStatement } from '../warehouse/statements.js';
import type { Queryable, Warehouse } from '../warehouse/warehouse.js';
import { createSchema } from './create-schema.js';
import { addColumn, createTable } from './ddl.js';
import { mappedColumns } from './mapped-columns.js';
import { type Column, type Table, warehouseTables } from './tables.js';

export interface MigrationPlan {
  /** Scripts of sql/ddl/ that the database has not had, in order. */
  scripts: readonly { version: number; file: string }[];
  /** Tables that are gone although the database has had every script. */
  tables: readonly Table[];
  /** Columns of the mapping in use that a table lacks. */
  columns: readonly { table: Table; column: Column }[];
  /** The newest version there is. */
  version: number;
}

const SCRIPT = /^(\d{4})-.+\.sql$/;

/** What has to be done to bring the warehouse up to date with this program and this mapping. */
export async function planMigration(warehouse: Warehouse, mapping: Mapping): Promise<MigrationPlan> {
  const files = readdirSync(`${sqlFolder()}/ddl/${warehouse.engine}`)
    .filter((file) => SCRIPT.test(file))
    .sort();
  const all = files.map((file) => ({ version: Number(SCRIPT.exec(file)?.[1]), file }));
  const known =
    (await warehouse.columns('MON_Schema')).length > 0 ? await appliedVersions(warehouse) : new Set<number>();
  const scripts = all.filter(({ version }) => !known.has(version));
  return {
    scripts,
    ...(scripts.length > 0 ? { tables: [], columns: [] } : await missingParts(warehouse, mapping)),
    version: all.at(-1)?.version ?? 0,
  };
}

/**
 * Creates or upgrades the schema: each numbered script once and in a transaction of its own, then the tables and columns
 * that are still missing, because the mapping adds them or somebody took them away. Safe to repeat, and for two
 * processes at once.
 */
export async function migrate(
  warehouse: Warehouse,
  mapping: Mapping,
  clock: Clock,
  lockWaitMs: number,
): Promise<MigrationPlan> {
  return withLock(warehouse, MIGRATE_LOCK, lockWaitMs, async () => {
    await createSchema(warehouse);
    if ((await warehouse.columns('MON_Schema')).length === 0)
      await warehouse.execute(loadStatement('schema/create-version-table'));
    const before = await planMigration(warehouse, mapping);
    for (const script of before.scripts) {
      await warehouse.transaction((transaction) => applyScript(transaction, warehouse.engine, script, clock.now()));
    }
    const { tables, columns } = await missingParts(warehouse, mapping);
    for (const table of tables) {
      await warehouse.transaction(async (transaction) => {
        for (const text of createTable(warehouse.engine, table)) await execute(transaction, text);
      });
    }
    for (const { table, column } of columns) {
      // Rows that are there already have no value for it.
      const addable = column.default === undefined ? { ...column, required: false } : column;
      await execute(warehouse, addColumn(warehouse.engine, table, addable));
    }
    return { ...before, tables, columns };
  });
}

async function applyScript(
  transaction: Queryable,
  engine: Warehouse['engine'],
  script: { version: number; file: string },
  now: Date,
): Promise<void> {
  for (const text of splitScript(readSqlFile(`ddl/${engine}/${script.file}`))) await execute(transaction, text);
  const parameters = { version: script.version, script: script.file, applied_at: now.toISOString() };
  await transaction.execute(loadStatement('schema/insert-version'), parameters);
}

/** What a plan does, one step a line. */
export function stepsOf({ scripts, tables, columns }: MigrationPlan): string[] {
  return [
    ...scripts.map(({ file }) => `apply ${file}`),
    ...tables.map(({ name }) => `create ${name}`),
    ...columns.map(({ table, column }) => `add ${column.name} to ${table.name}`),
  ];
}

/** Statements of a script: each ends with a semicolon at the end of a line. */
export function splitScript(script: string): string[] {
  return script
    .split(/;\s*\n/)
    .map((text) => text.replace(/^--.*$/gm, '').trim())
    .filter((text) => text !== '');
}

async function appliedVersions(warehouse: Warehouse): Promise<Set<number>> {
  const rows = await warehouse.query(loadStatement('schema/select-versions'));
  return new Set(rows.map((row) => z.object({ version: z.number() }).parse(row).version));
}

async function missingParts(
  warehouse: Warehouse,
  mapping: Mapping,
): Promise<Pick<MigrationPlan, 'tables' | 'columns'>> {
  const tables: Table[] = [];
  const columns: { table: Table; column: Column }[] = [];
  for (const table of warehouseTables(mappedColumns(mapping))) {
    const live = new Set((await warehouse.columns(table.name)).map(({ name }) => name));
    if (live.size === 0) tables.push(table);
    else for (const column of table.columns) if (!live.has(column.name)) columns.push({ table, column });
  }
  return { tables, columns };
}

async function execute(queryable: Queryable, text: string): Promise<void> {
  await queryable.execute(parseStatement('migrate', text));
}
