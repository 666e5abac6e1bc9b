import { activity } from '../../shared/ground/activity.js';
import type { Clock } from '../../shared/ground/clock.js';
import { type Log, TryAgainError } from '../../shared/ground/errors.js';
import { batchId } from '../../shared/ground/ids.js';
import { openMapping } from '../../shared/mapping/open-mapping.js';
import { retryCall } from '../../shared/runtime/called.js';
import type { FlagsOf } from '../../shared/runtime/flags.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { batchesOfRun } from '../../shared/store/batch-figures.js';
import { insertBatch, setBatchLines } from '../../shared/store/batches.js';
import { type ChangeSet, changeSetsOfRun, moveChangeSet } from '../../shared/store/change-sets.js';
import { type ChangesOf, countChanges, countHeldLines, holdLines, releaseLines } from '../../shared/store/changes.js';
import { customersAsked } from '../../shared/store/customers-asked.js';
import { releaseFailures } from '../../shared/store/failures.js';
import { type Run, readRun } from '../../shared/store/runs.js';
import { runSaid } from '../../shared/store/said-ids.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { batchCommand } from './commands.js';

export interface BatchRules {
  retryFailed: boolean;
  /** Rule 26: how long a rejected line is held back. */
  retryAfterMs: number;
  clock: Clock;
}

/** Rule 12: creates one customer's batch, in one transaction and at most once; without a line that is not held, there is none. */
export async function makeBatch(
  warehouse: Warehouse,
  run: Run,
  changeSet: ChangeSet,
  rules: BatchRules,
): Promise<void> {
  const { customer, state, batchStatus } = changeSet;
  // Until a batch is staged, --retry-failed can still add what was held back; without a batch it creates one.
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

export type BatchContext = ContextOf<typeof batchCommand>;

/** Creates the missing batches of a run, and returns all of them, smallest first. */
export async function runBatch(context: BatchContext, flags: FlagsOf<typeof batchCommand>): Promise<Outcome> {
  const { settings, clock, log } = context;
  const warehouse = await context.warehouse();
  const asked =
    flags.customer &&
    (await customersAsked(warehouse, await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL), flags.customer));
  const wanted = (customer: string): boolean => asked?.includes(customer) ?? true;
  const run = await readFinishedRun(warehouse, await runSaid(warehouse, flags.runId));
  activity.about = { runId: run.runId };
  const rules = { retryFailed: flags.retryFailed, retryAfterMs: settings.ERR_RETRY_AFTER, clock };
  for (const changeSet of await changeSetsOfRun(warehouse, run)) {
    if (!wanted(changeSet.customer)) continue;
    await makeBatch(warehouse, run, changeSet, rules);
    if (flags.retryFailed) tellIfTooLate(changeSet, log);
  }
  const outputs = await readOutputs(warehouse, run, wanted);
  log.info('The batches of the run are created.', { ...outputs });
  return { outputs };
}

/** What its batch has refused is for a new run: nothing is added to a batch once it is staged. */
function tellIfTooLate({ customer, batchStatus }: ChangeSet, log: Log): void {
  if (batchStatus === null || batchStatus === 'STARTED' || batchStatus === 'COMPLETED') return;
  log.warn(
    `${customer}: its batch of this run is ${batchStatus}, so --retry-failed adds nothing to it. Make a new run: ${retryCall(customer)}`,
    { customer },
  );
}

/** @throws FixFirstError when the run does not exist; TryAgainError when its detect has not finished. */
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

/** Read from the tables, so that a repeated call returns the same. */
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
