import { z } from 'zod';
import { sqlType } from '../warehouse/port/sql-types.js';
import { quoteColumns, quoteIdentifier } from '../warehouse/port/statements.js';
import type { Parameters, Queryable, Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { PRODUCTION_ITEMS, PRODUCTION_SUBITEMS } from './schema/own-tables.js';
import type { MappedColumns } from './schema/table.js';
import { LANDED } from './states.js';

const blocks = blocksOf('production');
const PLACES = { landed: LANDED };

/** A column of a production table and the expression that fills it from staging. */
export type Filling = readonly [column: string, expression: string];

/** What a production table is filled with, in an order of columns. */
export interface Production {
  readonly table: string;
  /** Without these a row is not found again. */
  readonly keys: readonly string[];
  readonly fillings: readonly Filling[];
}

/** The lines that landed, with the columns of the mapping. */
export function productionItems(engine: Warehouse['engine'], board: MappedColumns['board']): Production {
  const mapped = board.map(({ title, type }): Filling => {
    const staged = `s.${quoteIdentifier(title)}`;
    return [title, type === 'text' ? staged : `CAST(${staged} AS ${sqlType(engine, type)})`];
  });
  const fillings: Filling[] = [
    ['line_key', 's."line_key"'],
    ['Item ID', 's."stg_monday_item_id"'],
    ['record_uuid', 's."record_uuid"'],
    ['batch_id', 's."batch_id"'],
    ['promoted_at', '@now'],
    ['Group', 's."Group"'],
    ['Title', 's."Title"'],
    ...mapped,
  ];
  return { table: PRODUCTION_ITEMS.name, keys: PRODUCTION_ITEMS.primaryKey, fillings };
}

/** The sizes of the lines that landed. */
export const productionSubitems: Production = {
  table: PRODUCTION_SUBITEMS.name,
  keys: PRODUCTION_SUBITEMS.primaryKey,
  fillings: [
    ['line_key', 'z."line_key"'],
    ['Size', 'z."Size"'],
    ['parent_item_id', 's."stg_monday_item_id"'],
    ['subitem_id', 'z."stg_monday_subitem_id"'],
    ['Order Qty', 'z."Order Qty"'],
    ['batch_id', 'z."batch_id"'],
    ['promoted_at', '@now'],
  ],
};

const countMissing = blocks.rows('count-missing-lines', {}, z.object({ lines: z.coerce.number() }));

/** How many acknowledged lines have no row: somebody emptied or replaced the table, because promote writes both in one transaction. */
export async function countMissingLines(queryable: Queryable): Promise<number> {
  return (await countMissing(queryable, {}))[0]?.lines ?? 0;
}

/** The batch that lands, and when. */
export interface Landing {
  readonly batchId: string;
  readonly now: Date;
}
const parametersOf = ({ batchId, now }: Landing) => ({ batch_id: batchId, now });

const deleteItems = blocks.touches('delete-production-items', { batch_id: 'uuid' }, ['landed']);

/** Takes away the lines that the batch archived on the board. */
export async function deleteProductionItems(transaction: Queryable, batchId: string): Promise<void> {
  await deleteItems(transaction, { batch_id: batchId }, PLACES);
}

const deleteSubitems = blocks.touches('delete-production-subitems', { batch_id: 'uuid' }, ['landed']);

/** Takes away the sizes of the lines that landed, but for lines that have another uuid alone. */
export async function deleteProductionSubitems(transaction: Queryable, batchId: string): Promise<void> {
  await deleteSubitems(transaction, { batch_id: batchId }, PLACES);
}

const deleteSubitemsOfLines = blocks.touches('delete-subitems-of-deleted', { batch_id: 'uuid' }, ['landed']);

/** Takes away the sizes of the lines that the batch archived on the board. */
export async function deleteSubitemsOfDeleted(transaction: Queryable, batchId: string): Promise<void> {
  await deleteSubitemsOfLines(transaction, { batch_id: batchId }, PLACES);
}

const update = blocks.statement('update-production-items', { batch_id: 'uuid' }, ['landed', 'assignments']);

/**
 * Sets these columns of the lines that are there. Those of `absent`, by title, stay as they are where their source could
 * not be read and nothing was ever sent.
 */
export async function updateProductionItems(
  transaction: Queryable,
  landing: Landing,
  fillings: readonly Filling[],
  absent: readonly string[],
): Promise<void> {
  const kept = keepAbsent(absent);
  const assignments = fillings.filter(([column]) => column !== 'line_key').map(kept.assign);
  const statement = update({ ...PLACES, assignments: assignments.join(', ') });
  await transaction.execute(statement, { ...parametersOf(landing), ...kept.parameters });
}

const updateRekeyed = blocks.statement('update-rekeyed-items', { batch_id: 'uuid' }, ['landed', 'assignments']);
/** What is of the line and the batch, and not of the board. */
const OF_REKEYED: ReadonlySet<string> = new Set(['record_uuid', 'batch_id', 'promoted_at']);

/** Writes the new uuids of the lines of which nothing was sent. */
export async function updateRekeyedItems(
  transaction: Queryable,
  landing: Landing,
  fillings: readonly Filling[],
): Promise<void> {
  const assignments = fillings
    .filter(([column]) => OF_REKEYED.has(column))
    .map(([column, expression]) => `${quoteIdentifier(column)} = ${expression}`);
  if (assignments.length === 0) return;
  const statement = updateRekeyed({ ...PLACES, assignments: assignments.join(', ') });
  await transaction.execute(statement, parametersOf(landing));
}

function keepAbsent(titles: readonly string[]): { assign(filling: Filling): string; parameters: Parameters } {
  const names = new Map(titles.map((title, index) => [title, `absent_${index}`]));
  return {
    assign: ([column, expression]) => {
      const target = quoteIdentifier(column);
      const name = names.get(column);
      if (name === undefined) return `${target} = ${expression}`;
      const unknown = `s.${target} IS NULL AND s."stg_absent_columns" LIKE @${name} ESCAPE '!'`;
      return `${target} = CASE WHEN ${unknown} THEN ${quoteIdentifier(PRODUCTION_ITEMS.name)}.${target} ELSE ${expression} END`;
    },
    parameters: Object.fromEntries(
      [...names].map(([title, name]) => [name, `%${JSON.stringify(title).replace(/[!%_[]/g, '!$&')}%`]),
    ),
  };
}

const insertItems = blocks.statement('insert-production-items', { batch_id: 'uuid' }, ['landed', 'targets', 'sources']);

/** Adds the lines that are not there, with these columns. */
export async function insertProductionItems(
  transaction: Queryable,
  landing: Landing,
  fillings: readonly Filling[],
): Promise<void> {
  await transaction.execute(insertItems({ ...PLACES, ...listed(fillings) }), parametersOf(landing));
}

const insertSubitems = blocks.statement('insert-production-subitems', { batch_id: 'uuid' }, [
  'landed',
  'targets',
  'sources',
]);

/** Adds the sizes that are not there, with these columns. */
export async function insertProductionSubitems(
  transaction: Queryable,
  landing: Landing,
  fillings: readonly Filling[],
): Promise<void> {
  await transaction.execute(insertSubitems({ ...PLACES, ...listed(fillings) }), parametersOf(landing));
}

function listed(fillings: readonly Filling[]): { targets: string; sources: string } {
  return {
    targets: quoteColumns(fillings.map(([column]) => column)),
    sources: fillings.map(([, expression]) => expression).join(', '),
  };
}
