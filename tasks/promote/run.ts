import { z } from 'zod';
import { FixFirstError } from '../../shared/ground/errors.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { Outcome, TaskContext } from '../../shared/runtime/task.js';
import { keepStagedCounts } from '../../shared/store/batch-figures.js';
import {
  assertOwner,
  type Batch,
  claimBatch,
  closeBatch,
  isOpen,
  readBatch,
  stateOf,
} from '../../shared/store/batches.js';
import { resolveLandedFailures } from '../../shared/store/failures.js';
import { customerLock, withLock } from '../../shared/store/locks.js';
import { countStagedRows } from '../../shared/store/staged-counts.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { stageAbsentColumns } from './absent-columns.js';
import { LANDED } from './landed.js';
import { planProduction, promoteProduction } from './production.js';
import { promoteSnapshot } from './snapshot.js';

type Context = TaskContext<'WAREHOUSE_URL' | 'MAPPING_FILE' | 'LOCK_WAIT' | 'DELETE_POLICY'>;

/** Promotes what landed and closes the batch when nothing of it is open any more. */
export async function runPromote(context: Context, flags: { batchId: string }): Promise<Outcome> {
  const { settings, log, signal } = context;
  const warehouse = await context.warehouse();
  const { customer } = await readBatch(warehouse, flags.batchId);
  return withLock(warehouse, customerLock(customer), { waitMs: settings.LOCK_WAIT, signal, log }, async () => {
    const batch = await readBatch(warehouse, flags.batchId);
    if (batch.status === 'STARTED') {
      throw new FixFirstError('BATCH_NOT_STAGED', 'This batch is not staged yet: run stage and push first.', {
        where: { batchId: batch.batchId, customer },
      });
    }
    if (isOpen(batch.status) && !batch.dry) await promoteBatch(context, warehouse, batch);
    else
      log.info(`Nothing to promote: the batch is ${batch.dry ? 'part of a dry run' : batch.status}.`, {
        batchId: batch.batchId,
        customer,
      });
    const { promoted, failed } = batch.dry ? { promoted: 0, failed: 0 } : await countLines(warehouse, batch.batchId);
    const after = await readBatch(warehouse, batch.batchId);
    const partial = isOpen(after.status) && !batch.dry ? { status: 'PARTIAL' } : {};
    return { outputs: { ...stateOf(after), ...partial, promoted, failed } };
  });
}

async function promoteBatch({ settings, clock, log }: Context, warehouse: Warehouse, batch: Batch): Promise<void> {
  const mapping = loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const token = await claimBatch(warehouse, batch.batchId, 'promote', clock.now());
  const plan = await planProduction(warehouse, mapping, log);
  const counts = await warehouse.transaction(async (transaction) => {
    await assertOwner(transaction, batch.batchId, token, ['STAGED', 'PUSHED']);
    const parameters = { batch_id: batch.batchId, now: clock.now() };
    const absent = await stageAbsentColumns(transaction, mapping, batch.batchId);
    await promoteProduction(transaction, plan, parameters, {
      removeDeleted: settings.DELETE_POLICY === 'archive',
      absent,
    });
    await promoteSnapshot(transaction, mapping, parameters);
    await resolveLandedFailures(transaction, batch.batchId, parameters.now);
    const lines = await countLines(transaction, batch.batchId);
    await keepStagedCounts(transaction, batch.batchId, await countStagedRows(transaction, batch.batchId));
    if (lines.open === 0) await closeBatch(transaction, batch.batchId, { failed: lines.failed, now: parameters.now });
    return lines;
  });
  log.info(`Promoted ${counts.promoted} lines; ${counts.failed} failed, ${counts.open} are still open.`, {
    batchId: batch.batchId,
    customer: batch.customer,
  });
}

const linesRow = z.object({ promoted: z.coerce.number(), failed: z.coerce.number(), open: z.coerce.number() });

async function countLines(queryable: Queryable, batchId: string): Promise<z.infer<typeof linesRow>> {
  const [row] = await queryable.query(loadStatement('staging/count-lines').with({ landed: LANDED }), {
    batch_id: batchId,
  });
  return linesRow.parse(row);
}
