import { z } from 'zod';
import { FixFirstError, TryAgainError } from './errors.js';
import { newUuid } from './ids.js';
import { BATCH_STATES, type BatchState, OPEN_BATCH_STATES, RUN_KINDS } from './states.js';
import { loadStatement } from './warehouse/statements.js';
import type { Queryable } from './warehouse/warehouse.js';

const batchRow = z
  .object({
    batch_id: z.string(),
    run_id: z.string(),
    customer_name: z.string(),
    status: z.enum(BATCH_STATES),
    dry: z.number(),
    owner_token: z.string().nullable(),
    total_records: z.number(),
    superseded_by: z.string().nullable(),
    kind: z.enum(RUN_KINDS),
    full: z.number(),
    seq: z.coerce.number(),
  })
  .transform((row) => ({
    batchId: row.batch_id,
    runId: row.run_id,
    customer: row.customer_name,
    status: row.status,
    dry: row.dry === 1,
    ownerToken: row.owner_token,
    lines: row.total_records,
    /** The run that took the customer over; null while none has. */
    supersededBy: row.superseded_by,
    kind: row.kind,
    full: row.full === 1,
    seq: row.seq,
  }));

/** The changes of one customer in one run. */
export type Batch = z.infer<typeof batchRow>;

/** @throws FixFirstError when there is no such batch. */
export async function readBatch(queryable: Queryable, batchId: string): Promise<Batch> {
  const [row] = await queryable.query(loadStatement('batch-state/select-batch'), { batch_id: batchId });
  if (row) return batchRow.parse(row);
  throw new FixFirstError('There is no batch with this id. "batch list" shows those there are.', {
    where: { batchId },
  });
}

/** What every step tells of its batch beside its own counts. */
export function stateOf({ status, supersededBy }: Batch): { status: BatchState; supersededBy?: string } {
  return supersededBy === null ? { status } : { status, supersededBy };
}

export function isOpen(status: BatchState): boolean {
  return (OPEN_BATCH_STATES as readonly BatchState[]).includes(status);
}

const STARTED = { stage: '"staging_started"', push: '"push_started"', promote: '"promotion_started"' } as const;

/** Makes this process the owner of a batch and notes when the step began. Call it under the customer's lock. */
export async function claimBatch(
  queryable: Queryable,
  batchId: string,
  step: keyof typeof STARTED,
  now: Date,
): Promise<string> {
  const token = newUuid();
  const statement = loadStatement('batch-state/claim-batch').with({ started: STARTED[step] });
  await queryable.execute(statement, { batch_id: batchId, owner_token: token, now });
  return token;
}

/**
 * Rule 14: inside the transaction that changes state, proves that the batch is still ours and in one of `statuses`.
 * Holds the batch row, so that nobody takes it over before the commit.
 * @throws TryAgainError when another container has taken the batch over, or it was closed meanwhile.
 */
export async function assertOwner(
  transaction: Queryable,
  batchId: string,
  token: string,
  statuses: readonly BatchState[],
): Promise<void> {
  const owned = await transaction.execute(loadStatement('batch-state/lock-owned-batch'), {
    batch_id: batchId,
    owner_token: token,
    statuses,
  });
  if (owned === 1) return;
  throw new TryAgainError(
    'Another process has taken this batch over, or it was closed meanwhile. Nothing of this attempt was kept; run the step again if it is still open.',
    {
      where: { batchId },
    },
  );
}

/** Keeps the last error beside the batch; never a state, because any open batch can be taken up again. */
export async function noteError(queryable: Queryable, batchId: string, message: string | null): Promise<void> {
  await queryable.execute(loadStatement('batch-state/set-last-error'), { batch_id: batchId, last_error: message });
}
