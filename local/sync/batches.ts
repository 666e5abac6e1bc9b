import { formatDuration } from '../../shared/ground/durations.js';
import {
  archiveOutputs,
  type PrintedBatch,
  type PushedTotals,
  promoteOutputs,
  pushOutputs,
  stageOutputs,
} from '../task-outputs.js';
import { type Failed, hasFailed, type Running, runTask } from './carrying.js';
import { pushedWords } from './words.js';

/** A batch, and how far it came. */
export interface CarriedBatch extends PrintedBatch {
  pushed?: PushedTotals;
  /** Lines and sizes that stage or push refused, and recorded. */
  refused?: number;
  /** The state in which it was left. */
  status?: string;
  failed?: Failed;
}

/** stage, push, promote and archive of one batch. What fails stays with it: the next customer is tried all the same. */
export async function carryBatch(running: Running, batch: CarriedBatch, place: string, dry: boolean): Promise<void> {
  const { screen } = running;
  const startedAt = performance.now();
  const step = async <Outputs>(task: string, schema: Parameters<typeof runTask<Outputs>>[3]) => {
    screen.begin(`${place}  ${batch.customer}  ${task}`);
    const result = await runTask(running, task, ['--batch-id', batch.batchId], schema);
    if (!hasFailed(result as object)) return result as Outputs;
    batch.failed = result as Failed;
    screen.say(`${place}  ${batch.customer}: ${task} failed. ${batch.failed.message}`);
    return undefined;
  };
  const staged = await step('stage', stageOutputs);
  if (staged === undefined) return;
  batch.refused = staged.newFailures;
  batch.status = staged.status;
  const pushed = await step('push', pushOutputs);
  if (pushed === undefined) return;
  batch.pushed = pushed;
  batch.refused = staged.newFailures + pushed.newFailures;
  batch.status = pushed.status;
  if (!dry) {
    const promoted = await step('promote', promoteOutputs);
    if (promoted === undefined) return;
    batch.status = promoted.status;
    if ((await step('archive', archiveOutputs)) === undefined) return;
  }
  const seconds = formatDuration(performance.now() - startedAt);
  screen.say(`${place}  ${batch.customer}: ${pushedWords(batch, dry)}, ${seconds}.`);
}
