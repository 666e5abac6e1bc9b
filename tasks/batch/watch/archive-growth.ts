import { DAY_MS } from '../../../shared/ground/clock.js';
import { groupBy } from '../../../shared/ground/lists.js';
import type { ArchiveSize } from '../../../shared/store/archives.js';
import type { ToldName } from '../../../shared/store/told-names.js';
import { round, type WatchFinding, type WatchLimits } from './finding.js';
import { toldCheck } from './told-names.js';

const WEEK_MS = 7 * DAY_MS;
const MONTH_MS = 30 * DAY_MS;
const MEGABYTE = 1_000_000;

/** A limit that archives are above now, and under what name it is noted that somebody was told. */
export interface Crossing {
  told: ToldName;
  finding: WatchFinding;
}

interface Archived {
  /** All that are kept, oldest first. */
  archives: readonly ArchiveSize[];
  limits: WatchLimits;
  now: Date;
}

/**
 * Every limit that archives are above now, whichever run or flow wrote them, and whenever: an archive that has grown stays
 * so for a week and a run comes every four hours, so whether somebody was told of it is noted, never concluded from sizes.
 */
export function archiveCrossings(archived: Archived): Crossing[] {
  return [...grown(archived), ...fullMonth(archived)];
}

/** What an alert says of them: the customers that have grown in one finding. */
export function archiveFindings(crossings: readonly Crossing[]): WatchFinding[] {
  const findings = groupBy(
    crossings.map(({ finding }) => finding),
    ({ check }) => check,
  );
  return [...findings.values()].flatMap((same) =>
    same.slice(0, 1).map((first) => ({
      ...first,
      value: Math.max(...same.map(({ value }) => value)),
      customers: same.flatMap(({ customers }) => customers),
    })),
  );
}

/** Each customer's newest archive against the newest one that is a week older: what is as it was is not archived again. */
function grown({ archives, limits, now }: Archived): Crossing[] {
  const limit = limits.WATCH_ARCHIVE_GROWTH;
  return [...groupBy(archives, ({ customer }) => customer)].flatMap(([customer, own]) => {
    const newest = own.at(-1);
    const weekBefore = own.findLast(({ at }) => newest && at.getTime() <= newest.at.getTime() - WEEK_MS);
    if (newest === undefined || weekBefore === undefined || !isOfMonth(newest, now)) return [];
    const growth = newest.bytes / weekBefore.bytes - 1;
    if (growth <= limit) return [];
    const customers = [{ customer, bytes: newest.bytes, weekBefore: weekBefore.bytes, growth: round(growth) }];
    const finding: WatchFinding = { check: 'archive-growth', value: round(growth), limit, customers };
    return [{ told: toldCheck('archive-growth', customer), finding }];
  });
}

/** All that was archived in thirty days, against what is planned for a month. */
function fullMonth({ archives, limits, now }: Archived): Crossing[] {
  const limit = limits.WATCH_ARCHIVE_MONTH_MB;
  const month = archives.filter((archive) => isOfMonth(archive, now));
  const megabytes = megabytesOf(month);
  if (megabytes <= limit) return [];
  const finding: WatchFinding = { check: 'archive-month', value: round(megabytes), limit, customers: largest(month) };
  return [{ told: toldCheck('archive-month', 'every customer'), finding }];
}

function isOfMonth({ at }: ArchiveSize, now: Date): boolean {
  return at.getTime() > now.getTime() - MONTH_MS;
}

function megabytesOf(archives: readonly ArchiveSize[]): number {
  return archives.reduce((sum, { bytes }) => sum + bytes, 0) / MEGABYTE;
}

const MOST_NAMED = 5;

/** The customers that took most of it. */
function largest(archives: readonly ArchiveSize[]): { customer: string; megabytes: number }[] {
  return [...groupBy(archives, ({ customer }) => customer)]
    .map(([customer, own]) => ({ customer, megabytes: round(megabytesOf(own)) }))
    .sort((a, b) => b.megabytes - a.megabytes)
    .slice(0, MOST_NAMED);
}
