import { z } from 'zod';
import { FixFirstError, TryAgainError } from '../ground/errors.js';
import { newUuid } from '../ground/ids.js';
import type { Mapping } from '../mapping/mapping.js';
import { stagedForm } from '../mapping/mapping-version.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { BATCHES } from './schema/batch-tables.js';
import { type BatchState, type BatchType, OPEN_BATCH_STATES, RUN_KINDS } from './states.js';

const blocks = blocksOf('batches');

const selectBatch = blocks.rows(
  'select-batch',
  { batch_id: 'uuid' },
  rowOf(BATCHES, [
    'batch_id',
    'run_id',
    'customer_name',
    'status',
    'dry',
    'owner_token',
    'total_records',
    'superseded_by',
    'start_time',
    'board_url',
    'staged_as',
  ])
    .extend({
      kind: z.enum(RUN_KINDS),
      full: z.number(),
      seq: z.coerce.number(),
      archive_id: z.coerce.number().nullable(),
    })
    .transform((row) => ({
      batchId: row.batch_id,
      runId: row.run_id,
      customer: row.customer_name,
      status: row.status,
      dry: row.dry === 1,
      ownerToken: row.owner_token,
      lines: row.total_records,
      /** The run that took over the customer; null while none has. */
      supersededBy: row.superseded_by,
      startedAt: row.start_time,
      /** The board's address for people; null if no push of the batch has read it. */
      boardUrl: row.board_url,
      /** `stagedForm` of the mapping it was staged by; null before, and if an earlier version has staged it. */
      stagedAs: row.staged_as,
      kind: row.kind,
      full: row.full === 1,
      seq: row.seq,
      /** The archive that it restores; null for a batch of detect. */
      archiveId: row.archive_id,
    })),
);

/** The changes of one customer in one run. */
export type Batch = Awaited<ReturnType<typeof selectBatch>>[number];

/** @throws FixFirstError when the batch does not exist. */
export async function readBatch(queryable: Queryable, batchId: string): Promise<Batch> {
  const [batch] = await selectBatch(queryable, { batch_id: batchId });
  if (batch) return batch;
  throw new FixFirstError('BATCH_NOT_FOUND', 'There is no batch with this id. "batch list" shows those there are.', {
    where: { batchId },
  });
}

/** What every step outputs about its batch in addition to its own counts. */
export function stateOf({ status, supersededBy }: Batch): { status: BatchState; supersededBy?: string } {
  return supersededBy === null ? { status } : { status, supersededBy };
}

export function isOpen(status: BatchState): boolean {
  return (OPEN_BATCH_STATES as readonly BatchState[]).includes(status);
}

const STARTED = { stage: '"staging_started"', push: '"push_started"', promote: '"promotion_started"' } as const;
/** Steps that change a batch. */
export type ClaimingStep = keyof typeof STARTED;
const claim = blocks.touches('claim-batch', { batch_id: 'uuid', owner_token: 'uuid', now: 'datetime' }, ['started']);

/** Makes this process the owner of a batch and records when the step began. Call it under the customer's lock. */
export async function claimBatch(
  queryable: Queryable,
  batchId: string,
  step: ClaimingStep,
  now: Date,
): Promise<string> {
  const token = newUuid();
  await claim(queryable, { batch_id: batchId, owner_token: token, now }, { started: STARTED[step] });
  return token;
}

const lockOwned = blocks.touches('lock-owned-batch', { batch_id: 'uuid', owner_token: 'uuid', statuses: 'text[]' });

/**
 * Rule 14: inside the transaction that changes state, proves that the batch is still ours and in one of `statuses`.
 * Locks the batch row, so that nobody takes it over before the commit.
 * @throws TryAgainError when another container has taken the batch over, or it was closed meanwhile.
 */
export async function assertOwner(
  transaction: Queryable,
  batchId: string,
  token: string,
  statuses: readonly BatchState[],
): Promise<void> {
  if ((await lockOwned(transaction, { batch_id: batchId, owner_token: token, statuses })) === 1) return;
  throw new TryAgainError(
    'BATCH_TAKEN_OVER',
    'Another process has taken this batch over, or it was closed meanwhile. Nothing of this attempt was kept; run the step again if it is still open.',
    { where: { batchId } },
  );
}

const setLastError = blocks.touches('set-last-error', { batch_id: 'uuid', owner_token: 'uuid', last_error: 'text?' });

/** Stores the last error with a batch that is ours; never as a state, because any open batch can be resumed. */
export async function noteError(
  queryable: Queryable,
  { batchId, ownerToken }: { batchId: string; ownerToken: string },
  message: string | null,
): Promise<void> {
  await setLastError(queryable, { batch_id: batchId, owner_token: ownerToken, last_error: message });
}

/** A new batch. */
export interface NewBatch {
  batchId: string;
  runId: string;
  customer: string;
  type: BatchType;
  dry: boolean;
  lines: number;
  heldBack: number;
}

const insert = blocks.touches('insert-batch', {
  batch_id: 'uuid',
  run_id: 'uuid',
  customer: 'text',
  batch_type: 'text',
  dry: 'flag',
  lines: 'int',
  held_back: 'int',
  now: 'datetime',
});

/** Creates a batch once: nothing happens if one with its id exists, or its run does not. */
export async function insertBatch(transaction: Queryable, batch: NewBatch, now: Date): Promise<void> {
  await insert(transaction, {
    batch_id: batch.batchId,
    run_id: batch.runId,
    customer: batch.customer,
    batch_type: batch.type,
    dry: batch.dry ? 1 : 0,
    lines: batch.lines,
    held_back: batch.heldBack,
    now,
  });
}

const updateLines = blocks.touches('update-batch-lines', { batch_id: 'uuid', lines: 'int', held_back: 'int' });

/** Adds the lines that were released since a batch was created, if it is not staged yet. */
export async function setBatchLines(
  transaction: Queryable,
  { batchId, lines, heldBack }: Pick<NewBatch, 'batchId' | 'lines' | 'heldBack'>,
): Promise<void> {
  await updateLines(transaction, { batch_id: batchId, lines, held_back: heldBack });
}

const supersedeOpen = blocks.touches('supersede-batches', {
  customers: 'text[]',
  run_id: 'uuid',
  open_states: 'text[]',
  owner_token: 'uuid',
  now: 'datetime',
});

/** Rule 11: the open batches of these customers now belong to a newer run; a process working on one loses it. */
export async function supersedeBatches(
  transaction: Queryable,
  { customers, runId, now }: { customers: readonly string[]; runId: string; now: Date },
): Promise<void> {
  await supersedeOpen(transaction, {
    customers,
    run_id: runId,
    open_states: OPEN_BATCH_STATES,
    owner_token: newUuid(),
    now,
  });
}

const closeStageBlock = blocks.touches('close-stage', { batch_id: 'uuid', staged_as: 'text', now: 'datetime' });

export async function closeStage(transaction: Queryable, batchId: string, mapping: Mapping, now: Date): Promise<void> {
  await closeStageBlock(transaction, { batch_id: batchId, staged_as: stagedForm(mapping), now });
}

/** Whether a batch was staged by another mapping, so that it cannot go on by this one. */
export function isOfOtherMapping({ stagedAs }: Pick<Batch, 'stagedAs'>, mapping: Mapping): boolean {
  return stagedAs !== null && stagedAs !== stagedForm(mapping);
}

/**
 * Rule 2: staged values stand under titles, and mean what the mapping of that time made of them.
 * @throws FixFirstError under another mapping.
 */
export function refuseOtherMapping(batch: Batch, mapping: Mapping): void {
  if (!isOfOtherMapping(batch, mapping)) return;
  const { batchId, customer, archiveId } = batch;
  const anew = archiveId === null ? 'run detect for the customer' : `restore archive ${archiveId} again`;
  throw new FixFirstError(
    'MAPPING_CHANGED',
    `The batch was staged by another mapping. Go on with that one, or ${anew}, which takes its lines up by this one.`,
    { where: { batchId, customer } },
  );
}

const closePushBlock = blocks.touches('close-push', { batch_id: 'uuid', now: 'datetime' });

/** Every row is settled. The times of a push that is repeated stay those of the first one. */
export async function closePush(transaction: Queryable, batchId: string, now: Date): Promise<void> {
  await closePushBlock(transaction, { batch_id: batchId, now });
}

const closeDry = blocks.touches('close-dry-batch', { batch_id: 'uuid', forecast: 'text', now: 'datetime' });

/** Rule 28: a dry batch ends with its forecast. */
export async function closeDryBatch(
  queryable: Queryable,
  batchId: string,
  { forecast, now }: { forecast: unknown; now: Date },
): Promise<void> {
  await closeDry(queryable, { batch_id: batchId, forecast: JSON.stringify(forecast), now });
}

const close = blocks.touches('close-batch', { batch_id: 'uuid', status: 'text', failed: 'int', now: 'datetime' });

/** Nothing of the batch is still open. */
export async function closeBatch(
  transaction: Queryable,
  batchId: string,
  { failed, now }: { failed: number; now: Date },
): Promise<void> {
  const status: BatchState = failed > 0 ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED';
  await close(transaction, { batch_id: batchId, status, failed, now });
}
