import { roundTo } from '../../../shared/ground/numbers.js';
import type { Unmapped } from '../../../shared/mapper/unmapped.js';
import { cutText } from '../../../shared/mapping/rules.js';
import { isOpen } from '../../../shared/store/batches.js';
import type { RunFigures } from '../../../shared/store/run-figures.js';
import type { DayOfCalls } from '../facts/calls.js';
import { effectsOf, type RunBatch } from '../facts/figures.js';

export interface WatchLimits {
  /** Of fewer lines or mutations a share says nothing: one of three is no third of a board. */
  WATCH_MIN_LINES: number;
  WATCH_MIN_ACCEPTED: number;
  WATCH_MAX_REJECTED: number;
  WATCH_RUN_TIME: number;
  WATCH_ARCHIVE_GROWTH: number;
  WATCH_ARCHIVE_MONTH_MB: number;
  WATCH_MAX_CALLS: number;
}

export const CHECKS = [
  'accepted',
  'rejected',
  'duration',
  'archive-growth',
  'archive-month',
  'unmapped',
  'unsound',
  'unfinished',
  'failed',
  'braked',
  'calls',
] as const;

/** Something that is not as it is meant to be: numbers, customers, words of the scope rule and our errors, nothing else. */
export interface WatchFinding {
  check: (typeof CHECKS)[number];
  value: number;
  limit: number;
  customers: readonly Readonly<{ customer: string } & Record<string, string | number>>[];
  /** For the check `unmapped`: names and words that an alert has not told of before. */
  unmapped?: readonly Unmapped[];
  /** For the check `unfinished` of a run that detect could not finish, so that no customer has a batch yet. */
  error?: string;
  /** For the check `calls`. */
  calls?: DayOfCalls;
}

/** Four digits are plenty for a message. */
export function round(value: number): number {
  return roundTo(value, 4);
}

/** A page of an alert has room for so much of an error. */
const LONGEST = 300;

/**
 * What a run has left undone, whatever the shares say: rows without a uuid of their own, a detect or batches that an
 * error stopped, lines that were refused, braked customers.
 */
export function standingFindings({ run, batches }: { run: RunFigures; batches: readonly RunBatch[] }): WatchFinding[] {
  const stopped = batches.flatMap(({ customer, status, lastError }) =>
    isOpen(status) && lastError !== null ? [{ customer, error: cutText(lastError, LONGEST) }] : [],
  );
  const refused = batches
    .map((batch) => ({
      customer: batch.customer,
      lines: effectsOf([batch], 'items').failed,
      sizes: effectsOf([batch], 'subitems').failed,
    }))
    .filter(({ lines, sizes }) => lines + sizes > 0);
  const braked = run.told.braked.map(({ customer, reason }) => ({ customer, reason }));
  const ended = run.state === 'OPEN' && run.lastError !== null ? { error: cutText(run.lastError, LONGEST) } : undefined;
  const all: WatchFinding[] = [
    { check: 'unsound', value: run.told.unsound, limit: 0, customers: [] },
    { check: 'unfinished', value: ended === undefined ? 0 : 1, limit: 0, customers: [], ...ended },
    { check: 'unfinished', value: stopped.length, limit: 0, customers: stopped },
    {
      check: 'failed',
      value: refused.reduce((sum, { lines, sizes }) => sum + (lines || sizes), 0),
      limit: 0,
      customers: refused,
    },
    { check: 'braked', value: braked.length, limit: 0, customers: braked },
  ];
  return all.filter(({ value }) => value > 0);
}
