import { loadStatement } from '../warehouse/port/statements.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { supersedeBatches } from './batches.js';

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
  await transaction.execute(loadStatement('change-sets/supersede-change-sets'), parameters);
  await supersedeBatches(transaction, { customers, runId, now });
}
