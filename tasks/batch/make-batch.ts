import type { Clock } from '../../shared/ground/clock.js';
import { batchId } from '../../shared/ground/ids.js';
import { insertBatch, setBatchLines } from '../../shared/store/batches.js';
import { type ChangeSet, moveChangeSet } from '../../shared/store/change-sets.js';
import { type ChangesOf, countChanges, holdLines, releaseLines } from '../../shared/store/changes.js';
import { releaseFailures } from '../../shared/store/failures.js';
import type { Run } from '../../shared/store/runs.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';

export interface BatchRules {
  retryFailed: boolean;
  /** Rule 26: how long a line that failed for good is held back. */
  retryAfterMs: number;
  clock: Clock;
}

/** Rule 12: makes one customer's batch, in one transaction and at most once; without a line that may go, there is none. */
export async function makeBatch(
  warehouse: Warehouse,
  run: Run,
  changeSet: ChangeSet,
  rules: BatchRules,
): Promise<void> {
  const { customer, state, batchStatus } = changeSet;
  // Until a batch is staged, --retry-failed can still add what was held back; without a batch it makes one.
  const isOpen =
    state === 'OPEN' || (rules.retryFailed && state === 'BATCHED' && (batchStatus ?? 'STARTED') === 'STARTED');
  if (!isOpen) return;
  const superseded = changeSet.hasNewer && !run.dry;
  await warehouse.transaction(async (transaction) => {
    const changes = { runId: run.runId, customer };
    const taken = await moveChangeSet(transaction, changes, { from: state, to: superseded ? 'SUPERSEDED' : 'BATCHED' });
    if (!taken || superseded) return;
    await holdOrRelease(transaction, run, changes, rules);
    const { lines, held } = await countChanges(transaction, changes);
    if (lines > held)
      await writeBatch(transaction, run, customer, { lines: lines - held, held, now: rules.clock.now() });
  });
}

async function holdOrRelease(transaction: Queryable, run: Run, changes: ChangesOf, rules: BatchRules): Promise<void> {
  if (rules.retryFailed) {
    await releaseLines(transaction, changes);
    if (!run.dry) await releaseFailures(transaction, changes);
    return;
  }
  const failedAfter = new Date(rules.clock.now().getTime() - rules.retryAfterMs);
  await holdLines(transaction, changes, { mappingVersion: run.mappingVersion, failedAfter });
}

async function writeBatch(
  transaction: Queryable,
  run: Run,
  customer: string,
  { lines, held, now }: { lines: number; held: number; now: Date },
): Promise<void> {
  const { runId, kind, dry } = run;
  const type = kind === 'RESTORE' ? 'RESTORE' : 'CUSTOMER_DELTA';
  const batch = { batchId: batchId(runId, customer), runId, customer, type, dry, lines, heldBack: held } as const;
  await insertBatch(transaction, batch, now);
  await setBatchLines(transaction, batch);
}
