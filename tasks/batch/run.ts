import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { Outcome, TaskContext } from '../../shared/task.js';
import { makeBatches } from './make-batches.js';

type Context = TaskContext<'WAREHOUSE_URL' | 'MAPPING_FILE' | 'ERR_RETRY_AFTER'>;

export interface BatchFlags {
  runId: string;
  customer: string[] | undefined;
  retryFailed: boolean;
}

/** Cuts the change set of a run into batches. */
export async function runBatch({ settings, clock, log, warehouse }: Context, flags: BatchFlags): Promise<Outcome> {
  const mapping = loadMapping(settings.MAPPING_FILE);
  const now = clock.now();
  const { batches, heldBack, superseded } = await makeBatches(await warehouse(), {
    runId: flags.runId,
    customers: flags.customer === undefined ? undefined : customersOf(mapping, flags.customer),
    heldSince: flags.retryFailed ? null : new Date(now.getTime() - settings.ERR_RETRY_AFTER),
    now,
  });
  log.info(`${batches.length} batches, ${heldBack} lines held back.`, { runId: flags.runId });
  return { outputs: { count: batches.length, batches, heldBack, superseded } };
}
