import Bottleneck from 'bottleneck';
import type { Clock } from '../ground/clock.js';

/** The server's clock and ours do not tick together, and a request needs time to arrive. */
const MARGIN_MS = 250;

export interface SlidingBudgetOptions {
  quota: number;
  windowMs: number;
  /** Share of the quota that is never used: what others of the account or a wrong estimate may need. */
  reserve: number;
  clock: Clock;
}

/** What one piece of work was charged; `at` is absent while it is under way. */
interface Charge {
  amount: number;
  at?: number;
}

/** What the server counts beyond our own charges, until when. */
interface Foreign {
  amount: number;
  until: number;
}

const NOTHING: Foreign = { amount: 0, until: 0 };

/** Corrects a charge: what it really was, and when it left. */
export type Settle = (actual: number, at: number) => void;

/**
 * Rule 23: an amount per window that slides: what was used comes back one window after it was used.
 *
 * The queue and the count are bottleneck's (a limiter whose reservoir is the amount left). Its own refill works by
 * the machine's clock and in fixed windows, so it is not used: the reservoir only ever changes by differences added
 * here, at moments of the clock passed in. Differences commute, whatever bottleneck is admitting meanwhile.
 */
export class SlidingBudget {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #reserve: number;
  readonly #limiter: Bottleneck;
  readonly #charges = new Set<Charge>();
  #quota: number;
  /** Amounts of the work that waits to be admitted, in its order. */
  readonly #waiting: number[] = [];
  #foreign = NOTHING;
  #changed: AbortController | undefined;

  constructor(options: SlidingBudgetOptions) {
    this.#clock = options.clock;
    this.#windowMs = options.windowMs;
    this.#reserve = options.reserve;
    this.#quota = options.quota;
    this.#limiter = new Bottleneck({ reservoir: this.usable });
  }

  /** The quota less the reserve. */
  get usable(): number {
    return Math.floor(this.#quota * (1 - this.#reserve));
  }

  /** What is left of the usable amount now. */
  get left(): number {
    this.#expire();
    return Math.max(0, this.#free());
  }

  /** Does the work as soon as `amount` is free, in the order of asking. More than the usable amount waits for all of it. */
  async take<Result>(amount: number, work: (settle: Settle) => Promise<Result>): Promise<Result> {
    // A weight that the reservoir can never hold would wait for ever.
    const weight = Math.min(Math.ceil(amount), this.usable);
    this.#expire();
    this.#waiting.push(weight);
    void this.#refill();
    let admitted = false;
    const admit = () => {
      admitted = true;
      this.#waiting.shift();
    };
    try {
      return await this.#limiter.schedule({ weight }, () => {
        admit();
        return this.#charge(weight, work);
      });
    } finally {
      if (!admitted) admit();
      this.#wake();
    }
  }

  async #charge<Result>(amount: number, work: (settle: Settle) => Promise<Result>): Promise<Result> {
    const charge: Charge = { amount };
    this.#charges.add(charge);
    const settle = (actual: number, at: number) => {
      this.#add(charge.amount - actual);
      charge.amount = actual;
      charge.at = at;
    };
    try {
      return await work(settle);
    } finally {
      charge.at ??= this.#now();
    }
  }

  /** Takes over the quota that the server names. */
  setQuota(quota: number): void {
    const before = this.usable;
    // A smaller one does not strand what already waits for more.
    const heaviest = Math.max(0, ...this.#waiting);
    this.#quota = heaviest === 0 ? quota : Math.max(quota, Math.ceil(heaviest / (1 - this.#reserve)) + 1);
    this.#add(this.usable - before);
  }

  /**
   * The server says what is left, and perhaps when all of it is back: whatever it counts beyond our charges was used
   * by others.
   */
  observe(remaining: number, resetMs = this.#windowMs): void {
    this.#expire();
    const amount = Math.max(0, this.#quota - this.#charged() - remaining);
    this.#add(this.#foreign.amount - amount);
    this.#foreign = { amount, until: this.#now() + Math.min(resetMs, this.#windowMs) };
  }

  /** Rejects what still waits; what was admitted goes on. */
  async stop(): Promise<void> {
    await this.#limiter.stop({ dropWaitingJobs: true });
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  #free(): number {
    return this.usable - this.#charged() - this.#foreign.amount;
  }

  #charged(): number {
    return sum([...this.#charges].map((charge) => charge.amount));
  }

  #add(amount: number): void {
    if (amount === 0) return;
    void this.#limiter.incrementReservoir(amount);
    this.#wake();
  }

  #expire(): void {
    const horizon = this.#now() - this.#windowMs - MARGIN_MS;
    for (const charge of this.#charges) {
      if (charge.at === undefined || charge.at > horizon) continue;
      this.#charges.delete(charge);
      this.#add(charge.amount);
    }
    if (this.#foreign.amount > 0 && this.#foreign.until <= this.#now()) {
      this.#add(this.#foreign.amount);
      this.#foreign = NOTHING;
    }
  }

  /** While work waits for more than is free, lets time bring back what was used. */
  async #refill(): Promise<void> {
    if (this.#changed !== undefined) return this.#wake();
    while (sum(this.#waiting) > this.#free()) {
      this.#changed = new AbortController();
      const { signal } = this.#changed;
      const wait = this.#clock.wait(this.#untilNextExpiry(), signal);
      // Ends when the time has come or when something changed; both are looked at in the same way.
      await wait.catch(() => undefined);
      this.#expire();
    }
    this.#changed = undefined;
  }

  #wake(): void {
    this.#changed?.abort();
  }

  #untilNextExpiry(): number {
    const lasting = this.#windowMs + MARGIN_MS;
    const times = [...this.#charges].flatMap((charge) => (charge.at === undefined ? [] : [charge.at + lasting]));
    if (this.#foreign.amount > 0) times.push(this.#foreign.until);
    return Math.max(1, Math.min(this.#now() + lasting, ...times) - this.#now());
  }
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
