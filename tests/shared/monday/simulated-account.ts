import type { Answer } from '../../../shared/monday/answer.js';
import type { Failure } from '../../../shared/monday/errors.js';
import type { RateLimits } from '../../../shared/monday/rate-limits.js';
import type { FakeTime } from './fake-time.js';

export interface AccountOptions {
  pointsPerMinute: number;
  requestsPerMinute: number;
  concurrency: number;
  /** Points and milliseconds of one mutation. */
  points?: number;
  ms?: number;
}

interface Use {
  at: number;
  points: number;
}

/** An account of monday.com as the vendor describes it: what it charges on arrival, a sliding minute, 429 beyond. */
export class SimulatedAccount {
  readonly #clock: FakeTime;
  readonly #options: Required<AccountOptions>;
  #uses: Use[] = [];
  inFlight = 0;
  mostInFlight = 0;
  readonly requests: { at: number; fields: number; status: number }[] = [];

  constructor(clock: FakeTime, options: AccountOptions) {
    this.#clock = clock;
    this.#options = { points: 30_001, ms: 500, ...options };
  }

  /** Points of the requests that arrived between two moments. */
  pointsUsed(from: number, to: number): number {
    const executed = this.requests.filter(({ at, status }) => status === 200 && at >= from && at < to);
    return executed.reduce((sum, { fields }) => sum + fields * this.#options.points, 0);
  }

  get refusals(): number {
    return this.requests.filter((request) => request.status !== 200).length;
  }

  /** Somebody else of the account uses points. */
  use(points: number): void {
    this.#uses.push({ at: this.#now(), points });
  }

  async post(fields: number, fault?: Partial<Failure> & { kind: 'refused' | 'unknown' }): Promise<Answer> {
    const startedAt = this.#clock.now();
    const points = fields * this.#options.points;
    this.inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const refused = this.#refusal(points);
    const facts = { replayed: false, startedAt };
    this.requests.push({ at: this.#now(), fields, status: refused === undefined ? 200 : 429 });
    if (refused === undefined) {
      this.use(points);
      await this.#clock.wait(fields * this.#options.ms);
    }
    this.inFlight--;
    const latencyMs = this.#now() - startedAt.getTime();
    const limits = this.#limits();
    const after = limits.get('complexityMinute')?.remaining ?? 0;
    const failure = { code: 'X', message: 'x', reaction: 'retry' as const, beforeExecution: true, ...fault };
    if (refused !== undefined) {
      return { ...facts, limits, latencyMs, status: 429, kind: 'refused', failure: { ...failure, ...refused } };
    }
    if (fault !== undefined) return { ...facts, limits: new Map(), latencyMs, kind: fault.kind, failure, status: 500 };
    const complexity = { before: after + points, query: points, after };
    return { ...facts, limits, latencyMs, status: 200, kind: 'answered', data: {}, failures: [], complexity };
  }

  #refusal(points: number): Partial<Failure> | undefined {
    const { pointsPerMinute, requestsPerMinute, concurrency } = this.#options;
    if (this.#used() + points > pointsPerMinute) return { code: 'COMPLEXITY_BUDGET_EXHAUSTED', waitMs: 5_000 };
    if (this.inFlight > concurrency) return { code: 'maxConcurrencyExceeded', advice: 'fewer in flight' };
    const recent = this.requests.filter((request) => request.at > this.#now() - 60_000).length;
    return recent >= requestsPerMinute ? { code: 'RATE_LIMIT_EXCEEDED', waitMs: 5_000 } : undefined;
  }

  #limits(): RateLimits {
    const { pointsPerMinute, requestsPerMinute, concurrency } = this.#options;
    const recent = this.requests.filter((request) => request.at > this.#now() - 60_000).length;
    return new Map([
      ['complexityMinute', { quota: pointsPerMinute, remaining: Math.max(0, pointsPerMinute - this.#used()) }],
      ['minuteRate', { quota: requestsPerMinute, remaining: Math.max(0, requestsPerMinute - recent) }],
      ['concurrency', { quota: concurrency, remaining: concurrency - this.inFlight }],
    ]);
  }

  #used(): number {
    this.#uses = this.#uses.filter((use) => use.at > this.#now() - 60_000);
    return this.#uses.reduce((sum, use) => sum + use.points, 0);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
