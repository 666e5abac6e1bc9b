import { z } from 'zod';
import { messageOf } from '../../shared/ground/errors.js';
import type { Log } from '../../shared/ground/log.js';
import { partsUntilStopped } from '../../shared/ground/stop.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { Outputs } from '../../shared/runtime/outputs.js';
import { tellRefused } from '../../shared/runtime/refused-lines.js';
import type { Outcome, TaskContext } from '../../shared/runtime/task.js';
import {
  assertOwner,
  type Batch,
  claimBatch,
  closeStage,
  noteError,
  readBatch,
  stateOf,
} from '../../shared/store/batches.js';
import { countFailures, resolveStagedFailures } from '../../shared/store/failures.js';
import { customerLock, withLock } from '../../shared/store/locks.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { DifferencesFinder } from './differences.js';
import { loadLines } from './load-lines.js';
import { readLines } from './read-lines.js';
import { readRestoredLines } from './read-restored.js';
import { StagedRows } from './staged-rows.js';

type Context = TaskContext<'WAREHOUSE_URL' | 'SOURCE_TABLE' | 'MAPPING_FILE' | 'LOCK_WAIT'>;

/** Stages a batch: once. Asked again, or on a closed batch, it returns what is recorded. */
export async function runStage(context: Context, flags: { batchId: string }): Promise<Outcome> {
  const { settings, log, signal } = context;
  const warehouse = await context.warehouse();
  const { customer } = await readBatch(warehouse, flags.batchId);
  await withLock(warehouse, customerLock(customer), { waitMs: settings.LOCK_WAIT, signal, log }, async () => {
    const batch = await readBatch(warehouse, flags.batchId);
    if (batch.status === 'STARTED') await stageBatch(context, warehouse, batch);
    else log.info(`Nothing to stage: the batch is ${batch.status}.`, { batchId: batch.batchId, customer });
  });
  const outputs = await stagedOutputs(warehouse, flags.batchId, log);
  return { outputs, rowErrors: Number(outputs['newFailures']) > 0 };
}

async function stageBatch(context: Context, warehouse: Warehouse, batch: Batch): Promise<void> {
  const { settings, clock, log, signal } = context;
  const mapping = loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const token = await claimBatch(warehouse, batch.batchId, 'stage', clock.now());
  const rows = new StagedRows(mapping, batch);
  let changes = 0;
  try {
    await warehouse.transaction(async (transaction) => {
      await assertOwner(transaction, batch.batchId, token, ['STARTED']);
      await clearStaged(transaction, batch.batchId);
      const reading = { warehouse, mapping, source: settings.SOURCE_TABLE, batch };
      const lines = batch.kind === 'RESTORE' ? readRestoredLines(reading) : readLines(reading);
      const finder = new DifferencesFinder(reading);
      const origin = { batchId: batch.batchId, runId: batch.runId, now: clock.now() };
      changes = await loadLines({ transaction, rows, origin }, partsUntilStopped(finder.watch(lines), signal));
      await finder.record(transaction);
      await resolveStagedFailures(transaction, batch.batchId, origin.now);
      await closeStage(transaction, batch.batchId, origin.now);
    });
  } catch (error) {
    await noteError(warehouse, batch.batchId, messageOf(error)).catch(() => undefined);
    throw error;
  }
  log.info(`Staged ${changes} changes.`, { batchId: batch.batchId, customer: batch.customer });
}

async function clearStaged(transaction: Queryable, batchId: string): Promise<void> {
  await transaction.execute(loadStatement('staging/delete-subitems'), { batch_id: batchId });
  await transaction.execute(loadStatement('staging/delete-items'), { batch_id: batchId });
}

const countsRow = z.object({
  items: z.coerce.number(),
  subitems: z.coerce.number(),
  rejected: z.coerce.number(),
  obsolete: z.coerce.number(),
});

async function stagedOutputs(warehouse: Warehouse, batchId: string, log: Log): Promise<Outputs> {
  const batch = await readBatch(warehouse, batchId);
  const [row] = await warehouse.query(loadStatement('staging/count-staged'), { batch_id: batchId });
  const { failures, warnings } = await countFailures(warehouse, batchId, 'stage');
  const refused = await tellRefused(warehouse, { batch, step: 'stage', count: failures }, log);
  return { ...stateOf(batch), ...countsRow.parse(row), warnings, newFailures: failures, ...refused };
}
