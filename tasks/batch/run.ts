import { TryAgainError } from '../../shared/ground/errors.js';
import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { batchesOfRun } from '../../shared/store/batch-figures.js';
import { changeSetsOfRun } from '../../shared/store/change-sets.js';
import { countHeldLines } from '../../shared/store/changes.js';
import { type Run, readRun } from '../../shared/store/runs.js';
import { runSaid } from '../../shared/store/said-ids.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { BATCH_SETTINGS } from './flags.js';
import { makeBatch } from './make-batch.js';
import type { BatchOptions } from './options.js';

export type BatchContext = ContextOf<typeof BATCH_SETTINGS>;

/** Makes the batches of a run that are not made yet, and gives all of them, smallest first. */
export async function runBatch(context: BatchContext, options: BatchOptions): Promise<Outcome> {
  const { settings, clock, log } = context;
  const asked =
    options.customer && customersOf(loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL), options.customer);
  const wanted = (customer: string): boolean => asked?.includes(customer) ?? true;
  const warehouse = await context.warehouse();
  const run = await readFinishedRun(warehouse, await runSaid(warehouse, options.runId));
  const rules = { retryFailed: options.retryFailed, retryAfterMs: settings.ERR_RETRY_AFTER, clock };
  for (const changeSet of await changeSetsOfRun(warehouse, run))
    if (wanted(changeSet.customer)) await makeBatch(warehouse, run, changeSet, rules);
  const outputs = await readOutputs(warehouse, run, wanted);
  log.info('The batches of the run are made.', { ...outputs });
  return { outputs };
}

/** @throws FixFirstError when there is no such run; TryAgainError when its detect has not finished. */
async function readFinishedRun(queryable: Queryable, runId: string): Promise<Run> {
  const run = await readRun(queryable, runId);
  if (run.state === 'DONE') return run;
  throw new TryAgainError(
    'RUN_UNFINISHED',
    'This run is not finished: its detect still works, or was stopped. Run detect again with the same --run-key.',
    {
      where: { runId },
    },
  );
}

/** Read from the tables, so that asking again gives the same. */
async function readOutputs(warehouse: Warehouse, run: Run, wanted: (customer: string) => boolean) {
  const batches = (await batchesOfRun(warehouse, run.runId)).filter(({ customer }) => wanted(customer));
  const held = [...(await countHeldLines(warehouse, run.runId))].filter(([customer]) => wanted(customer));
  const superseded = (await changeSetsOfRun(warehouse, run))
    .filter(({ customer, state }) => state === 'SUPERSEDED' && wanted(customer))
    .map(({ customer }) => customer);
  return {
    runId: run.runId,
    count: batches.length,
    batches,
    heldBack: held.reduce((sum, [, lines]) => sum + lines, 0),
    superseded: superseded.sort(),
    status: run.dry ? 'DRY_RUN' : 'DONE',
  };
}
