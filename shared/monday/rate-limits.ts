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

export function costOf(mutations: ReadonlyMap<MutationName, number>, pace: Pace): Cost {
  let requests = 0;
  let points = 0;
  for (const [operation, number] of mutations) {
    requests += Math.ceil(number / pace.aliasCount(operation));
    points += number * pace.costOf(operation);
  }
  return { requests, points, minutes: roundTo(points / Math.max(1, pace.pointsPerMinute), 1) };
}
