import type { Unmapped } from '../../../shared/mapper/unmapped.js';

export interface WatchLimits {
  /** Of fewer lines or mutations a share says nothing: one of three is no third of a board. */
  WATCH_MIN_LINES: number;
  WATCH_MIN_ACCEPTED: number;
  WATCH_MAX_REJECTED: number;
  WATCH_RUN_TIME: number;
  WATCH_ARCHIVE_GROWTH: number;
  WATCH_ARCHIVE_MONTH_MB: number;
}

export const CHECKS = [
  'accepted',
  'rejected',
  'duration',
  'archive-growth',
  'archive-month',
  'unmapped',
  'unfinished',
  'failed',
  'braked',
] as const;

/** Something that is not as it is meant to be: numbers, customers, words of the scope rule and our errors, nothing else. */
export interface WatchFinding {
  check: (typeof CHECKS)[number];
  value: number;
  limit: number;
  customers: readonly Readonly<{ customer: string } & Record<string, string | number>>[];
  /** For the check `unmapped`: names and words that an alert has not told of before. */
  unmapped?: readonly Unmapped[];
}

/** Four digits are plenty for a message. */
export function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
