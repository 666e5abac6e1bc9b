import { z } from 'zod';
import { blocksOf } from '../../shared/store/blocks.js';
import { sqlType } from '../../shared/warehouse/port/sql-types.js';
import { quoteColumns, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { ArrayRow, BulkColumn, Queryable, Row, Scalar, Warehouse } from '../../shared/warehouse/port/warehouse.js';

// The source table of the embedded default, which only the sample and the demo write.

const blocks = blocksOf('orders');

const sourceOf = (table: string): string => `dbo.${quoteIdentifier(table)}`;

const create = blocks.touches('create-source', {}, ['source', 'columns']);

/** Creates a source table as it is in production: every column nullable, no key, no index. */
export async function createSource(
  queryable: Queryable,
  engine: Warehouse['engine'],
  { table, columns }: { table: string; columns: readonly BulkColumn[] },
): Promise<void> {
  const definitions = columns.map(({ name, type }) => `  ${quoteIdentifier(name)} ${sqlType(engine, type)} NULL`);
  await create(queryable, {}, { source: sourceOf(table), columns: definitions.join(',\n') });
}

const drop = blocks.touches('drop-source', {}, ['source']);

export async function dropSource(transaction: Queryable, table: string): Promise<void> {
  await drop(transaction, {}, { source: sourceOf(table) });
}

const selectAny = blocks.rows('select-any-line', {}, z.object({ found: z.number() }), ['source']);

export async function hasLines(queryable: Queryable, table: string): Promise<boolean> {
  return (await selectAny(queryable, {}, { source: sourceOf(table) })).length > 0;
}

const selectLines = blocks.statement('select-lines', {}, ['columns', 'source']);

/** These columns of every line, in chunks. */
export function streamLines(
  warehouse: Warehouse,
  table: string,
  columns: readonly string[],
): AsyncIterable<readonly ArrayRow[]> {
  return warehouse.stream(selectLines({ columns: quoteColumns(columns), source: sourceOf(table) }));
}

/** Where a line is: the columns that identify it, with what they hold. */
export interface LineAt {
  readonly table: string;
  readonly is: Readonly<Record<string, Scalar>>;
}

/** The condition that holds for the line, and its parameters. */
function conditionOf({ table, is }: LineAt) {
  const known = Object.entries(is).filter(([, value]) => value !== null);
  const place = new Map(known.map(([column], index) => [column, `@at${index}`]));
  const tests = Object.keys(is).map((column) => {
    const parameter = place.get(column);
    return `${quoteIdentifier(column)} ${parameter === undefined ? 'IS NULL' : `= ${parameter}`}`;
  });
  const parameters = Object.fromEntries(known.map(([, value], index): [string, Scalar] => [`at${index}`, value]));
  return { places: { source: sourceOf(table), line: tests.join(' AND ') }, parameters };
}

const selectLine = blocks.statement('select-line', {}, ['columns', 'source', 'line']);

/** These columns of one line; undefined when it is not there. */
export async function findLine(queryable: Queryable, at: LineAt, columns: readonly string[]): Promise<Row | undefined> {
  const { places, parameters } = conditionOf(at);
  return (await queryable.query(selectLine({ ...places, columns: quoteColumns(columns) }), parameters))[0];
}

const remove = blocks.statement('delete-line', {}, ['source', 'line']);

/** Gives how many lines there were. */
export function deleteLine(transaction: Queryable, at: LineAt): Promise<number> {
  const { places, parameters } = conditionOf(at);
  return transaction.execute(remove(places), parameters);
}

const update = blocks.statement('update-line', {}, ['source', 'line', 'assignments']);

/** Sets these columns of a line, and gives how many lines there were. */
export function updateLine(
  transaction: Queryable,
  at: LineAt,
  values: Readonly<Record<string, Scalar>>,
): Promise<number> {
  const assignments = Object.keys(values).map((column, index) => `${quoteIdentifier(column)} = @value${index}`);
  const set = Object.values(values).map((value, index): [string, Scalar] => [`value${index}`, value]);
  const { places, parameters } = conditionOf(at);
  const statement = update({ ...places, assignments: assignments.join(', ') });
  return transaction.execute(statement, { ...Object.fromEntries(set), ...parameters });
}
