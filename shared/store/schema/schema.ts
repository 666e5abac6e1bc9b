import { parseStatement, quoteIdentifier } from '../../warehouse/port/statements.js';
import type { Warehouse } from '../../warehouse/port/warehouse.js';
import { type MigrationStep, planTables, type TablesPlan } from './plan.js';
import type { Table } from './table.js';

const KNOWN: Readonly<Record<Warehouse['engine'], string>> = {
  postgres: 'SELECT COUNT(*) AS "found" FROM pg_catalog.pg_namespace WHERE nspname = @name',
  mssql: 'SELECT COUNT(*) AS "found" FROM "sys"."schemas" WHERE "name" = @name',
};

/** The step that creates the schema of the warehouse; none if it exists. */
async function missingSchema(warehouse: Warehouse): Promise<MigrationStep[]> {
  const { engine, schema } = warehouse;
  const [row] = await warehouse.query(parseStatement('select-schema', KNOWN[engine]), { name: schema });
  if (Number(row?.['found']) > 0) return [];
  const statements = [`CREATE SCHEMA ${quoteIdentifier(schema)}`];
  // SQL Server requires CREATE SCHEMA to be the first statement of its batch.
  return [{ what: `create the schema ${schema}`, statements, ...(engine === 'mssql' ? { ownBatch: true } : {}) }];
}

/** Creates the schema of the warehouse where it is missing. */
export async function createSchema(warehouse: Warehouse): Promise<void> {
  for (const { statements } of await missingSchema(warehouse))
    for (const text of statements) await warehouse.execute(parseStatement('create-schema', text));
}

/** What is missing in these tables and what differs, as planTables; before them the schema, if there is none. */
export async function planSchema(warehouse: Warehouse, tables: readonly Table[]): Promise<TablesPlan> {
  const planned = await planTables(warehouse, tables);
  return { ...planned, steps: [...(await missingSchema(warehouse)), ...planned.steps] };
}
