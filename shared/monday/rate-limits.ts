import { startOfDay } from '../ground/clock.js';
import { roundTo } from '../ground/numbers.js';
import type { Answer } from './answer.js';
import { plainCode } from './failure-codes.js';
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

/** Requests of one day, as the account counts them. */
export interface CallsOfDay {
  /** Midnight UTC, when it began. */
  day: Date;
  calls: number;
  /** The API's last word: it refuses everything until the day is over. Undefined where no answer said either. */
  isUsedUp: boolean | undefined;
}

/** What a request counts for that a limit has refused; every other one is a whole call. */
const REFUSED_CALL = 0.1;
const TOO_MANY_REQUESTS = 429;

/** Counts the requests of each day, as they left. */
export class CallCount {
  #days: CallsOfDay[] = [];

  observe(answer: Answer): void {
    const failures = answer.kind === 'answered' ? answer.failures : [answer.failure];
    const isUsedUp = failures.some(({ code }) => plainCode(code) === 'dailylimitexceeded');
    const isLimited = answer.kind === 'refused' && answer.status === TOO_MANY_REQUESTS;
    const day = this.#of(startOfDay(answer.startedAt));
    day.calls = roundTo(day.calls + (isLimited ? REFUSED_CALL : 1), 1);
    if (isUsedUp || answer.kind === 'answered') day.isUsedUp = isUsedUp;
  }

  /** What was counted since the last call of this method, the earlier day first. */
  take(): readonly CallsOfDay[] {
    const days = this.#days;
    this.#days = [];
    return days;
  }

  #of(day: Date): CallsOfDay {
    const known = this.#days.find((each) => each.day.getTime() === day.getTime());
    if (known !== undefined) return known;
    const fresh = { day, calls: 0, isUsedUp: undefined };
    this.#days = [...this.#days, fresh].sort((a, b) => a.day.getTime() - b.day.getTime());
    return fresh;
  }
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
