import { FixFirstError } from '../ground/errors.js';
import type { ColumnInfo, Warehouse } from '../warehouse/port/warehouse.js';

/** The live columns of the source. @throws FixFirstError when there is no such table, or our user may not see it. */
export async function sourceColumns(warehouse: Warehouse, table: string): Promise<ColumnInfo[]> {
  const columns = await warehouse.columns(table);
  if (columns.length > 0) return columns;
  throw new FixFirstError(
    'SOURCE_MISSING',
    `There is no table or view "${table}" in schema "${warehouse.schema}" that the user may see. Correct SOURCE_TABLE or WAREHOUSE_SCHEMA, or grant the user SELECT on it.`,
  );
}
