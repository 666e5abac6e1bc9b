import type { Limits } from './limits.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What a refused request costs of the day's calls, and what a lone `complexity` query costs. */
export const CHEAP_CALL = 0.1;

/** An amount that fills up again `lengthMs` after its first use. */
class Window {
  readonly #lengthMs: number;
  #since = Number.NEGATIVE_INFINITY;
  #used = 0;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  used(now: number): number {
    return now - this.#since >= this.#lengthMs ? 0 : this.#used;
  }

  use(amount: number, now: number): void {
    if (now - this.#since >= this.#lengthMs) {
      this.#since = now;
      this.#used = 0;
    }
    this.#used = Math.max(0, this.#used + amount);
  }

  secondsLeft(now: number): number {
    const left = this.#since + this.#lengthMs - now;
    return left > 0 ? Math.max(1, Math.ceil(left / 1000)) : Math.ceil(this.#lengthMs / 1000);
  }
}

/** A refusal with the code and the wait that go with it. */
export interface BudgetRefusal {
  code: string;
  seconds: number | null;
}

/** The counters of the account: points, requests and calls. Times are milliseconds. */
export class Budget {
  readonly #limits: () => Limits;
  readonly #writes = new Window(MINUTE_MS);
  readonly #reads = new Window(MINUTE_MS);
  readonly #requests = new Window(MINUTE_MS);
  readonly #ip = new Window(10_000);
  #day = '';
  #calls = 0;
  inFlight = 0;

  constructor(limits: () => Limits) {
    this.#limits = limits;
  }

  /** Counts a request that has arrived; the refusal is of the limit it ran into. */
  enter(now: number): BudgetRefusal | null {
    const limits = this.#limits();
    this.#startDay(now);
    const refusal = this.#refusalOf(limits, now);
    this.#ip.use(1, now);
    this.#requests.use(1, now);
    this.#calls += refusal === null ? 1 : CHEAP_CALL;
    return refusal;
  }

  #refusalOf(limits: Limits, now: number): BudgetRefusal | null {
    if (this.#ip.used(now) >= limits.requestsPerIp) {
      return { code: 'IP_RATE_LIMIT_EXCEEDED', seconds: this.#ip.secondsLeft(now) };
    }
    if (this.inFlight > limits.concurrency) return { code: 'MAX_CONCURRENCY_EXCEEDED', seconds: limits.retrySeconds };
    if (this.#calls + 1 > limits.callsPerDay) return { code: 'DAILY_LIMIT_EXCEEDED', seconds: secondsToMidnight(now) };
    if (this.#requests.used(now) >= limits.requestsPerMinute) {
      return { code: 'MINUTE_RATE_LIMIT_EXCEEDED', seconds: this.#requests.secondsLeft(now) };
    }
    return null;
  }

  /** Gives back most of the call that a request was counted as. */
  countCheap(): void {
    this.#calls -= 1 - CHEAP_CALL;
  }

  get callsToday(): number {
    return this.#calls;
  }

  #startDay(now: number): void {
    const day = new Date(now).toISOString().slice(0, 10);
    if (day !== this.#day) this.#calls = 0;
    this.#day = day;
  }

  #window(mutation: boolean): { window: Window; quota: number } {
    const { complexityPerMinute, readComplexityPerMinute } = this.#limits();
    return mutation || readComplexityPerMinute === 0
      ? { window: this.#writes, quota: complexityPerMinute }
      : { window: this.#reads, quota: readComplexityPerMinute };
  }

  pointsLeft(mutation: boolean, now: number): number {
    const { window, quota } = this.#window(mutation);
    return Math.max(0, quota - window.used(now));
  }

  /** Charges points; a negative amount is what an estimate was too high by. */
  charge(points: number, mutation: boolean, now: number): void {
    this.#window(mutation).window.use(points, now);
  }

  secondsToReset(mutation: boolean, now: number): number {
    return this.#window(mutation).window.secondsLeft(now);
  }

  /** The `RateLimit` headers. */
  headers(mutation: boolean, now: number): Record<string, string> {
    const { requestsPerMinute, concurrency } = this.#limits();
    const { quota } = this.#window(mutation);
    const left = {
      requests: Math.max(0, requestsPerMinute - this.#requests.used(now)),
      concurrency: Math.max(0, concurrency - this.inFlight),
      points: this.pointsLeft(mutation, now),
    };
    return {
      'RateLimit-Policy':
        `"minuteRate";q=${requestsPerMinute};w=60, "concurrency";q=${concurrency};qu="concurrent-requests", ` +
        `"complexityMinute";q=${quota};w=60;qu="content-bytes"`,
      RateLimit:
        `"minuteRate";r=${left.requests}${left.requests === 0 ? `;t=${this.#requests.secondsLeft(now)}` : ''}, ` +
        `"concurrency";r=${left.concurrency}, ` +
        `"complexityMinute";r=${left.points};t=${this.secondsToReset(mutation, now)}`,
    };
  }
}

/** The calls of a day begin anew at midnight UTC. */
function secondsToMidnight(now: number): number {
  return Math.ceil((DAY_MS - (now % DAY_MS)) / 1000);
}
