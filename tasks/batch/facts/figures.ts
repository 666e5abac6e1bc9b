import type { Clock } from '../../../shared/ground/clock.js';
import { type Log, messageOf } from '../../../shared/ground/errors.js';
import type { ProblemReason } from '../../../shared/mapper/map-line.js';
import { type ArchiveSize, ArchiveStore } from '../../../shared/store/archives.js';
import { type BatchFigures, batchFigures } from '../../../shared/store/batch-figures.js';
import { isOpen } from '../../../shared/store/batches.js';
import { runsLeftOpen } from '../../../shared/store/change-set-figures.js';
import { countHeldLines } from '../../../shared/store/changes.js';
import type { FailureCount } from '../../../shared/store/failure-reports.js';
import { newestRuns, type RunFigures } from '../../../shared/store/run-figures.js';
import { countStagedRowsOfRuns, type StagedCount, sumRows } from '../../../shared/store/staged-counts.js';
import type { BatchState } from '../../../shared/store/states.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';

/** The warning about a total, which is never sent; every other warning is about a value that was not used unchanged. */
const BESIDE = 'TOTAL_DIFFERS' satisfies ProblemReason;

/** The step that a batch in such a state waits for. */
export const NEXT_STEPS: Readonly<Partial<Record<BatchState, 'stage' | 'push' | 'promote'>>> = {
  STARTED: 'stage',
  STAGED: 'push',
  PUSHED: 'promote',
};

/** Kinds of entries about values that could not be used as they are in the source. */
export const notTaken = (counts: readonly FailureCount[]): FailureCount[] =>
  counts.filter(({ severity, reason }) => severity === 'WARNING' && reason !== BESIDE);

/** The changes of one customer in one run, how far they came and what that took. */
export type RunBatch = BatchFigures;

/** The batches of these runs. Counts are those of the staged rows; if they are pruned, those that promote stored. */
export async function readRunBatches(queryable: Queryable, runIds: readonly string[]): Promise<RunBatch[]> {
  const live = await countStagedRowsOfRuns(queryable, runIds);
  const batches = await batchFigures(queryable, runIds);
  return batches.map((batch) => ({ ...batch, counts: live.get(batch.batchId) ?? batch.counts }));
}

/** A run with its batches. */
export interface RunAtHand {
  run: RunFigures;
  batches: readonly RunBatch[];
  /** It covered all customers, and each batch was finished; lines may have failed. */
  isCarried: boolean;
}

/** The newest runs, newest first; dry ones are left out. */
export async function readRuns(queryable: Queryable, most: number): Promise<RunAtHand[]> {
  const runs = await newestRuns(queryable, Number.MAX_SAFE_INTEGER, most);
  const ids = runs.map(({ runId }) => runId);
  const [batches, leftOpen] = [await readRunBatches(queryable, ids), await runsLeftOpen(queryable, ids)];
  return runs.map((run) => {
    const own = batches.filter(({ runId }) => runId === run.runId);
    return { run, batches: own, isCarried: isCarried(run, own) && !leftOpen.has(run.runId) };
  });
}

function isCarried({ state, filter, told, kind }: RunFigures, batches: readonly RunBatch[]): boolean {
  if (state !== 'DONE' || filter !== null || kind !== 'SYNC') return false;
  const isStale = told.unmapped.some(({ known }) => known > 0);
  return (
    told.unsound + told.braked.length + told.busy.length === 0 &&
    !isStale &&
    batches.every(({ status }) => status === 'COMPLETED')
  );
}

/** Lines and sizes of a run that did not reach the board though it was carried, held ones as well. */
export async function countMissing(queryable: Queryable, { run, batches }: RunAtHand): Promise<number> {
  const [items, subitems] = [effectsOf(batches, 'items'), effectsOf(batches, 'subitems')];
  const held = [...(await countHeldLines(queryable, run.runId)).values()].reduce((sum, lines) => sum + lines, 0);
  return items.failed + items.rejected + subitems.failed + held;
}

/** The newest of these runs after which the board showed everything that was in the source and in scope. */
export async function lastWhole(queryable: Queryable, runs: readonly RunAtHand[]): Promise<RunAtHand | undefined> {
  for (const each of runs) if (each.isCarried && (await countMissing(queryable, each)) === 0) return each;
  return undefined;
}

/** When a run had nothing left to do; null while it has. */
export function endOf({ run, batches }: Pick<RunAtHand, 'run' | 'batches'>): Date | null {
  const times = [run.finishedAt, ...batches.map(({ endedAt }) => endedAt)];
  const ended = times.filter((time) => time !== null);
  return ended.length < times.length ? null : new Date(Math.max(...ended.map((time) => time.getTime())));
}

/** The results of the rows of one kind. */
export interface Effects {
  created: number;
  updated: number;
  archived: number;
  failed: number;
  rejected: number;
  pending: number;
}

export function effectsOf(batches: readonly RunBatch[], kind: StagedCount['kind']): Effects {
  const counts = batches.flatMap((batch) => batch.counts);
  const landed = (action: string): number =>
    sumRows(counts, kind, (row) => row.status === 'API_SUCCESS' && row.action === action);
  const inState = (...states: string[]): number => sumRows(counts, kind, ({ status }) => states.includes(status));
  return {
    created: landed('CREATED'),
    updated: landed('UPDATED'),
    archived: landed('ARCHIVED'),
    failed: inState('API_FAILED'),
    rejected: inState('REJECTED'),
    pending: inState('PENDING', 'SENDING'),
  };
}

/** Lines that were staged and still had to go to the board. */
export function stagedLines(batches: readonly RunBatch[]): number {
  return sumRows(
    batches.flatMap(({ counts }) => counts),
    'items',
    ({ status }) => status !== 'OBSOLETE',
  );
}

export interface ArchiveAccess {
  url: string | undefined;
  schema: string;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/**
 * Sizes of the archives written after a moment, oldest first. Undefined without the archive's database: whoever looks
 * at a run should not be left without an answer for that.
 */
export async function readArchiveSizes(
  { url, schema, clock, log, signal }: ArchiveAccess,
  since: Date,
): Promise<ArchiveSize[] | undefined> {
  if (url === undefined) return undefined;
  const store = await ArchiveStore.at({ url, schema }, clock, signal, 'customer-orders batch');
  try {
    return await store.sizesSince(since);
  } catch (error) {
    log.warn(`Archives are left out: ${messageOf(error)} Check ARCHIVE_URL.`);
    return undefined;
  } finally {
    await store.close();
  }
}

export const STEPS = ['stage', 'push', 'promote'] as const;

/** How long a step of a batch took; undefined if it did not end, or not this time. */
export function stepMs(batch: RunBatch, step: (typeof STEPS)[number]): number | undefined {
  const { from, to } = batch[step];
  return from === null || to === null || to < from ? undefined : to.getTime() - from.getTime();
}

/**
 * From the run's beginning to the last moment that is recorded of it. A batch that is superseded ended with its last
 * step, not when the next run came. With `now`, batches that are still open count until then.
 */
export function runMs(run: RunFigures, batches: readonly RunBatch[], now?: Date): number {
  const moments = batches.flatMap((batch) => [
    ...STEPS.flatMap((step) => [batch[step].from, batch[step].to]),
    batch.status === 'SUPERSEDED' ? null : batch.endedAt,
    now !== undefined && isOpen(batch.status) ? now : null,
  ]);
  const times = [run.startedAt, run.finishedAt, ...moments].filter((moment) => moment !== null);
  return Math.max(...times.map((moment) => moment.getTime())) - run.startedAt.getTime();
}

/** Minutes that the pushes of a run were forecast to take; undefined when none of them came so far. */
export function forecastMinutes(batches: readonly RunBatch[]): number | undefined {
  const forecasts = batches.flatMap(({ forecast }) => (forecast === null ? [] : [forecast.minutes]));
  return forecasts.length === 0 ? undefined : forecasts.reduce((sum, minutes) => sum + minutes, 0);
}
