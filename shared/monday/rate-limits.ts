import { roundTo } from '../ground/numbers.js';
import type { MutationName } from './operations.js';
import type { Pace } from './pace.js';

/** One policy of the RateLimit headers; what the server did not say is absent. */
export interface RateLimit {
  /** `q` of RateLimit-Policy: how much there is in all. */
  quota?: number;
  /** `w`: the window in milliseconds. */
  windowMs?: number;
  /** `r` of RateLimit: how much is left. */
  remaining?: number;
  /** `t`: milliseconds until it is whole again. */
  resetMs?: number;
}

/** By policy name: `minuteRate`, `concurrency`, `complexityMinute`. */
export type RateLimits = ReadonlyMap<string, RateLimit>;

const FIELDS = { q: ['quota', 1], w: ['windowMs', 1000], r: ['remaining', 1], t: ['resetMs', 1000] } as const;

/** Rule 23: reads `RateLimit-Policy` and `RateLimit`; parts that cannot be read are left out. */
export function readRateLimits(headers: Headers): RateLimits {
  const limits = new Map<string, RateLimit>();
  for (const name of ['ratelimit-policy', 'ratelimit']) {
    for (const [, policy, parameters] of (headers.get(name) ?? '').matchAll(/"([^"]+)"((?:\s*;[^,]*)?)/g)) {
      if (policy === undefined) continue;
      const limit: RateLimit = limits.get(policy) ?? {};
      for (const [, key, value] of (parameters ?? '').matchAll(/;\s*([qwrt])=(\d+)/g)) {
        const [field, factor] = FIELDS[key as keyof typeof FIELDS];
        limit[field] = Number(value) * factor;
      }
      limits.set(policy, limit);
    }
  }
  return limits;
}

/** When the limit that is used up will be whole again; undefined when none is, or the server does not say. */
export function exhaustedResetMs(limits: RateLimits): number | undefined {
  const resets = [...limits.values()]
    .filter((limit) => limit.remaining === 0 && limit.resetMs !== undefined)
    .map((limit) => limit.resetMs ?? 0);
  return resets.length === 0 ? undefined : Math.max(...resets);
}

/** What a number of mutations of each kind is expected to take at an account. */
export interface Cost {
  requests: number;
  points: number;
  minutes: number;
}

/** So many requests are in flight at the least, once there are as many. */
const IN_FLIGHT = 2;
/** What a mutation is thought to take, until pushes have been seen. */
const FIRST_MUTATION_MS = 500;

/** By the account's points, or where these are no bound by the time that mutations take, `mutationMs` each. */
export function costOf(
  mutations: ReadonlyMap<MutationName, number>,
  pace: Pace,
  mutationMs: number = FIRST_MUTATION_MS,
): Cost {
  let [requests, points, number] = [0, 0, 0];
  for (const [operation, count] of mutations) {
    requests += pace.requestsOf(operation, count);
    points += count * pace.costOf(operation);
    number += count;
  }
  // The points of the first minute are there at once.
  const paced = points > pace.pointsPerMinute ? points / Math.max(1, pace.pointsPerMinute) : 0;
  const sent = (number * mutationMs) / Math.max(1, Math.min(IN_FLIGHT, requests)) / 60_000;
  return { requests, points, minutes: roundTo(Math.max(paced, sent), 2) };
}
