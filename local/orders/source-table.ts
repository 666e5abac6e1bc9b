import { FixFirstError } from '../../shared/ground/errors.js';
import { createSchema } from '../../shared/store/schema/create-schema.js';
import type { BulkColumn, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { Orders } from './sample.js';
import { createSource, dropSource, hasLines } from './store.js';

export const SOURCE_TABLE = 'ORDERS_UNIFIED';

/** Creates the source table as it is in production: every column nullable, no key, no index. */
export async function createSourceTable(
  warehouse: Warehouse,
  columns: readonly BulkColumn[],
  table = SOURCE_TABLE,
): Promise<void> {
  await createSchema(warehouse);
  await createSource(warehouse, warehouse.engine, { table, columns });
}

/**
 * Makes the source table and fills it, in one transaction. A table that holds rows is only replaced when `replace`
 * says so: it might be the real one. Returns the number of lines.
 */
export async function loadOrders(
  warehouse: Warehouse,
  orders: Orders,
  { table = SOURCE_TABLE, replace = false }: { table?: string; replace?: boolean } = {},
): Promise<number> {
  const exists = (await warehouse.columns(table)).length > 0;
  if (exists && !replace && (await hasLines(warehouse, table))) {
    throw new FixFirstError(
      'TABLE_NOT_EMPTY',
      `The table ${table} holds rows already. Pass --replace to throw them away.`,
    );
  }
  await createSchema(warehouse);
  return warehouse.transaction(async (transaction) => {
    if (exists) await dropSource(transaction, table);
    await createSource(transaction, warehouse.engine, { table, columns: orders.columns });
    return transaction.bulkLoad(table, orders.columns, orders.rows());
  });
}
