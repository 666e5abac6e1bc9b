import { z } from 'zod';
import { chunks } from '../ground/lists.js';
import type { LineCustomer } from '../mapping/mapping.js';
import { quoteIdentifier, type Statement, selectExactly } from '../warehouse/port/statements.js';
import type { TextRows } from '../warehouse/port/text-rows.js';
import type { ArrayRow, ColumnInfo, Queryable, Rows, Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';

const blocks = blocksOf('source');
/** Keeps one JSON parameter to some hundred kilobytes. */
const CHUNK = 5_000;

const count = blocks.rows('count-source', {}, z.object({ rows: z.coerce.number() }), ['table']);

/** How many rows the table or view has. */
export async function countSource(queryable: Queryable, table: string): Promise<number> {
  const [row] = await count(queryable, {}, { table: quoteIdentifier(table) });
  return row?.rows ?? 0;
}

const countSpellings = blocks.rows(
  'count-source-customers',
  {},
  z.object({ spelling: z.string().nullable(), lines: z.coerce.number() }),
  ['table', 'customer'],
);

/** Every text that names a customer, null included, with its number of rows. */
export async function customerSpellings(queryable: Queryable, from: { table: string; customer: LineCustomer }) {
  const table = quoteIdentifier(from.table);
  if ('column' in from.customer)
    return countSpellings(queryable, {}, { table, customer: quoteIdentifier(from.customer.column) });
  const lines = await countSource(queryable, from.table);
  return lines === 0 ? [] : [{ spelling: from.customer.constant, lines }];
}

const selectOrders = blocks.rows(
  'select-orders',
  {},
  z
    .object({ customer: z.string().nullable(), order_number: z.string() })
    .transform((row) => ({ spelling: row.customer, orderNumber: row.order_number })),
  ['table', 'customer', 'order'],
);

const selectOrderNumbers = blocks.rows('select-order-numbers', {}, z.object({ order_number: z.string() }), [
  'table',
  'order',
]);

/** All orders, each under the customer's name as the source spells it. */
export async function ordersOfSource(
  queryable: Queryable,
  from: { table: string; customer: LineCustomer; order: string },
) {
  const places = { table: quoteIdentifier(from.table), order: quoteIdentifier(from.order) };
  const { customer } = from;
  if ('column' in customer)
    return selectOrders(queryable, {}, { ...places, customer: quoteIdentifier(customer.column) });
  const rows = await selectOrderNumbers(queryable, {}, places);
  return rows.map(({ order_number }) => ({ spelling: customer.constant, orderNumber: order_number }));
}

/** The columns to read of a source: values of every type without loss, in the order of `select`. */
export interface SourceSelection {
  table: string;
  /** The columns that the table has. */
  live: readonly ColumnInfo[];
  select: readonly string[];
}

const places = ({ table, live, select }: SourceSelection) => ({
  table: quoteIdentifier(table),
  columns: selectExactly(live, select, 's'),
});

const scan = blocks.statement('scan-source', {}, ['table', 'columns']);

/** Every row, as values. */
export function scanRows(warehouse: Warehouse, from: SourceSelection): AsyncIterable<ArrayRow[]> {
  return warehouse.stream(scan(places(from)));
}

/** Every row, as text: the fastest way to read all of them. */
export function scanText(warehouse: Warehouse, from: SourceSelection): AsyncIterable<TextRows> {
  return warehouse.streamText(scan(places(from)));
}

const selectByUuid = blocks.statement('select-source-by-uuid', { rows: { record_uuid: 'uuid' } }, [
  'table',
  'columns',
  'uuid',
]);

/** The rows that have one of these uuids in their `uuid` column. */
export function rowsByUuid(
  warehouse: Warehouse,
  { uuid, ...from }: SourceSelection & { uuid: string },
  uuids: readonly string[],
): AsyncIterable<ArrayRow[]> {
  const statement = selectByUuid({ ...places(from), uuid: quoteIdentifier(uuid) });
  return inChunks(
    warehouse,
    statement,
    uuids.map((each) => ({ record_uuid: each })),
  );
}

const selectByText = blocks.statement('select-source-by-text', { rows: { text: 'text' } }, [
  'table',
  'columns',
  'column',
]);

/** The rows that have one of these texts in `column`, by code point. */
export function rowsByText(
  warehouse: Warehouse,
  { column, ...from }: SourceSelection & { column: string },
  texts: readonly string[],
): AsyncIterable<ArrayRow[]> {
  const statement = selectByText({ ...places(from), column: quoteIdentifier(column) });
  return inChunks(
    warehouse,
    statement,
    texts.map((text) => ({ text })),
  );
}

async function* inChunks(warehouse: Warehouse, statement: Statement, rows: Rows): AsyncGenerator<ArrayRow[]> {
  for (const part of chunks(rows, CHUNK)) yield* warehouse.stream(statement, { rows: part });
}
