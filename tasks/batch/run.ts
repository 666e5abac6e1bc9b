import { z } from 'zod';
import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { Outcome, TaskContext } from '../../shared/runtime/task.js';
import { batchesOfRun } from '../../shared/store/batch-figures.js';
import { BATCH_STATES, CHANGE_SET_STATES, RUN_KINDS, RUN_STATES } from '../../shared/store/states.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { type ChangeSet, makeBatch, type Run } from './make-batch.js';
import type { BatchOptions } from './options.js';

const runRow = z
  .object({
    run_id: z.string(),
    state: z.enum(RUN_STATES),
    kind: z.enum(RUN_KINDS),
    dry: z.number(),
    seq: z.coerce.number(),
    mapping_version: z.string(),
  })
  .transform((row) => ({
    runId: row.run_id,
    state: row.state,
    kind: row.kind,
    dry: row.dry === 1,
    seq: row.seq,
    mappingVersion: row.mapping_version,
  }));
const changeSetRow = z
  .object({
    customer: z.string(),
    state: z.enum(CHANGE_SET_STATES),
    newer: z.coerce.number(),
    status: z.enum(BATCH_STATES).nullable(),
  })
  .transform(({ newer, status, ...row }) => ({ ...row, hasNewer: newer > 0, batchStatus: status }));
const heldRow = z.object({ customer: z.string(), held: z.coerce.number() });

export type BatchContext = TaskContext<'WAREHOUSE_URL' | 'MAPPING_FILE' | 'ERR_RETRY_AFTER'>;

/** Makes the batches of a run that are not made yet, and gives all of them, smallest first. */
export async function runBatch(context: BatchContext, options: BatchOptions): Promise<Outcome> {
  const { settings, clock, log } = context;
  const asked =
    options.customer && customersOf(loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL), options.customer);
  const wanted = (customer: string): boolean => asked?.includes(customer) ?? true;
  const warehouse = await context.warehouse();
  const run = await readRun(warehouse, options.runId);
  const rules = { retryFailed: options.retryFailed, retryAfterMs: settings.ERR_RETRY_AFTER, clock };
  for (const changeSet of await readChangeSets(warehouse, run))
    if (wanted(changeSet.customer)) await makeBatch(warehouse, run, changeSet, rules);
  const outputs = await readOutputs(warehouse, run, wanted);
  log.info('The batches of the run are made.', { ...outputs });
  return { outputs };
}

/** @throws FixFirstError when there is no such run; TryAgainError when its detect has not finished. */
async function readRun(queryable: Queryable, runId: string): Promise<Run> {
  const [row] = await queryable.query(loadStatement('runs/select-run'), { run_id: runId });
  if (!row)
    throw new FixFirstError('There is no run with this id. Use the runId that detect gave.', { where: { runId } });
  const run = runRow.parse(row);
  if (run.state === 'DONE') return run;
  throw new TryAgainError(
    'This run is not finished: its detect still works, or was stopped. Run detect again with the same --run-key.',
    {
      where: { runId },
    },
  );
}

async function readChangeSets(queryable: Queryable, run: Run): Promise<ChangeSet[]> {
  const parameters = { run_id: run.runId, seq: run.seq };
  const rows = await queryable.query(loadStatement('change-sets/select-change-sets'), parameters);
  return rows.map((row) => changeSetRow.parse(row));
}

/** Read from the tables, so that asking again gives the same. */
async function readOutputs(warehouse: Warehouse, run: Run, wanted: (customer: string) => boolean) {
  const parameters = { run_id: run.runId };
  const batches = (await batchesOfRun(warehouse, run.runId)).filter(({ customer }) => wanted(customer));
  const held = (await warehouse.query(loadStatement('changes/count-held'), parameters))
    .map((row) => heldRow.parse(row))
    .filter(({ customer }) => wanted(customer));
  const superseded = (await readChangeSets(warehouse, run))
    .filter(({ customer, state }) => state === 'SUPERSEDED' && wanted(customer))
    .map(({ customer }) => customer);
  return {
    runId: run.runId,
    count: batches.length,
    batches,
    heldBack: held.reduce((sum, row) => sum + row.held, 0),
    superseded: superseded.sort(),
    status: run.dry ? 'DRY_RUN' : 'DONE',
  };
}
