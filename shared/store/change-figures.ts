import { z } from 'zod';
import { jsonText } from '../ground/parsing.js';
import type { Difference } from '../lines/kept.js';
import type { Mapping } from '../mapping/mapping.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import type { ChangesOf } from './changes.js';
import { sentValues } from './ledger-rows.js';
import { compileNames, lineNamesOf, namesShape, selectNames } from './line-names.js';
import { rowOf } from './rows.js';
import { LINE_CHANGES } from './schema/run-tables.js';
import { BATCH_STATES, CHANGE_SET_STATES, ROW_STATES, RUN_KINDS, STAGED_ACTIONS } from './states.js';

// Figures of changed lines.

const blocks = blocksOf('changes');

const differences = jsonText(
  z.array(
    z.object({
      kind: z.enum(['column', 'size']),
      name: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }) satisfies z.ZodType<Difference>,
  ),
).nullable();

const selectOfLines = blocks.rows(
  'select-line-changes',
  { line_keys: 'uuid[]' },
  rowOf(LINE_CHANGES, [
    'run_id',
    'line_key',
    'record_uuid',
    'old_uuid',
    'customer',
    'old_customer',
    'change',
    'reason',
    'held',
  ])
    .extend({
      differences,
      seq: z.coerce.number(),
      kind: z.enum(RUN_KINDS),
      started_at: z.date(),
      dry: z.number(),
      state: z.enum(CHANGE_SET_STATES),
      batch_id: z.string().nullable(),
      status: z.enum(BATCH_STATES).nullable(),
    })
    .transform((row) => ({
      runId: row.run_id,
      kind: row.kind,
      at: row.started_at.toISOString(),
      dry: row.dry === 1,
      lineKey: row.line_key,
      recordUuid: row.record_uuid,
      oldUuid: row.old_uuid,
      customer: row.customer,
      oldCustomer: row.old_customer,
      change: row.change,
      reason: row.reason,
      held: row.held === 1,
      /** Of the change set. */
      state: row.state,
      batchId: row.batch_id,
      batchStatus: row.status,
      /** Null if they were not recorded. */
      differences: row.differences,
    })),
);

/** A change of a line, with the run that found it and the batch it went into. */
export type LineChange = Awaited<ReturnType<typeof selectOfLines>>[number];

/** Every change that was found for these lines and is kept, newest first. */
export function changesOfLines(queryable: Queryable, lineKeys: readonly string[]): Promise<LineChange[]> {
  return selectOfLines(queryable, { line_keys: lineKeys });
}

const titles = jsonText(z.array(z.string()))
  .nullable()
  .transform((list) => list ?? []);
const selectLines = blocks.rows(
  'select-lines',
  { run_id: 'uuid', customer: 'text', most: 'int' },
  rowOf(LINE_CHANGES, ['line_key', 'change', 'reason', 'held', 'old_customer'])
    .extend({
      differences,
      stg_status: z.enum(ROW_STATES).nullable(),
      stg_action: z.enum(STAGED_ACTIONS).nullable(),
      stg_error_message: z.string().nullable(),
      stg_request_id: z.string().nullable(),
      stg_absent_columns: titles,
      stg_absent_sizes: titles,
      group: z.string().nullable(),
      title: z.string().nullable(),
      item_id: z.string().nullable(),
      operation: z.string().nullable(),
      answered_values: sentValues,
      ...namesShape,
    })
    .transform((row) => ({
      lineKey: row.line_key,
      change: row.change,
      reason: row.reason,
      held: row.held === 1,
      oldCustomer: row.old_customer,
      differences: row.differences ?? [],
      /** Of the staged row; null if there is none. */
      status: row.stg_status,
      action: row.stg_action,
      error: row.stg_error_message,
      requestId: row.stg_request_id,
      group: row.group,
      /** Unreadable values: titles of board columns, and labels of sizes. */
      unread: { columns: row.stg_absent_columns, sizes: row.stg_absent_sizes },
      title: row.title,
      /** Of the staged row or the ledger. */
      itemId: row.item_id,
      /** Something was sent of the item, and its answer was not read. */
      unanswered: row.operation !== null,
      /** What the board answered last, by the id of the column. */
      answered: row.answered_values,
      ...lineNamesOf(row),
    })),
  ['names'],
);

/** A changed line and its result. */
export type ChangedLine = Awaited<ReturnType<typeof selectLines>>[number];

/** The first `most` changed lines of one customer, those that failed before the others. */
export async function changedLines(
  queryable: Queryable,
  { runId, customer }: ChangesOf,
  { most, mapping }: { most: number; mapping: Mapping },
): Promise<ChangedLine[]> {
  const parameters = { run_id: runId, customer, most };
  const lines = await selectLines(queryable, parameters, { names: selectNames(mapping) });
  const namesOf = compileNames(mapping);
  return lines.map((line) => ({ ...line, ...namesOf(line) }));
}
