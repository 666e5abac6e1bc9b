import { z } from 'zod';
import { chunks } from '../ground/lists.js';
import type { SourceLayout } from '../lines/layout.js';
import { compileWithUuid } from '../lines/line-uuid.js';
import type { LineCustomer } from '../mapping/mapping.js';
import { isTextType } from '../warehouse/port/sql-types.js';
import { comparableText, quoteIdentifier, type Statement, selectExactly } from '../warehouse/port/statements.js';
import type { TextRows } from '../warehouse/port/text-rows.js';
import type { ArrayRow, ColumnInfo, Queryable, Rows, Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';

const blocks = blocksOf('source');
/** So many uuids or texts are looked up at once, a megabyte or two: a table without an index is read once for each chunk. */
export const ROWS_CHUNK = 20_000;

const count = blocks.rows('count-source', {}, z.object({ rows: z.coerce.number() }), ['table']);

/** How many rows the table or view has. */
export async function countSource(queryable: Queryable, table: string): Promise<number> {
  const [row] = await count(queryable, {}, { table: quoteIdentifier(table) });
  return row?.rows ?? 0;
}

/** A name as its exact text, of a numeric column as well. */
const nameText = z.union([z.string(), z.number()]).transform(String);

const countSpellings = blocks.rows(
  'count-source-customers',
  {},
  z.object({ spelling: nameText.nullable(), lines: z.coerce.number() }),
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

/** The columns to read of a source: values of every type without loss, in the order of `select`. */
export interface SourceSelection {
  table: string;
  /** The columns that the table has. */
  live: readonly ColumnInfo[];
  select: readonly string[];
}

/** The rows to read of a source: in their first place is the uuid. */
export interface SourceRows extends Omit<SourceSelection, 'select'> {
  layout: SourceLayout;
}

const places = ({ table, live, select }: SourceSelection) => ({
  table: quoteIdentifier(table),
  columns: selectExactly(live, select, 's'),
});

const placesOf = ({ layout, ...from }: SourceRows) => places({ ...from, select: layout.select });

const scan = blocks.statement('scan-source', {}, ['table', 'columns']);

/** These columns of every row, as values. */
export function scanRows(warehouse: Warehouse, from: SourceSelection): AsyncIterable<ArrayRow[]> {
  return warehouse.stream(scan(places(from)));
}

/** Every row, as values. */
export function scanLines(warehouse: Warehouse, from: SourceRows): AsyncIterable<ArrayRow[]> {
  return withUuids(from, warehouse.stream(scan(placesOf(from))));
}

/** Every row, as text: the fastest way to read all of them. The uuid of a key is not in its place, see line-uuid.ts. */
export function scanText(warehouse: Warehouse, from: SourceRows): AsyncIterable<TextRows> {
  return warehouse.streamText(scan(placesOf(from)));
}

const selectByUuid = blocks.statement('select-source-by-uuid', { rows: { record_uuid: 'uuid' } }, [
  'table',
  'columns',
  'uuid',
]);

const selectByText = blocks.statement('select-source-by-text', { rows: { text: 'text' } }, [
  'table',
  'columns',
  'column',
]);

/** The rows that have one of these uuids. Those that a key makes are in no column: the table is read, once. */
export function rowsByUuid(
  warehouse: Warehouse,
  from: SourceRows,
  uuids: readonly string[],
): AsyncIterable<ArrayRow[]> {
  if (from.layout.key !== undefined) return rowsByMadeUuid(warehouse, from, uuids);
  if (hasTextUuids(from)) return rowsByTextUuid(warehouse, from, uuids);
  const statement = selectByUuid({ ...placesOf(from), uuid: quoteIdentifier(from.layout.uuidColumn) });
  return inChunks(
    warehouse,
    statement,
    uuids.map((each) => ({ record_uuid: each })),
  );
}

/** Whether the source keeps its uuids as text, whatever their case. */
export function hasTextUuids({ live, layout }: SourceRows): boolean {
  const column = live.find(({ name }) => name === layout.uuidColumn);
  return column !== undefined && isTextType(column.dataType);
}

function rowsByTextUuid(warehouse: Warehouse, from: SourceRows, uuids: readonly string[]): AsyncIterable<ArrayRow[]> {
  const column = `LOWER(s.${quoteIdentifier(from.layout.uuidColumn)})`;
  const rows = uuids.map((uuid) => ({ text: uuid.toLowerCase() }));
  return inChunks(warehouse, selectByText({ ...placesOf(from), column }), rows);
}

async function* rowsByMadeUuid(
  warehouse: Warehouse,
  from: SourceRows,
  uuids: readonly string[],
): AsyncGenerator<ArrayRow[]> {
  const asked = new Set(uuids);
  if (asked.size === 0) return;
  for await (const rows of scanLines(warehouse, from)) yield rows.filter(([uuid]) => asked.has(String(uuid)));
}

/** The rows that have one of these texts in `column`, by code point. */
export function rowsByText(
  warehouse: Warehouse,
  { column, ...from }: SourceRows & { column: string },
  texts: readonly string[],
): AsyncIterable<ArrayRow[]> {
  const statement = selectByText({ ...placesOf(from), column: comparableText(from.live, column) });
  const rows = texts.map((text) => ({ text }));
  return withUuids(from, inChunks(warehouse, statement, rows));
}

async function* withUuids({ layout }: SourceRows, chunks: AsyncIterable<ArrayRow[]>): AsyncGenerator<ArrayRow[]> {
  const withUuid = compileWithUuid(layout);
  for await (const rows of chunks) yield layout.key === undefined ? rows : rows.map(withUuid);
}

async function* inChunks(warehouse: Warehouse, statement: Statement, rows: Rows): AsyncGenerator<ArrayRow[]> {
  for (const part of chunks(rows, ROWS_CHUNK)) yield* warehouse.stream(statement, { rows: part });
}
