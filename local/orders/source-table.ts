import { FixFirstError } from '../../shared/ground/errors.js';
import { asyncChunks } from '../../shared/ground/lists.js';
import { createSchema } from '../../shared/store/schema/schema.js';
import type { BulkColumn, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import names from './columns.json' with { type: 'json' };
import type { Orders } from './sample.js';
import { createSource, dropSource, hasLines } from './store.js';

export const SOURCE_TABLE = 'ORDERS_UNIFIED';

/** Rows of a file that are loaded at once. */
const CHUNK = 1_000;

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
    const rows = orders.rows();
    const loaded = Symbol.asyncIterator in rows ? asyncChunks(rows, CHUNK) : rows;
    return transaction.bulkLoad(table, orders.columns, loaded);
  });
}

export const UUID_COLUMN = 'record_uuid';
/** The sizes are what stands between these two, less `INFOR COLOUR CODE`. */
export const SIZES_AFTER = 'UNIT OF MEASURE';
export const SIZES_BEFORE = 'TOTAL QTY';

export const DATE_COLUMNS: ReadonlySet<string> = new Set([
  'ORDER DATE PO RECEIVED',
  'ETA CUSTOMER WAREHOUSE DATE',
  'EX FACTORY DATE',
]);
export const QUANTITY_COLUMNS: ReadonlySet<string> = new Set(['Sum of TOTAL QTY', 'TOTAL QTY']);
export const OTHER_COLUMNS: readonly string[] = [...names.before, ...names.after];

/** Labels in table order: the 161 of ORDERS_UNIFIED, then further ones of the same families, up to `count`. */
export function sizeLabels(count: number): string[] {
  const labels = [...new Set([...names.sizes, ...furtherSizes()])];
  if (Number.isInteger(count) && count >= 1 && count <= labels.length) return labels.slice(0, count);
  throw new FixFirstError('FLAG_INVALID', `There can be 1 to ${labels.length} size columns, not ${count}.`);
}

/** All columns of the table in order: everything the real one has, with `sizes` size columns. */
export function sourceColumns(sizes: number): BulkColumn[] {
  return [
    ...names.before.map(column),
    ...sizeLabels(sizes).map((name): BulkColumn => ({ name, type: 'int' })),
    ...names.after.map(column),
  ];
}

function column(name: string): BulkColumn {
  if (name === UUID_COLUMN) return { name, type: 'uuid' };
  if (DATE_COLUMNS.has(name)) return { name, type: 'date' };
  return { name, type: QUANTITY_COLUMNS.has(name) ? 'int' : 'text' };
}

/** Waist and leg, band and cup, wide, tall and half sizes: the ways in which the real list has grown. */
function furtherSizes(): string[] {
  const every = (from: number, to: number, step: number): number[] =>
    Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
  return [
    ...every(28, 44, 1).flatMap((waist) => every(28, 36, 2).map((leg) => `${waist}X${leg}`)),
    ...every(30, 40, 2).flatMap((band) => ['A', 'B', 'C', 'D', 'DD', 'DDD'].map((cup) => `${band}${cup}`)),
    ...every(14, 24, 2).map((wide) => `${wide}w`),
    ...['LT', 'XLT', 'XXLT', '5XL', '6XL', '5X', '6X'],
    ...every(3.5, 12.5, 1).map((half) => String(half)),
  ];
}
