import { DAY_MS, startOfDay, timeText } from '../../../shared/ground/clock.js';
import { plural } from '../../../shared/ground/text.js';
import { percentile } from '../../../shared/monday/latency.js';
import { callsOfRuns } from '../../../shared/store/batch-figures.js';
import { type CallsToday, callsToday } from '../../../shared/store/boards.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';
import { formatNumber } from '../report/format.js';

/** API calls of the UTC day: what this pipeline has made, and what it is expected to make. */
export interface DayOfCalls extends CallsToday {
  /**
   * Runs expected before midnight UTC: as many as began yesterday after this time of day, each at the median calls of the
   * runs since yesterday. No table knows the schedule.
   */
  rest: { runs: number; callsPerRun: number };
}

export async function readCalls(queryable: Queryable, now: Date): Promise<DayOfCalls> {
  const today = startOfDay(now);
  const runs = await callsOfRuns(queryable, new Date(today.getTime() - DAY_MS));
  const sameTime = new Date(now.getTime() - DAY_MS);
  const callsPerRun = percentile(
    runs.map(({ calls }) => calls),
    0.5,
  );
  return {
    ...(await callsToday(queryable, now)),
    rest: {
      runs: runs.filter(({ startedAt }) => startedAt > sameTime && startedAt < today).length,
      callsPerRun: callsPerRun ?? 0,
    },
  };
}

/** Calls expected for the whole day. */
export function expectedCalls({ made, rest }: DayOfCalls): number {
  return made + rest.runs * rest.callsPerRun;
}

/** Older than this at the end of the day: no push of today or yesterday was told the limit. */
const STALE_MS = 2 * DAY_MS;

/** One line: calls used, the daily limit, and when it resets. If the limit is unknown, the count alone. */
export function callsText({ made, isUsedUp, limit, resetsAt }: DayOfCalls): string {
  const until = isUsedUp ? 'the API refuses more until 00:00 UTC' : 'resets at 00:00 UTC';
  const count = formatNumber(Math.round(made));
  if (limit === undefined) return `API calls today: ${count}, ${until}`;
  const { calls, toldAt } = limit;
  const isStale = resetsAt.getTime() - toldAt.getTime() > STALE_MS;
  const share = `${Math.floor((100 * made) / calls)} %${isStale ? ` of what the API told ${timeText(toldAt)}` : ''}`;
  return `API calls today: ${count} of ${formatNumber(calls)} (${share}), ${until}`;
}

/** What the rest of the day is expected to need; empty if nothing. */
export function restText({ rest: { runs, callsPerRun } }: DayOfCalls): string {
  if (runs * callsPerRun === 0) return '';
  const [needed, each] = [formatNumber(runs * callsPerRun), formatNumber(callsPerRun)];
  return `about ${needed} more expected by then (${plural(runs, 'run')}, as many as yesterday after this time, at ${each} calls, the median of the last runs)`;
}

/** Both in one sentence. */
export function dayText(calls: DayOfCalls): string {
  return [callsText(calls), restText(calls)].filter((text) => text !== '').join('; ');
}
