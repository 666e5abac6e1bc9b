import { FixFirstError } from '../../shared/ground/errors.js';
import { createSchema } from '../../shared/store/schema/create-schema.js';
import { sqlType } from '../../shared/warehouse/port/sql-types.js';
import { loadStatement, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { BulkColumn, Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { Orders } from './sample.js';

export const SOURCE_TABLE = 'ORDERS_UNIFIED';

/** Creates the source table as it is in production: every column nullable, no key, no index. */
export async function createSourceTable(
  warehouse: Warehouse,
  columns: readonly BulkColumn[],
  table = SOURCE_TABLE,
): Promise<void> {
  await createSchema(warehouse);
  await createTable(warehouse, warehouse.engine, columns, table);
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
  if (exists && !replace && (await hasRows(warehouse, table))) {
    throw new FixFirstError(
      'TABLE_NOT_EMPTY',
      `The table ${table} holds rows already. Pass --replace to throw them away.`,
    );
  }
  await createSchema(warehouse);
  return warehouse.transaction(async (transaction) => {
    if (exists) await transaction.execute(loadStatement('orders/drop-source').with({ source: tableName(table) }));
    await createTable(transaction, warehouse.engine, orders.columns, table);
    return transaction.bulkLoad(table, orders.columns, orders.rows());
  });
}

async function createTable(
  queryable: Pick<Queryable, 'execute'>,
  engine: Warehouse['engine'],
  columns: readonly BulkColumn[],
  table: string,
): Promise<void> {
  const definitions = columns.map(({ name, type }) => `  ${quoteIdentifier(name)} ${sqlType(engine, type)} NULL`);
  const statement = loadStatement('orders/create-source');
  await queryable.execute(statement.with({ source: tableName(table), columns: definitions.join(',\n') }));
}

async function hasRows(warehouse: Warehouse, table: string): Promise<boolean> {
  const statement = loadStatement('orders/select-any-line').with({ source: tableName(table) });
  return (await warehouse.query(statement)).length > 0;
}

export const tableName = (table: string): string => `dbo.${quoteIdentifier(table)}`;
