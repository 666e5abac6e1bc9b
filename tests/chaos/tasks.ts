import type { Clock } from '../../shared/ground/clock.js';
import { FixFirstError, messageOf, TryAgainError } from '../../shared/ground/errors.js';
import type { Outcome } from '../../shared/runtime/task.js';
import { ArchiveStore } from '../../shared/store/archives.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { archiveCommand } from '../../tasks/archive/commands.js';
import { runArchive } from '../../tasks/archive/run.js';
import { batchCommand } from '../../tasks/batch/commands.js';
import { runBatch } from '../../tasks/batch/run.js';
import { detectCommand } from '../../tasks/detect/commands.js';
import { runDetect } from '../../tasks/detect/run.js';
import { runPromote } from '../../tasks/promote/run.js';
import { runAudit } from '../../tasks/push/audit/audit.js';
import { pushCommand } from '../../tasks/push/commands.js';
import { runPush } from '../../tasks/push/run.js';
import { runStage } from '../../tasks/stage/run.js';
import { taskContext } from '../helpers/task-context.js';
import type { Call, Ended } from './flow.js';

const WAVE_LINES = 2;

/** What the tasks need of settings, all of them together. */
const SETTINGS = [
  ...pushCommand.settings,
  ...detectCommand.settings,
  ...batchCommand.settings,
  ...archiveCommand.settings,
] as const;

export interface Start {
  call: Call;
  warehouse: Warehouse;
  /** Where the archives are. */
  archives: Warehouse;
  clock: Clock;
  env: Record<string, string>;
}

/** Runs a task's real code in this process, and says how it ended as an exit code would. */
export async function runCall({ call, warehouse, archives, clock, env }: Start): Promise<Ended> {
  const context = taskContext(SETTINGS, { warehouse, clock, env });
  try {
    const { outputs } = await start(call, context, async () => new ArchiveStore(archives));
    return { call, outputs: outputs ?? {} };
  } catch (error) {
    const failed = error instanceof TryAgainError ? 'again' : error instanceof FixFirstError ? 'refused' : 'crashed';
    const stack = failed === 'crashed' && error instanceof Error ? `\n${error.stack}` : '';
    return { call, failed, message: `${messageOf(error)}${stack}` };
  }
}

function start(
  call: Call,
  context: ReturnType<typeof taskContext<(typeof SETTINGS)[number]>>,
  openStore: typeof ArchiveStore.at,
): Promise<Outcome> {
  const { runId = '', batchId = '' } = call;
  switch (call.task) {
    case 'detect':
      return runDetect(context, {
        method: 'hash',
        runKey: call.runKey,
        full: false,
        allowLargeChange: false,
        confirmDeletes: true,
        dryRun: false,
        listCustomers: false,
        json: false,
      });
    case 'batch':
      return runBatch(context, { runId, customer: undefined, retryFailed: call.retryFailed === true });
    case 'stage':
      return runStage(context, { batchId });
    case 'push':
      // A schedule has few lines: with waves this small there are several.
      return runPush(context, { batchId, dryRun: false, maxMinutes: undefined }, { waveLines: WAVE_LINES });
    case 'promote':
      return runPromote(context, { batchId });
    case 'archive':
      return runArchive(context, batchId === '' ? { customer: call.customer ?? '' } : { batchId }, openStore);
    case 'audit':
      return runAudit(context, {
        customer: undefined,
        repair: call.repair === true,
        overwriteEdits: call.repair === true,
      });
  }
}
