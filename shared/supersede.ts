import { newUuid } from './ids.js';
import { OPEN_BATCH_STATES } from './states.js';
import { loadStatement } from './warehouse/statements.js';
import type { Queryable } from './warehouse/warehouse.js';

/**
 * Rule 11: a run takes these customers over: their open batches and the change sets that no batch was made of yet are
 * superseded, and whoever still works on one loses it. Hold the customers' locks.
 */
export async function supersede(
  transaction: Queryable,
  customers: readonly string[],
  { runId, now }: { runId: string; now: Date },
): Promise<void> {
  const parameters = { customers, run_id: runId };
  // Change sets first: this waits for a batch that is being made of one, so that the next statement sees it.
  await transaction.execute(loadStatement('batch-state/supersede-change-sets'), parameters);
  await transaction.execute(loadStatement('batch-state/supersede-batches'), {
    ...parameters,
    now,
    open_states: OPEN_BATCH_STATES,
    owner_token: newUuid(),
  });
}
