import { tellRefused } from '../../shared/runtime/refused-lines.js';
import type { Outcome } from '../../shared/runtime/task.js';
import { isOpen, readBatch, stateOf } from '../../shared/store/batches.js';
import { type HeldBatch, withBatch, withBoard } from '../../shared/store/locks.js';
import { batchSaid } from '../../shared/store/said-ids.js';
import type { Lock } from '../../shared/warehouse/port/warehouse.js';
import type { PushFlags } from './commands.js';
import { WAVE_LINES } from './lines/push-lines.js';
import { connect, type PushContext } from './model/connect.js';
import { stopOn } from './model/stopping.js';
import { runDry } from './plan/dry-run.js';
import { type Pushed, pushBatch } from './push-batch.js';
import { Progress } from './send/progress.js';
import type { Checkpoint } from './send/session.js';
import { readTotals } from './write/totals.js';

export interface PushOptions {
  /** A test's way to stop the process at a chosen moment. */
  checkpoint?: Checkpoint;
  waveLines?: number;
}

const NOTHING_PUSHED: Pushed = { used: { requests: 0, points: 0 } };

/** Pushes a batch; on a closed one it does nothing and says so. */
export async function runPush(context: PushContext, flags: PushFlags, options: PushOptions = {}): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const patience = { waitMs: settings.LOCK_WAIT, signal, log };
  const warehouse = await context.warehouse();
  const batchId = await batchSaid(warehouse, flags.batchId);
  const { dry } = await readBatch(warehouse, batchId);
  const readOnly = dry || flags.dryRun;
  const underLock = (work: (held: HeldBatch) => Promise<Outcome>): Promise<Outcome> =>
    withBatch(
      warehouse,
      batchId,
      { step: 'push', readOnly, clock, ...patience },
      { work, otherwise: () => outcomeOf(context, batchId, NOTHING_PUSHED) },
    );
  if (readOnly) return underLock(({ batch }) => runDry(context, batch));
  return withBoard(warehouse, settings.MONDAY_BOARD_ID, { ...patience, clock }, (board) =>
    underLock((held) => pushUnderLocks(context, flags, options, { ...held, locks: [board, held.lock] })),
  );
}

/** Rule 20: under the lock of the batch's customer and that of the board. */
async function pushUnderLocks(
  context: PushContext,
  flags: PushFlags,
  { checkpoint = () => undefined, waveLines = WAVE_LINES }: PushOptions,
  { batch, ownerToken, locks }: HeldBatch & { locks: readonly Lock[] },
): Promise<Outcome> {
  const { clock, signal, settings } = context;
  const warehouse = await context.warehouse();
  const { stop, release } = stopOn({ signal, locks, clock, maxMinutes: flags.maxMinutes });
  let progress: Progress | undefined;
  try {
    await checkpoint('claimed');
    const connection = await connect(context, warehouse, stop.signal);
    const { log, pace } = connection;
    const { batchId } = batch;
    progress = new Progress({
      clock,
      log,
      pace,
      batchId,
      emitMetrics: (metrics) => context.emitMetrics(metrics),
    });
    const pushed = await pushBatch({
      ...connection,
      batch,
      ownerToken,
      stop,
      settleMs: settings.MONDAY_SETTLE_WAIT,
      checkpoint,
      waveLines,
      progress,
    });
    return await outcomeOf(context, batch.batchId, pushed);
  } finally {
    progress?.end();
    release();
  }
}

async function outcomeOf(context: PushContext, batchId: string, { used, full }: Pushed): Promise<Outcome> {
  const warehouse = await context.warehouse();
  const totals = await readTotals(warehouse, batchId);
  const batch = await readBatch(warehouse, batchId);
  const partial = isOpen(batch.status) && totals.pending > 0 ? { status: 'PARTIAL' } : {};
  return {
    outputs: {
      ...stateOf(batch),
      ...partial,
      ...(full === undefined ? {} : { reason: 'BOARD_FULL', ...full }),
      ...totals,
      ...used,
      ...(batch.boardUrl === null ? {} : { boardUrl: batch.boardUrl }),
      ...(await tellRefused(warehouse, { batch, step: 'push', count: totals.newFailures }, context.log)),
    },
    metrics: [
      { name: 'requests', type: 'counter', value: used.requests },
      { name: 'points', type: 'counter', value: used.points },
      { name: 'items_failed', type: 'counter', value: totals.itemsFailed },
      { name: 'subitems_failed', type: 'counter', value: totals.subitemsFailed },
    ],
    rowErrors: totals.newFailures > 0,
  };
}
