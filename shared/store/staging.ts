import { z } from 'zod';
import { addTo, chunks } from '../ground/lists.js';
import { jsonText } from '../ground/parsing.js';
import { quoteIdentifier } from '../warehouse/port/statements.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { sentValues } from './ledger-rows.js';
import { type Numbered, numbered, valuesOf } from './outside-columns.js';
import { rowOf } from './rows.js';
import { STAGED_ITEMS, STAGED_SIZES } from './schema/batch-tables.js';
import { LANDED, OPEN_BATCH_STATES, type RowState, type StagedAction } from './states.js';

// STG_MON_CustMasterSchedule and its subitems: what a batch sends to the board, and the results.

/** Keeps one JSON parameter to some hundred kilobytes. */
const ROWS_A_STATEMENT = 2_000;

const blocks = blocksOf('staging');
const OF_BATCH = { batch_id: 'uuid' } as const;

const deleteItems = blocks.touches('delete-items', OF_BATCH);
const deleteSubitems = blocks.touches('delete-subitems', OF_BATCH);

/** Removes the staged rows of a batch. */
export async function clearStaged(transaction: Queryable, batchId: string): Promise<void> {
  await deleteSubitems(transaction, { batch_id: batchId });
  await deleteItems(transaction, { batch_id: batchId });
}

const names = jsonText(z.array(z.string()))
  .nullable()
  .transform((list) => list ?? []);

const selectItems = blocks.rows(
  'select-items',
  OF_BATCH,
  rowOf(STAGED_ITEMS, [
    'line_key',
    'stg_status',
    'stg_change',
    'stg_cancelled',
    'stg_action',
    'record_uuid',
    'row_hash',
    'mapping_version',
    'Group',
    'Title',
  ])
    .extend({ stg_absent_columns: names, stg_absent_sizes: names })
    .catchall(z.string().nullable())
    .transform(
      ({
        line_key: lineKey,
        stg_status: status,
        stg_change: change,
        stg_cancelled: cancelled,
        stg_action: action,
        record_uuid: recordUuid,
        row_hash: rowHash,
        mapping_version: mappingVersion,
        Group: group,
        Title: title,
        stg_absent_columns: absentColumns,
        stg_absent_sizes: absentSizes,
        ...values
      }) => ({
        lineKey,
        status,
        change,
        cancelled: cancelled === 1,
        action,
        recordUuid,
        rowHash,
        mappingVersion,
        group,
        title,
        /** Titles of columns, and labels of sizes, whose values could not be read. */
        absentColumns,
        absentSizes,
        values: values as Numbered,
      }),
    ),
  ['columns'],
);
export interface StagedItem extends Omit<Awaited<ReturnType<typeof selectItems>>[number], 'values'> {
  /** What the columns of the board are to show, by title. */
  texts: ReadonlyMap<string, string | null>;
}

/** The lines of a batch that are not settled yet, with the values of the columns of these titles. */
export async function openStagedItems(
  queryable: Queryable,
  batchId: string,
  titles: readonly string[],
): Promise<StagedItem[]> {
  const rows = await selectItems(queryable, { batch_id: batchId }, { columns: numbered(titles, 's') });
  return rows.map(({ values, ...row }) => {
    const texts = valuesOf(titles, values);
    return { ...row, texts: new Map(titles.map((title, place) => [title, texts[place] ?? null])) };
  });
}

const selectSizes = blocks.rows(
  'select-sizes',
  OF_BATCH,
  rowOf(STAGED_SIZES, ['line_key', 'Size', 'Order Qty', 'size_order', 'stg_status', 'stg_action']).transform((row) => ({
    lineKey: row.line_key,
    size: row.Size,
    quantity: row['Order Qty'],
    order: row.size_order,
    status: row.stg_status,
    action: row.stg_action,
  })),
);
export type StagedSize = Awaited<ReturnType<typeof selectSizes>>[number];

/** All sizes of a batch by line, settled ones included: they are wanted too. */
export function stagedSizes(queryable: Queryable, batchId: string): Promise<StagedSize[]> {
  return selectSizes(queryable, { batch_id: batchId });
}

const releaseItems = blocks.touches('release-sending-items', OF_BATCH);
const releaseSubitems = blocks.touches('release-sending-subitems', OF_BATCH);

/** Makes rows that another process was sending when it ended pending again. */
export async function releaseSending(transaction: Queryable, batchId: string): Promise<void> {
  await releaseItems(transaction, { batch_id: batchId });
  await releaseSubitems(transaction, { batch_id: batchId });
}

const settle = blocks.touches('settle-rekeyed', { batch_id: 'uuid', now: 'datetime' });

/** Rule 4: a renewed uuid with equal content needs no request. */
export async function settleRekeyed(transaction: Queryable, batchId: string, now: Date): Promise<void> {
  await settle(transaction, { batch_id: batchId, now });
}

/** The result of a staged row. `requestId` null keeps the present one. */
export interface StagedResult {
  lineKey: string;
  status: RowState;
  action: StagedAction | null;
  mondayId: string | null;
  message: string | null;
  requestId: string | null;
}

const RESULT = {
  line_key: 'uuid',
  stg_status: 'text',
  stg_action: 'text?',
  monday_id: 'text?',
  message: 'text?',
  request_id: 'text?',
} as const;
const updateItems = blocks.touches('update-items', { batch_id: 'uuid', now: 'datetime', rows: RESULT });
const updateSubitems = blocks.touches('update-subitems', {
  batch_id: 'uuid',
  now: 'datetime',
  rows: { ...RESULT, size: 'text' },
});

const resultRow = ({ lineKey, status, action, mondayId, message, requestId }: StagedResult) => ({
  line_key: lineKey,
  stg_status: status,
  stg_action: action,
  monday_id: mondayId,
  message,
  request_id: requestId,
});

export async function writeItemResults(
  transaction: Queryable,
  batchId: string,
  results: readonly StagedResult[],
  now: Date,
): Promise<void> {
  if (results.length > 0)
    await updateItems(transaction, { batch_id: batchId, now, rows: results.map((result) => resultRow(result)) });
}

export async function writeSizeResults(
  transaction: Queryable,
  batchId: string,
  results: readonly (StagedResult & { size: string })[],
  now: Date,
): Promise<void> {
  const rows = results.map((result) => ({ ...resultRow(result), size: result.size }));
  if (rows.length > 0) await updateSubitems(transaction, { batch_id: batchId, now, rows });
}

const insertFurther = blocks.touches('insert-further-sizes', {
  batch_id: 'uuid',
  rows: { line_key: 'uuid', size: 'text', quantity: 'int', size_order: 'int' },
});

const selectSizesOfLines = blocks.rows(
  'select-sizes-of-lines',
  { batch_id: 'uuid', line_keys: 'uuid[]' },
  rowOf(STAGED_SIZES, ['line_key', 'Size', 'Order Qty', 'stg_status', 'stg_action']).transform((row) => ({
    lineKey: row.line_key,
    size: row.Size,
    quantity: row['Order Qty'],
    status: row.stg_status,
    action: row.stg_action,
  })),
);
/** A size of a line and its result. */
export type SizeOfLine = Awaited<ReturnType<typeof selectSizesOfLines>>[number];

/** The staged sizes of these lines of a batch, by line key. */
export async function sizesOfLines(
  queryable: Queryable,
  batchId: string,
  lineKeys: readonly string[],
): Promise<ReadonlyMap<string, readonly SizeOfLine[]>> {
  const found = new Map<string, SizeOfLine[]>();
  for (const part of chunks(lineKeys, ROWS_A_STATEMENT))
    for (const size of await selectSizesOfLines(queryable, { batch_id: batchId, line_keys: part }))
      addTo(found, size.lineKey, size);
  return found;
}

/** After every size of the source; `count-staged` uses it too. */
const FURTHER_ORDER = 100_000;

/** Stages sizes that are on the board and not staged; staged ones stay unchanged. */
export async function stageSizes(
  transaction: Queryable,
  batchId: string,
  sizes: readonly Pick<StagedSize, 'lineKey' | 'size' | 'quantity'>[],
): Promise<void> {
  const rows = sizes.map(({ lineKey, size, quantity }) => ({
    line_key: lineKey,
    size,
    quantity,
    size_order: FURTHER_ORDER,
  }));
  await insertFurther(transaction, { batch_id: batchId, rows });
}

const selectAbsent = blocks.rows(
  'select-absent-columns',
  OF_BATCH,
  rowOf(STAGED_ITEMS, ['line_key'])
    .extend({ stg_absent_columns: names, answered_values: sentValues })
    .transform((row) => ({
      lineKey: row.line_key,
      titles: row.stg_absent_columns,
      /** What was last answered, by the id of the column; empty where nothing was. */
      answered: row.answered_values,
    })),
  ['landed'],
);

/** Rule 25: landed lines with columns that could not be read, by their titles. */
export function landedWithAbsentColumns(transaction: Queryable, batchId: string) {
  return selectAbsent(transaction, { batch_id: batchId }, { landed: LANDED });
}

const updateAbsent = blocks.touches(
  'update-absent-column',
  { batch_id: 'uuid', rows: { line_key: 'uuid', value: 'text' } },
  ['column'],
);

/** Copies the board's values of a column into lines that lack it. */
export async function stageAbsentColumn(
  transaction: Queryable,
  batchId: string,
  title: string,
  values: readonly { lineKey: string; value: string }[],
): Promise<void> {
  for (const part of chunks(values, ROWS_A_STATEMENT)) {
    const rows = part.map(({ lineKey, value }) => ({ line_key: lineKey, value }));
    await updateAbsent(transaction, { batch_id: batchId, rows }, { column: quoteIdentifier(title) });
  }
}

const selectUnpromoted = blocks.rows(
  'select-unpromoted-lines',
  { line_keys: 'uuid[]', open_states: 'text[]' },
  rowOf(STAGED_ITEMS, ['line_key']).transform((row) => row.line_key),
);

/** Of these lines those that an open batch may still have acknowledged, by what was accepted of them before now. */
export async function unpromotedLines(queryable: Queryable, lineKeys: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const part of chunks(lineKeys, ROWS_A_STATEMENT))
    for (const key of await selectUnpromoted(queryable, { line_keys: part, open_states: OPEN_BATCH_STATES }))
      found.add(key);
  return found;
}
