import { LongStep } from '../../shared/ground/activity.js';
import { partsUntilStopped } from '../../shared/ground/clock.js';
import type { Log } from '../../shared/ground/errors.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { openMapping } from '../../shared/mapping/open-mapping.js';
import type { FlagsOf } from '../../shared/runtime/flags.js';
import type { Outputs } from '../../shared/runtime/outputs.js';
import { tellRefused } from '../../shared/runtime/refused-lines.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { assertOwner, type Batch, closeStage, readBatch, stateOf } from '../../shared/store/batches.js';
import { countFailures, resolveStagedFailures } from '../../shared/store/failures.js';
import { withBatch } from '../../shared/store/locks.js';
import { batchSaid } from '../../shared/store/said-ids.js';
import { countStagedLines } from '../../shared/store/staged-counts.js';
import { StagedLoad } from '../../shared/store/staged-load.js';
import { clearStaged } from '../../shared/store/staging.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { stageCommand } from './commands.js';
import { DifferencesFinder } from './judge.js';
import { loadLines } from './load-lines.js';
import { readLines } from './read-lines.js';
import { readRestoredLines } from './read-restored.js';

type StageContext = ContextOf<typeof stageCommand>;

/** Stages a batch once. When repeated, or on a closed batch, it returns what is recorded. */
export async function runStage(context: StageContext, flags: FlagsOf<typeof stageCommand>): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const mapping = await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const warehouse = await context.warehouse();
  const batchId = await batchSaid(warehouse, flags.batchId);
  const takeUp = { step: 'stage', waitMs: settings.LOCK_WAIT, signal, log, clock } as const;
  await withBatch(warehouse, batchId, takeUp, {
    work: ({ batch, ownerToken }) => stageBatch(context, { warehouse, mapping, batch, ownerToken }),
    otherwise: () => Promise.resolve(),
  });
  const outputs = await stagedOutputs(warehouse, batchId, log);
  return { outputs, rowErrors: Number(outputs['newFailures']) > 0 };
}

interface Staging {
  warehouse: Warehouse;
  mapping: Mapping;
  batch: Batch;
  ownerToken: string;
}

async function stageBatch({ settings, clock, log, signal }: StageContext, staging: Staging): Promise<void> {
  const { warehouse, mapping, batch, ownerToken } = staging;
  const load = new StagedLoad(mapping, batch);
  let changes = 0;
  const { batchId, customer, lines: total } = batch;
  const step = new LongStep({ what: 'Staging', unit: 'lines', total, clock, log, where: { batchId, customer } });
  try {
    await warehouse.transaction(async (transaction) => {
      await assertOwner(transaction, batch.batchId, ownerToken, ['STARTED']);
      await clearStaged(transaction, batch.batchId);
      const reading = { warehouse, mapping, source: settings.SOURCE_TABLE, batch };
      const chunks = batch.kind === 'RESTORE' ? readRestoredLines(reading) : readLines(reading);
      const finder = new DifferencesFinder(reading);
      const origin = { batchId: batch.batchId, runId: batch.runId, now: clock.now(), dry: batch.dry };
      changes = await loadLines(
        { transaction, mapping, load, origin },
        partsUntilStopped(finder.watch(chunks), signal, (lines) => step.advance(lines.length)),
      );
      await finder.record(transaction);
      if (!batch.dry) await resolveStagedFailures(transaction, batch.batchId, origin.now);
      await closeStage(transaction, batch.batchId, mapping, origin.now);
    });
  } finally {
    step.end();
  }
  log.info(`Staged ${changes} changes.`, { batchId: batch.batchId, customer: batch.customer });
}

async function stagedOutputs(warehouse: Warehouse, batchId: string, log: Log): Promise<Outputs> {
  const batch = await readBatch(warehouse, batchId);
  const counts = await countStagedLines(warehouse, batchId);
  const { failures, warnings } = await countFailures(warehouse, batchId, 'stage');
  const refused = await tellRefused(warehouse, { batch, step: 'stage', count: failures }, log);
  return { ...stateOf(batch), ...counts, warnings, newFailures: failures, ...refused };
}
