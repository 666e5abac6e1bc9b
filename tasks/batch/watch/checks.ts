import type { Unmapped } from '../../../shared/mapper/unmapped.js';
import type { RunFigures } from '../../../shared/store/run-figures.js';
import { type DayOfCalls, expectedCalls } from '../facts/calls.js';
import { effectsOf, forecastMinutes, type RunBatch, runMs, stagedLines } from '../facts/figures.js';
import { archiveFindings, type Crossing } from './archive-growth.js';
import { round, standingFindings, type WatchFinding, type WatchLimits } from './finding.js';

export interface Watched {
  run: RunFigures;
  batches: readonly RunBatch[];
  /** Limits that archives are above, of which nobody was told before. */
  crossings: readonly Crossing[];
  /** Names and words that keep lines out of scope, of which nobody was told before. */
  untold: readonly Unmapped[];
  /** The account's day as it is now; undefined of a run that is not the newest. */
  calls: DayOfCalls | undefined;
  now: Date;
}

/** What a run was like, for metrics. A share of nothing is undefined. */
export interface Figures {
  accepted: number | undefined;
  rejected: number | undefined;
  minutes: number;
  /** What the shares are of. */
  counts: { mutations: number; accepted: number; lines: number; rejected: number };
}

export function figuresOf({ run, batches, now }: Watched): Figures {
  const { asked, accepted } = mutationsOf(batches);
  const lines = stagedLines(batches);
  const { rejected } = effectsOf(batches, 'items');
  return {
    accepted: asked === 0 ? undefined : accepted / asked,
    rejected: lines === 0 ? undefined : rejected / lines,
    minutes: runMs(run, batches, now) / 60_000,
    counts: { mutations: asked, accepted, lines, rejected },
  };
}

export function findingsOf(watched: Watched, limits: WatchLimits): WatchFinding[] {
  const { batches } = watched;
  const figures = figuresOf(watched);
  const findings = [
    acceptedFinding(figures, batches, limits),
    rejectedFinding(figures, batches, limits),
    durationFinding(figures, batches, limits.WATCH_RUN_TIME / 60_000),
    ...archiveFindings(watched.crossings),
    unmappedFinding(watched.untold),
    ...standingFindings(watched),
    watched.calls && callsFinding(watched.calls, limits.WATCH_MAX_CALLS),
  ];
  return findings.filter((finding) => finding !== undefined);
}

function acceptedFinding(
  { accepted }: Figures,
  batches: readonly RunBatch[],
  limits: WatchLimits,
): WatchFinding | undefined {
  const limit = limits.WATCH_MIN_ACCEPTED;
  if (accepted === undefined || accepted >= limit) return undefined;
  if (mutationsOf(batches).asked < limits.WATCH_MIN_LINES) return undefined;
  const customers = batches
    .filter(({ mutations }) => mutations.accepted < mutations.asked)
    .map(({ customer, mutations }) => ({ customer, ...mutations }));
  return { check: 'accepted', value: round(accepted), limit, customers };
}

function rejectedFinding(
  { rejected }: Figures,
  batches: readonly RunBatch[],
  limits: WatchLimits,
): WatchFinding | undefined {
  const limit = limits.WATCH_MAX_REJECTED;
  if (rejected === undefined || rejected <= limit) return undefined;
  if (stagedLines(batches) < limits.WATCH_MIN_LINES) return undefined;
  const customers = batches
    .map((batch) => ({
      customer: batch.customer,
      lines: stagedLines([batch]),
      rejected: effectsOf([batch], 'items').rejected,
    }))
    .filter((each) => each.rejected > 0);
  return { check: 'rejected', value: round(rejected), limit, customers };
}

/** Long is only what takes longer than push itself expected at the account's budget: a first load may take hours. */
function durationFinding(
  { minutes }: Figures,
  batches: readonly RunBatch[],
  longest: number,
): WatchFinding | undefined {
  const limit = Math.max(longest, forecastMinutes(batches) ?? 0);
  if (minutes <= limit) return undefined;
  const customers = batches.map(({ customer, forecast }) => ({ customer, forecast: forecast?.minutes ?? 0 }));
  return { check: 'duration', value: round(minutes), limit: round(limit), customers };
}

function unmappedFinding(unmapped: readonly Unmapped[]): WatchFinding | undefined {
  if (unmapped.length === 0) return undefined;
  return { check: 'unmapped', value: unmapped.length, limit: 0, customers: [], unmapped };
}

/** The day is used up, nearly so, or will be by the runs that are still to come. */
function callsFinding(calls: DayOfCalls, mostUsed: number): WatchFinding | undefined {
  const { made, isUsedUp, limit } = calls;
  const shareOf = (count: number): number => (limit === undefined ? 0 : count / limit.calls);
  const finding = { check: 'calls', customers: [], calls } as const;
  if (isUsedUp || shareOf(made) >= mostUsed)
    return { ...finding, value: isUsedUp ? Math.max(1, round(shareOf(made))) : round(shareOf(made)), limit: mostUsed };
  const expected = shareOf(expectedCalls(calls));
  return expected > 1 ? { ...finding, value: round(expected), limit: 1 } : undefined;
}

function mutationsOf(batches: readonly RunBatch[]): { asked: number; accepted: number } {
  return batches.reduce(
    (sum, { mutations }) => ({ asked: sum.asked + mutations.asked, accepted: sum.accepted + mutations.accepted }),
    { asked: 0, accepted: 0 },
  );
}
