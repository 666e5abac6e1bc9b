import { DAY_MS } from '../../../shared/ground/clock.js';
import type { ArchiveSize } from '../../../shared/store/archives.js';
import type { RunFigures } from '../../../shared/store/run-figures.js';
import type { RunBatch } from '../facts/figures.js';
import { round, type WatchFinding, type WatchLimits } from './finding.js';

const WEEK_MS = 7 * DAY_MS;
export const MONTH_MS = 30 * DAY_MS;
const MEGABYTE = 1_000_000;

interface Archived {
  run: RunFigures;
  batches: readonly RunBatch[];
  archives: readonly ArchiveSize[];
  limits: WatchLimits;
}

/**
 * What this run's archives have brought above a limit. Who was above it before has been told then: an archive that has
 * grown stays so for a week, and a run comes every four hours.
 */
export function archiveFindings(archived: Archived): WatchFinding[] {
  return [...growthFindings(archived), ...monthFindings(archived)];
}

/** Each customer's archive against the newest one that is a week older. */
function growthFindings({ batches, archives, limits }: Archived): WatchFinding[] {
  const limit = limits.WATCH_ARCHIVE_GROWTH;
  const own = new Set(batches.map(({ batchId }) => batchId));
  const customers = archives.flatMap((archive, at) => {
    if (archive.batchId === null || !own.has(archive.batchId)) return [];
    const earlier = archives.slice(0, at).filter(({ customer }) => customer === archive.customer);
    const weekBefore = weekBeforeOf(archive, earlier);
    const growth = growthOf(archive, weekBefore);
    const previous = earlier.at(-1);
    const told = previous !== undefined && growthOf(previous, weekBeforeOf(previous, earlier)) > limit;
    if (weekBefore === undefined || growth <= limit || told) return [];
    return [{ customer: archive.customer, bytes: archive.bytes, weekBefore: weekBefore.bytes, growth: round(growth) }];
  });
  if (customers.length === 0) return [];
  return [{ check: 'archive-growth', value: Math.max(...customers.map(({ growth }) => growth)), limit, customers }];
}

function weekBeforeOf(archive: ArchiveSize, earlier: readonly ArchiveSize[]): ArchiveSize | undefined {
  return earlier.findLast(({ at }) => at.getTime() <= archive.at.getTime() - WEEK_MS);
}

function growthOf(archive: ArchiveSize, before: ArchiveSize | undefined): number {
  return before === undefined ? 0 : archive.bytes / before.bytes - 1;
}

/** All that was archived in thirty days, against what is planned for a month. */
function monthFindings({ run, batches, archives, limits }: Archived): WatchFinding[] {
  const limit = limits.WATCH_ARCHIVE_MONTH_MB;
  const own = new Set(batches.map(({ batchId }) => batchId));
  const last = archives.findLast(({ batchId }) => batchId !== null && own.has(batchId));
  if (last === undefined) return [];
  const [now, before] = [megabytesUntil(archives, last.at), megabytesUntil(archives, run.startedAt)];
  if (now <= limit || before > limit) return [];
  return [{ check: 'archive-month', value: round(now), limit, customers: largest(archives, last.at) }];
}

function within(archives: readonly ArchiveSize[], end: Date): ArchiveSize[] {
  return archives.filter(({ at }) => at <= end && at.getTime() > end.getTime() - MONTH_MS);
}

function megabytesUntil(archives: readonly ArchiveSize[], end: Date): number {
  return within(archives, end).reduce((sum, { bytes }) => sum + bytes, 0) / MEGABYTE;
}

const MOST_NAMED = 5;

/** The customers that took most of it. */
function largest(archives: readonly ArchiveSize[], end: Date): { customer: string; megabytes: number }[] {
  const sums = new Map<string, number>();
  for (const { customer, bytes } of within(archives, end)) sums.set(customer, (sums.get(customer) ?? 0) + bytes);
  return [...sums]
    .map(([customer, bytes]) => ({ customer, megabytes: round(bytes / MEGABYTE) }))
    .sort((a, b) => b.megabytes - a.megabytes)
    .slice(0, MOST_NAMED);
}
