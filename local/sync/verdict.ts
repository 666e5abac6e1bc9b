import { EXIT_AGAIN, EXIT_FIX } from '../../shared/ground/exit-codes.js';
import { plural } from '../../shared/ground/text.js';
import { unmappedText } from '../../shared/mapper/unmapped.js';
import { syncCall, taskCall } from '../../shared/runtime/called.js';
import { unsoundText } from '../../shared/store/refused.js';
import type { BrakedCustomer, Detected } from '../task-outputs.js';
import type { CarriedBatch, Failed } from './carrying.js';

/** What became of a run of sync. */
export interface SyncResult {
  dry: boolean;
  /** The customers asked for, as they were written. */
  asked: readonly string[];
  /** The other flags with which it was called. */
  flags: readonly string[];
  detected?: Detected;
  batches: CarriedBatch[];
  heldBack: number;
  /** Tasks that failed for all, or for a customer without a batch. */
  failed: (Failed & { customer?: string })[];
  /** Why it was stopped. */
  stopped?: string;
}

export function newResult(dry: boolean, asked: readonly string[], flags: readonly string[]): SyncResult {
  return { dry, asked, flags, batches: [], heldBack: 0, failed: [] };
}

/** The sentences at the end of a run, the verdict last, and the exit code: what would help again before what would not. */
export function verdictOf(result: SyncResult, rowErrorsExit: number): { lines: string[]; exitCode: number } {
  const { detected, batches, stopped } = result;
  const failed: (Failed & { customer?: string })[] = [
    ...result.failed,
    ...batches.flatMap(({ failed: own, customer }) => (own === undefined ? [] : [{ ...own, customer }])),
  ];
  const pending = result.dry
    ? []
    : batches.filter((each) => each.failed === undefined && (each.pushed?.pending ?? 0) > 0);
  const superseded = batches.filter(({ status }) => status === 'SUPERSEDED').map(({ customer }) => customer);
  const busy = detected?.busy ?? [];
  const braked = detected?.braked ?? [];
  const unmapped = (detected?.unmapped ?? []).filter(({ known }) => known > 0);
  const unsound = detected?.unsound ?? 0;
  const refused = batches.reduce((sum, each) => sum + (each.refused ?? 0), 0);
  const warnings = batches.reduce((sum, each) => sum + (each.warnings ?? 0), 0);
  const lines = [
    ...failed.map((each) => `Failed: ${each.customer ?? 'the run'}, ${each.task}. ${each.message}`),
    ...pending.map(pendingText),
    ...busy.map((customer) => `Busy: ${customer}. Something else works on it; run again when that is done.`),
    ...superseded.map((customer) => `Superseded: ${customer}. A newer run took it over.`),
    ...braked.map(brakedText),
    ...(unsound > 0
      ? [
          `Left out: ${unsoundText(unsound)}. Lines that they may be stay as they are on the board until that is corrected.${next(taskCall('batch', ['report', '--csv', '--output', '-']))}`,
        ]
      : []),
    ...(refused > 0
      ? [
          `Refused: ${plural(refused, 'line or size', 'lines and sizes')}, recorded with the reasons.${next(taskCall('batch', ['list', '--held']))}`,
        ]
      : []),
    ...(warnings > 0
      ? [
          `Warned: ${plural(warnings, 'warning')} about values of the source; the lines went on.${next(taskCall('batch', ['report']))}`,
        ]
      : []),
    ...(result.heldBack > 0
      ? [
          `Held back: ${plural(result.heldBack, 'line')} that failed before and did not change.${next(retryCall(result))}`,
        ]
      : []),
    ...unmapped.map(
      (each) => `Not updated any more: the mapping does not know ${unmappedText(each)}.${next(taskCall('doctor', []))}`,
    ),
  ];
  const leftOut = braked.length + unmapped.length + unsound;
  const exitCode = (() => {
    if (stopped !== undefined || pending.length > 0 || busy.length > 0 || superseded.length > 0) return EXIT_AGAIN;
    if (failed.length > 0) return failed.some((each) => each.exitCode === EXIT_AGAIN) ? EXIT_AGAIN : EXIT_FIX;
    return refused + leftOut > 0 ? rowErrorsExit : 0;
  })();
  return { lines: ['', ...lines, verdict(result, { exitCode, failed, refused, leftOut })], exitCode };
}

function verdict(
  result: SyncResult,
  {
    exitCode,
    failed,
    refused,
    leftOut,
  }: { exitCode: number; failed: readonly Failed[]; refused: number; leftOut: number },
): string {
  const { detected, batches, stopped, dry } = result;
  // Without a batch it has left nothing to resume: what is open is of an earlier run, and the source has changed since.
  // A batch of another mapping would be refused again, and a busy customer has none: their lines are taken up anew.
  const isAnew = (detected?.busy ?? []).length > 0 || failed.some(({ code }) => code === 'MAPPING_CHANGED');
  const asBefore = isAnew ? result.flags.filter((flag) => flag !== '--resume') : result.flags;
  const flags = isAnew || dry || batches.length === 0 ? asBefore : ['--resume'];
  const again = next(syncCall([...customerWords(result), ...flags]));
  if (stopped !== undefined) return `Not finished: ${stopped}${again}`;
  if (failed.length > 0)
    return `Not finished: ${plural(failed.length, 'task')} failed. ${exitCode === EXIT_FIX ? 'Fix what is listed above, then run again.' : 'Run again.'}${again}`;
  if (exitCode === EXIT_AGAIN) return `Not finished: not every line is on the board yet.${again}`;
  const run = detected === undefined ? ' The source was not read again.' : ` Run ${detected.runId}.`;
  if (dry)
    return batches.length === 0
      ? `Dry run: nothing would be sent. ${plural(detected?.unchanged ?? 0, 'line')} unchanged.${run}`
      : `Dry run: ${plural(batches.length, 'customer')} with changes, nothing was changed.${run}`;
  const lines = batches.reduce((sum, each) => sum + each.lines, 0);
  if (refused + leftOut > 0) return `Done, but not whole: see above.${run}`;
  if (lines === 0 && detected !== undefined)
    return `Done: nothing to send. ${plural(detected.unchanged, 'line')} unchanged.${run}`;
  return `Done: ${plural(lines, 'line')} of ${plural(batches.length, 'customer')} are on the board.${run}`;
}

const next = (call: string | undefined): string => (call === undefined ? '' : `\n  ${call}`);

function customerWords({ asked }: SyncResult): string[] {
  return asked.flatMap((name) => ['--customer', name]);
}

const retryCall = (result: SyncResult): string | undefined => syncCall([...customerWords(result), '--retry-failed']);

function pendingText({ customer, pushed }: CarriedBatch): string {
  const { pending = 0, reason, itemsWaiting = pending } = pushed ?? {};
  return reason === 'BOARD_FULL'
    ? `Pending: ${customer}. The board is full, ${plural(itemsWaiting, 'new line waits', 'new lines wait')}: archive items that are done, or raise the board's limit.`
    : `Pending: ${customer}. ${plural(pending, 'line or size waits', 'lines and sizes wait')}.`;
}

function brakedText({ customer, reason, known, changed, deleted, left }: BrakedCustomer): string {
  const released = next(syncCall(['--customer', customer, '--allow-large-change']));
  switch (reason) {
    case 'CHANGES':
      return `Braked: ${customer}. ${changed} of ${known} known lines changed. Ask the owner of the source, then:${released}`;
    case 'DELETES':
      return `Braked: ${customer}. ${deleted} of ${known} known lines vanished. Ask the owner of the source, then:${released}`;
    case 'SCOPE':
      return `Braked: ${customer}. ${left} of ${known} known lines left scope by a name or word that the mapping does not know. Add it to the mapping, or correct the source.`;
    default:
      return `Braked: ${customer}. It was restored, and stays so until it is released:${released}`;
  }
}
