import type { Clock } from '../../shared/ground/clock.js';
import { Budget } from './budget.js';
import { Faults } from './faults.js';
import { Idempotency } from './idempotency.js';
import { LIMIT_PRESETS, type LimitPreset, type Limits } from './limits.js';
import { Pages } from './pages.js';
import { ReadLag } from './read-lag.js';
import type { Store } from './store.js';

/** Everything that one simulated account consists of. */
export class Account {
  readonly store: Store;
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: Faults;
  readonly lag = new ReadLag();
  readonly pages: Pages;
  readonly budget = new Budget(() => this.limits);
  readonly idempotency: Idempotency;
  /** Where its page is, without a slash at the end; empty while nothing listens. */
  url = '';
  limits: Limits;

  constructor(parts: { store: Store; clock: Clock; seed: number; limits: LimitPreset }) {
    this.store = parts.store;
    this.clock = parts.clock;
    this.seed = parts.seed;
    this.limits = { ...LIMIT_PRESETS[parts.limits] };
    this.faults = new Faults(parts.seed);
    this.pages = new Pages(parts.seed);
    this.idempotency = new Idempotency(parts.store, () => this.limits);
  }

  /** Milliseconds now. */
  now(): number {
    return this.clock.now().getTime();
  }

  /** Empties the board, the log and what was kept; limits and clock stay. */
  reset(): void {
    this.store.reset();
    this.faults.clear();
    this.lag.clear();
    this.pages.clear();
    this.idempotency.clear();
  }
}
