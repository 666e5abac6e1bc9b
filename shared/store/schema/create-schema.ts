import { parseStatement, quoteIdentifier } from '../../warehouse/port/statements.js';
import type { Warehouse } from '../../warehouse/port/warehouse.js';

const KNOWN: Readonly<Record<Warehouse['engine'], string>> = {
  postgres: 'SELECT COUNT(*) AS "found" FROM pg_catalog.pg_namespace WHERE nspname = @name',
  mssql: 'SELECT COUNT(*) AS "found" FROM "sys"."schemas" WHERE "name" = @name',
};

/** The statement that makes the schema of the warehouse; none when it is there. */
export async function missingSchema(warehouse: Warehouse): Promise<string[]> {
  const [row] = await warehouse.query(parseStatement('select-schema', KNOWN[warehouse.engine]), {
    name: warehouse.schema,
  });
  return Number(row?.['found']) > 0 ? [] : [`CREATE SCHEMA ${quoteIdentifier(warehouse.schema)}`];
}

/** Creates the schema of the warehouse where it is missing. */
export async function createSchema(warehouse: Warehouse): Promise<void> {
  for (const text of await missingSchema(warehouse)) await warehouse.execute(parseStatement('create-schema', text));
}
