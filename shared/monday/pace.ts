import Bottleneck from 'bottleneck';
import type { Clock } from '../ground/clock.js';
import type { Answer } from './answer.js';
import type { Failure } from './errors.js';
import { type ApiFigures, MovingMean, percentile } from './latency.js';
import type { MutationName, QueryName } from './operations.js';
import { Packing } from './packing.js';
import type { Load, Scheduler } from './queries.js';
import { CallCount, type CallsOfDay } from './rate-limits.js';
import { SlidingBudget } from './sliding-budget.js';
import { askedToWait, LONGEST_WAIT_MS } from './until-done.js';

const MINUTE_MS = 60_000;
/** The smallest plan's quotas, until the first answer names the account's own. */
const FIRST_QUOTAS = { points: 1_000_000, requests: 1_000, concurrency: 40 };
const RESERVE = 0.02;
const FIRST_INTERVAL_MS = 100;
const FIRST_IN_FLIGHT = 2;
/** More would hold no more points a minute at any plan, but lose more when the connection breaks. */
const MOST_IN_FLIGHT = 16;
/** How long after a collision one more request in flight is tried. */
const RECOVERY_MS = 30_000;
const LEAST_PAUSE_MS = 1_000;

export interface PaceOptions {
  clock: Clock;
  /** Least pause between two requests; without it 100 ms until the first RateLimit header, then none. */
  minIntervalMs?: number | undefined;
  /** When it aborts, what still waits is rejected with its reason; requests that are out are answered. */
  signal?: AbortSignal | undefined;
}

/**
 * Rule 23: lets requests leave as fast as the account allows and no faster: a request first takes a place among those in
 * flight, then one of the minute's requests, then its points, then its turn in time.
 * One limiter each, since bottleneck counts weights: points in a limiter of its own never block the places in flight.
 */
export class Pace implements Scheduler {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #fixedIntervalMs: number | undefined;
  readonly #places = new Bottleneck({ maxConcurrent: FIRST_IN_FLIGHT });
  readonly #requests: SlidingBudget;
  readonly #points: SlidingBudget;
  readonly #packing = new Packing();
  readonly #msPerPoint = new MovingMean();
  #intervalMs: number;
  #turn: Promise<void> = Promise.resolve();
  #lastStart = Number.NEGATIVE_INFINITY;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #maxInFlight = FIRST_IN_FLIGHT;
  #inFlight = 0;
  #concurrency = FIRST_QUOTAS.concurrency;
  #ceiling = MOST_IN_FLIGHT;
  #ceilingRaisedAt = Number.NEGATIVE_INFINITY;
  #latencies: number[] = [];
  #recent = { requests: 0, points: 0 };
  #total = { requests: 0, points: 0 };
  readonly #calls = new CallCount();

  constructor({ clock, minIntervalMs, signal }: PaceOptions) {
    this.#clock = clock;
    this.#signal = signal;
    this.#fixedIntervalMs = minIntervalMs;
    this.#intervalMs = minIntervalMs ?? FIRST_INTERVAL_MS;
    const window = { windowMs: MINUTE_MS, reserve: RESERVE, clock };
    this.#requests = new SlidingBudget({ ...window, quota: FIRST_QUOTAS.requests });
    this.#points = new SlidingBudget({ ...window, quota: FIRST_QUOTAS.points });
    signal?.addEventListener('abort', () => void this.#stop(), { once: true });
  }

  /**
   * Does the work when its turn has come. The cost is reserved before and corrected by the answer; a refused request
   * is handed back, not repeated, but the pause it asks for holds for all.
   */
  async schedule(load: Load, work: () => Promise<Answer>): Promise<Answer> {
    this.#signal?.throwIfAborted();
    const estimate = this.#packing.pointsOf(load);
    try {
      return await this.#places.schedule(() =>
        this.#requests.take(1, (settleRequest) =>
          this.#points.take(estimate, async (settlePoints) => {
            await this.#waitTurn();
            const answer = await this.#run(work);
            const points = pointsOf(answer, estimate);
            settlePoints(points, answer.startedAt.getTime());
            settleRequest(answer.kind === 'refused' && answer.status === undefined ? 0 : 1, answer.startedAt.getTime());
            this.#observe(load, answer, points);
            return answer;
          }),
        ),
      );
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw error;
    }
  }

  /** How many mutations of this kind the next request should hold. */
  aliasCount(operation: MutationName): number {
    return this.#packing.aliasCount(operation, this.#points.usable);
  }

  /** Requests that so many mutations of this kind are expected to take. */
  requestsOf(operation: MutationName, mutations: number): number {
    return this.#packing.requestsOf(operation, mutations, this.#points.usable);
  }

  /** Points that one field of this operation is expected to cost. */
  costOf(operation: QueryName | MutationName): number {
    return this.#packing.costOf(operation);
  }

  /** Requests that may be in flight now: composing more than these would pack them by an alias count that is out of date when they leave. */
  get maxInFlight(): number {
    return this.#maxInFlight;
  }

  /** Points a minute that may be used at this account. */
  get pointsPerMinute(): number {
    return this.#points.usable;
  }

  /** What was sent since the beginning. */
  get totals(): { requests: number; points: number } {
    return { ...this.#total };
  }

  /** What counts for the account's calls of a day, since the last call of this method. */
  takeCalls(): readonly CallsOfDay[] {
    return this.#calls.take();
  }

  /** What happened since the last call of this method. */
  takeFigures(): ApiFigures {
    const figures = {
      ...this.#recent,
      pointsLeft: this.#points.left,
      inFlight: this.#inFlight,
      p50Ms: percentile(this.#latencies, 0.5),
      p95Ms: percentile(this.#latencies, 0.95),
    };
    this.#recent = { requests: 0, points: 0 };
    this.#latencies = [];
    return figures;
  }

  async #run(work: () => Promise<Answer>): Promise<Answer> {
    this.#inFlight++;
    try {
      return await work();
    } finally {
      this.#inFlight--;
    }
  }

  /** One after the other, each `intervalMs` after the one before it and not before the end of a pause. */
  #waitTurn(): Promise<void> {
    const turn = this.#turn.then(async () => {
      for (;;) {
        const ms = Math.max(this.#lastStart + this.#intervalMs, this.#pausedUntil) - this.#now();
        if (ms <= 0) break;
        if (ms > LONGEST_WAIT_MS) throw askedToWait(ms);
        await this.#clock.wait(ms, this.#signal);
      }
      this.#lastStart = this.#now();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #observe(load: Load, answer: Answer, points: number): void {
    if (answer.status !== undefined || answer.kind === 'unknown') {
      this.#calls.observe(answer);
      for (const count of [this.#recent, this.#total]) {
        count.requests++;
        count.points += points;
      }
    }
    if (answer.status !== undefined) this.#latencies.push(answer.latencyMs);
    this.#packing.observe(load, answer);
    if (answer.kind === 'answered' && points > 0) this.#msPerPoint.observe(answer.latencyMs / points);
    this.#readHeaders(answer);
    const failures = answer.kind === 'answered' ? answer.failures : [answer.failure];
    if (answer.kind === 'refused' && answer.status !== undefined) this.#pause(answer.failure);
    this.#adjustPlaces(failures.some((failure) => failure.advice === 'fewer in flight'));
  }

  #readHeaders(answer: Answer): void {
    const { limits } = answer;
    const statedWait = answer.kind === 'refused' ? answer.failure.waitMs : undefined;
    if (limits.size > 0 && this.#fixedIntervalMs === undefined) this.#intervalMs = 0;
    this.#concurrency = limits.get('concurrency')?.quota ?? this.#concurrency;
    for (const [budget, policy] of [
      [this.#points, limits.get('complexityMinute')],
      [this.#requests, limits.get('minuteRate')],
    ] as const) {
      if (policy?.quota !== undefined) budget.setQuota(policy.quota);
      if (policy?.remaining !== undefined) budget.observe(policy.remaining, policy.resetMs ?? statedWait);
    }
  }

  /** A limit of the account was hit: nobody sends before the wait is over. A conflict of keys concerns one request. */
  #pause(failure: Failure): void {
    if (failure.reaction !== 'retry' || failure.advice === 'same body') return;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + (failure.waitMs ?? LEAST_PAUSE_MS));
  }

  /** As many in flight as it takes to use the budget at the latency seen, and fewer for a while after a collision. */
  #adjustPlaces(collided: boolean): void {
    const now = this.#now();
    if (collided) {
      this.#ceiling = Math.max(1, Math.floor(this.#maxInFlight / 2));
      this.#ceilingRaisedAt = now;
    } else if (this.#ceiling < MOST_IN_FLIGHT && now - this.#ceilingRaisedAt >= RECOVERY_MS) {
      this.#ceiling++;
      this.#ceilingRaisedAt = now;
    }
    const msPerPoint = this.#msPerPoint.value;
    const needed =
      msPerPoint === undefined ? FIRST_IN_FLIGHT : Math.ceil((this.#points.usable / MINUTE_MS) * msPerPoint) + 1;
    const allowed = Math.floor(this.#concurrency * (1 - RESERVE));
    const maxConcurrent = Math.max(1, Math.min(needed, allowed, this.#ceiling));
    if (maxConcurrent === this.#maxInFlight) return;
    this.#maxInFlight = maxConcurrent;
    this.#places.updateSettings({ maxConcurrent });
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#places.stop({ dropWaitingJobs: true }), this.#requests.stop(), this.#points.stop()]);
  }
}

/** What a request was charged: nothing when it was not executed now, its estimate when nobody knows. */
function pointsOf(answer: Answer, estimate: number): number {
  if (answer.kind === 'refused') return 0;
  if (answer.kind === 'unknown') return estimate;
  return answer.replayed ? 0 : (answer.complexity?.query ?? estimate);
}
