import { parseStatement, quoteIdentifier } from '../warehouse/statements.js';
import type { Warehouse } from '../warehouse/warehouse.js';

/** Creates the schema of the warehouse where it is missing. */
export async function createSchema(warehouse: Warehouse): Promise<void> {
  const schema = quoteIdentifier(warehouse.schema);
  if (warehouse.engine === 'postgres') {
    await warehouse.execute(parseStatement('create-schema', `CREATE SCHEMA IF NOT EXISTS ${schema}`));
    return;
  }
  const known = parseStatement('select-schema', 'SELECT SCHEMA_ID(@name) AS "id"');
  const [row] = await warehouse.query(known, { name: warehouse.schema });
  if (row?.['id'] === null) await warehouse.execute(parseStatement('create-schema', `CREATE SCHEMA ${schema}`));
}
