import { timeText } from '../../../shared/ground/clock.js';
import type { Cost } from '../../../shared/monday/rate-limits.js';
import type { Archive } from '../../../shared/store/archives.js';
import { LEFT_ALONE, type LeftAlone, type RestorePlan } from './plan.js';

/** More are for --json. */
const LISTED = 50;

interface Restored extends Cost {
  status: string;
  runId: string;
  batchId: string | null;
  new: number;
  changed: number;
}

/** A restore for people: what it takes back, what it leaves alone, what it costs, and what to do next. */
export function describePlan(archive: Archive, plan: RestorePlan, restored: Restored): string[] {
  const { lines, unchanged, leftAlone } = plan;
  const dry = restored.status === 'DRY_RUN';
  return [
    `Archive ${archive.id} of ${archive.customer}, ${timeText(archive.snapshotDate)}, ${archive.rows} lines`,
    `take back   ${lines.length} lines: ${restored.changed} changed since, ${restored.new} deleted since`,
    `unchanged   ${unchanged} lines`,
    `left alone  ${leftAlone.length} lines`,
    ...describeLeftAlone(leftAlone),
    `cost        about ${restored.requests} requests that write, ${restored.minutes} minutes on the smallest plan`,
    `run         ${restored.runId}${dry ? ' (dry)' : ''}`,
    `batch       ${restored.batchId ?? 'none, because nothing has to be sent'}`,
    ...nextSteps(restored.batchId, dry),
  ];
}

function describeLeftAlone(leftAlone: readonly LeftAlone[]): string[] {
  const listed = leftAlone.slice(0, LISTED).map(({ lineKey, why }) => `  ${lineKey}  ${LEFT_ALONE[why]}`);
  const rest = leftAlone.length - listed.length;
  return rest > 0 ? [...listed, `  and ${rest} more, which --json lists`] : listed;
}

function nextSteps(batchId: string | null, dry: boolean): string[] {
  const steps = batchId === null ? [] : [`stage and push --batch-id ${batchId}`];
  if (dry) return steps.map((step) => `For a forecast that reads the board: ${step}.`);
  return [
    ...steps.map(
      (step) => `Next: ${step}, then promote and archive, or the flow customer-orders-batch with this batch.`,
    ),
    'Runs leave the customer out (braked, RESTORED) until detect --allow-large-change names it.',
  ];
}

export function describeTakenUp(outputs: Readonly<Record<string, unknown>>): string[] {
  const [batchId, archiveId] = [String(outputs['batchId']), String(outputs['archiveId'])];
  return [`Archive ${archiveId} is being restored already.`, ...nextSteps(batchId, false)];
}
