import type { Clock } from '../../shared/ground/clock.js';

/** How long everything may stand still, in real time, before it is called a deadlock. */
const PATIENCE_MS = 20_000;
/** Turns of the event loop in which nothing may happen before the world counts as still. */
const CALM_TURNS = 3;

interface Waiter {
  at: number;
  end(): void;
}

/**
 * Lets one operation happen at a time, and time pass only when nothing else can: so the same schedule is the same
 * sequence of operations, however many processes and requests it has at once. Operations wait at a gate; the one that
 * may go on is chosen by the schedule.
 */
export class Conductor implements Clock {
  #now = Date.UTC(2026, 2, 1, 8);
  readonly #gates: (() => void)[] = [];
  readonly #waiters = new Set<Waiter>();
  /** Operations at work in the database, and those of them that wait for time to pass. */
  #busy = 0;
  #parked = 0;
  /** Who works for themselves between two operations, in real time. */
  readonly #thinking = new Set<object>();
  #changed: (() => void) | undefined;
  readonly #choose: (count: number) => number;
  readonly #zeroTimers: ZeroTimers;

  constructor(choose: (count: number) => number, zeroTimers: ZeroTimers) {
    this.#choose = choose;
    this.#zeroTimers = zeroTimers;
  }

  now(): Date {
    return new Date(this.#now);
  }

  random(): number {
    return 0.5;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abandon = () => {
        this.#waiters.delete(waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        at: this.#now + Math.max(0, ms),
        end: () => {
          this.#waiters.delete(waiter);
          signal?.removeEventListener('abort', abandon);
          resolve();
        },
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** Waits in the middle of an operation: time may pass although it is not done. */
  async park(ms: number): Promise<void> {
    this.#parked += 1;
    this.#changed?.();
    try {
      await this.wait(ms);
    } finally {
      this.#parked -= 1;
    }
  }

  /** Waits until this operation's turn has come. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#gates.push(resolve);
      this.#changed?.();
    });
  }

  /** The world is not still before `who` has come to rest: at its next operation, while it waits, or at its end. */
  think(who: object): void {
    this.#thinking.add(who);
  }

  rest(who: object): void {
    this.#thinking.delete(who);
    this.#changed?.();
  }

  /** While `work` goes on, nothing else does. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#changed?.();
    }
  }

  /** Lets things happen until `goal` is reached. */
  async drive<T>(goal: Promise<T>): Promise<T> {
    let reached = false;
    const reach = () => {
      reached = true;
      this.#changed?.();
    };
    goal.then(reach, reach);
    while (!reached) {
      await this.#quiet();
      if (!reached) this.#next();
    }
    return goal;
  }

  /** Lets this much time pass, and whatever happens in it. */
  pass(ms: number): Promise<void> {
    return this.drive(this.wait(ms));
  }

  #next(): void {
    if (this.#gates.length > 0) {
      const [gate] = this.#gates.splice(this.#choose(this.#gates.length), 1);
      gate?.();
      return;
    }
    let first: Waiter | undefined;
    for (const waiter of this.#waiters) if (first === undefined || waiter.at < first.at) first = waiter;
    if (first === undefined) throw new Error('Everything stands still: something waits for what never comes.');
    this.#now = Math.max(this.#now, first.at);
    first.end();
  }

  async #quiet(): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (let calm = 0; calm < CALM_TURNS; calm += 1) {
      await new Promise((resume) => setImmediate(resume));
      const isAtWork = () => this.#busy + this.#thinking.size > this.#parked;
      while (isAtWork() || this.#zeroTimers.pending > 0) {
        calm = 0;
        if (isAtWork()) await this.#change(end - performance.now());
        else await new Promise((resume) => setImmediate(resume));
        if (performance.now() > end) throw new Error('A timer did not end.');
      }
    }
  }

  /** Resolves when an operation has ended, or another one has begun. */
  async #change(patienceMs: number): Promise<void> {
    if (patienceMs <= 0) throw new Error('An operation did not end: a deadlock in the database.');
    await new Promise<void>((resolve) => {
      const timer = this.#zeroTimers.real(resolve, patienceMs);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#changed = undefined;
  }
}

const IMMEDIATE = setImmediate(() => undefined).constructor as new () => NodeJS.Immediate;

/** A timer shorter than this hands work on; longer ones guard against what never comes. */
const SHORT_MS = 20;

/** Counts the timers by which libraries hand work on, so that the world is not thought still while one is set. */
export class ZeroTimers {
  readonly real = globalThis.setTimeout;
  readonly #clear = globalThis.clearTimeout;
  readonly #pending = new Set<unknown>();

  get pending(): number {
    return this.#pending.size;
  }

  /** From now on, until `restore`. */
  watch(): void {
    const { real } = this;
    const pending = this.#pending;
    const watched = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      if (ms > SHORT_MS) return real(work, ms, ...args);
      const done = () => {
        pending.delete(timer);
        work(...args);
      };
      // The least that a timer takes is a millisecond, and a schedule has thousands of them.
      const timer = ms > 0 ? real(done, ms) : setImmediate(done);
      pending.add(timer);
      return timer;
    };
    globalThis.setTimeout = Object.assign(watched, real) as typeof globalThis.setTimeout;
    globalThis.clearTimeout = (timer: unknown) => {
      pending.delete(timer);
      if (timer instanceof IMMEDIATE) clearImmediate(timer);
      else this.#clear(timer as Parameters<typeof clearTimeout>[0]);
    };
  }

  restore(): void {
    globalThis.setTimeout = this.real;
    globalThis.clearTimeout = this.#clear;
  }
}
