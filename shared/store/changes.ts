import { z } from 'zod';
import type { Difference } from '../lines/kept.js';
import type { ArrayRow, Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { LINE_CHANGES } from './schema/run-tables.js';
import { bulkColumns } from './schema/tables.js';
import type { Change, Reason } from './states.js';

const blocks = blocksOf('changes');

/** The changes of one customer in one run. */
export interface ChangesOf {
  readonly runId: string;
  readonly customer: string;
}
const parametersOf = ({ runId, customer }: ChangesOf) => ({ run_id: runId, customer });

/** One changed line as a run records it. */
export interface NewChange {
  lineKey: string;
  customer: string;
  /** The previous customer of the line; null if unchanged. */
  oldCustomer: string | null;
  recordUuid: string;
  /** The previous uuid of the line; null if unchanged. */
  oldUuid: string | null;
  change: Change;
  reason: Reason;
  /** Of the content found, or of the acknowledged content if the line is gone. */
  rowHash: string;
  /** Null if they were not compared. */
  differences: readonly Difference[] | null;
}

const NEW_CHANGE = bulkColumns(LINE_CHANGES, [
  'run_id',
  'line_key',
  'customer',
  'old_customer',
  'record_uuid',
  'old_uuid',
  'change',
  'reason',
  'row_hash',
  'differences',
]);

type ChangeChunks = Iterable<readonly NewChange[]> | AsyncIterable<readonly NewChange[]>;

/** Loads the changes of a run in bulk, in chunks as they come. Their change sets come first. */
export async function loadChanges(transaction: Queryable, runId: string, chunks: ChangeChunks): Promise<void> {
  await transaction.bulkLoad(LINE_CHANGES.name, NEW_CHANGE, newRows(runId, chunks));
}

async function* newRows(runId: string, chunks: ChangeChunks): AsyncGenerator<ArrayRow[]> {
  for await (const changes of chunks)
    yield changes.map((each) => [
      runId,
      each.lineKey,
      each.customer,
      each.oldCustomer,
      each.recordUuid,
      each.oldUuid,
      each.change,
      each.reason,
      each.rowHash,
      each.differences && JSON.stringify(each.differences),
    ]);
}

const remove = blocks.touches('delete-changes', { run_id: 'uuid' });

/** For a run that is repeated. */
export async function deleteChanges(transaction: Queryable, runId: string): Promise<void> {
  await remove(transaction, { run_id: runId });
}

const count = blocks.rows(
  'count-changes',
  { run_id: 'uuid', customer: 'text' },
  z.object({ lines: z.coerce.number(), held: z.coerce.number() }),
);

/** How many lines changed, and how many of them are held back. */
export async function countChanges(queryable: Queryable, of: ChangesOf): Promise<{ lines: number; held: number }> {
  const [counts] = await count(queryable, parametersOf(of));
  return counts ?? { lines: 0, held: 0 };
}

const countHeld = blocks.rows(
  'count-held',
  { run_id: 'uuid' },
  rowOf(LINE_CHANGES, ['customer'])
    .extend({ held: z.coerce.number() })
    .transform(({ customer, held }): [string, number] => [customer, held]),
);

/** By customer: how many lines of a run are held back; a customer without one is not in it. */
export async function countHeldLines(queryable: Queryable, runId: string): Promise<ReadonlyMap<string, number>> {
  return new Map(await countHeld(queryable, { run_id: runId }));
}

const hold = blocks.touches('hold-lines', {
  run_id: 'uuid',
  customer: 'text',
  mapping_version: 'text',
  failed_after: 'datetime',
});

/** Rule 26: holds back lines that failed after a time, and whose content and mapping are unchanged since. */
export async function holdLines(
  transaction: Queryable,
  of: ChangesOf,
  { mappingVersion, failedAfter }: { mappingVersion: string; failedAfter: Date },
): Promise<void> {
  await hold(transaction, { ...parametersOf(of), mapping_version: mappingVersion, failed_after: failedAfter });
}

const release = blocks.touches('release-lines', { run_id: 'uuid', customer: 'text' });

/** Releases the held lines. */
export async function releaseLines(transaction: Queryable, of: ChangesOf): Promise<void> {
  await release(transaction, parametersOf(of));
}

const update = blocks.touches('update-differences', {
  run_id: 'uuid',
  rows: { line_key: 'uuid', differences: 'text' },
});

/** Records what changed in lines if detect has not; `differences` as JSON. A few thousand per call. */
export async function noteDifferences(
  transaction: Queryable,
  runId: string,
  lines: readonly { lineKey: string; differences: string }[],
): Promise<void> {
  const rows = lines.map(({ lineKey, differences }) => ({ line_key: lineKey, differences }));
  await update(transaction, { run_id: runId, rows });
}
