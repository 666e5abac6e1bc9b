import { type Clock, LONGEST_TIMER_MS } from '../../shared/ground/clock.js';

interface Waiter {
  at: number;
  resolve: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** A clock that can be stopped and moved by hand. Waits end when it gets there, in their order. */
export class BoardClock implements Clock {
  #mode: 'real' | 'fake';
  #fakeNow: number;
  readonly #waiters = new Set<Waiter>();
  #chance: number;

  constructor(options: { mode?: 'real' | 'fake'; start?: Date; seed?: number } = {}) {
    this.#mode = options.mode ?? 'real';
    this.#fakeNow = options.start?.getTime() ?? Date.now();
    this.#chance = (options.seed ?? 1) >>> 0;
  }

  get mode(): 'real' | 'fake' {
    return this.#mode;
  }

  now(): Date {
    return new Date(this.#nowMs());
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abandon = () => {
        this.#forget(waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        at: this.#nowMs() + Math.max(0, ms),
        resolve: () => {
          this.#forget(waiter);
          signal?.removeEventListener('abort', abandon);
          resolve();
        },
        timer: undefined,
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#waiters.add(waiter);
      this.#arm(waiter);
    });
  }

  /** mulberry32: small, seeded, and good enough for jitter. */
  random(): number {
    this.#chance = (this.#chance + 0x6d2b79f5) >>> 0;
    let bits = this.#chance;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Stops the clock at the present moment, or lets it follow this machine's again. Waits keep what is left of them. */
  setMode(mode: 'real' | 'fake'): void {
    if (mode === this.#mode) return;
    const before = this.#nowMs();
    this.#mode = mode;
    this.#fakeNow = before;
    for (const waiter of this.#waiters) {
      clearTimeout(waiter.timer);
      waiter.at += this.#nowMs() - before;
      this.#arm(waiter);
    }
  }

  /** Moves a stopped clock forward. Whoever was waiting goes on at its own moment, and may wait again within the time. */
  async advance(ms: number): Promise<void> {
    if (this.#mode !== 'fake') throw new Error('Only a stopped clock can be moved: set its mode to "fake" first.');
    const target = this.#fakeNow + ms;
    for (;;) {
      const next = this.#nextWaiter();
      if (next === undefined || next.at > target) break;
      this.#fakeNow = Math.max(this.#fakeNow, next.at);
      next.resolve();
      await new Promise((resume) => setImmediate(resume));
    }
    this.#fakeNow = target;
  }

  #nowMs(): number {
    return this.#mode === 'real' ? Date.now() : this.#fakeNow;
  }

  #arm(waiter: Waiter): void {
    if (this.#mode === 'real') {
      const left = Math.max(0, waiter.at - this.#nowMs());
      const end = left > LONGEST_TIMER_MS ? () => this.#arm(waiter) : waiter.resolve;
      waiter.timer = setTimeout(end, Math.min(left, LONGEST_TIMER_MS));
    } else if (waiter.at <= this.#fakeNow) setImmediate(waiter.resolve);
  }

  #forget(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
  }

  #nextWaiter(): Waiter | undefined {
    let next: Waiter | undefined;
    for (const waiter of this.#waiters) if (next === undefined || waiter.at < next.at) next = waiter;
    return next;
  }
}
