import type { Clock } from '../../shared/ground/clock.js';

/** A clock whose waits take no time and move it on all the same. `waits` are those that it was asked for, in ms. */
export class JumpingClock implements Clock {
  readonly waits: number[] = [];
  readonly #chance: number;
  #aheadMs = 0;

  constructor(chance = 0.5) {
    this.#chance = chance;
  }

  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waits.push(ms);
    this.#aheadMs += Math.max(0, ms);
    // Whoever waits gives way, as at a timer.
    await new Promise((resume) => setImmediate(resume));
    signal?.throwIfAborted();
  }

  random(): number {
    return this.#chance;
  }
}

/** A clock that stands, until a test moves it on by the wait that somebody has asked for. */
export class SteppedClock implements Pick<Clock, 'now' | 'wait'> {
  #now = 0;
  #asked: { ms: number; end: () => void } | undefined;
  #told: () => void = () => undefined;

  now(): Date {
    return new Date(this.#now);
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(signal?.reason);
      signal?.addEventListener('abort', leave, { once: true });
      const end = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      this.#asked = { ms, end };
      this.#told();
    });
  }

  /** Ends the next wait as soon as there is one. Returns once there is another, or `until` is settled. */
  async step(until: Promise<unknown>): Promise<void> {
    await this.#wait(until);
    const asked = this.#asked;
    this.#asked = undefined;
    this.#now += asked?.ms ?? 0;
    asked?.end();
    await this.#wait(until);
  }

  async #wait(until: Promise<unknown>): Promise<void> {
    const ended = until.then(
      () => undefined,
      () => undefined,
    );
    const asked = new Promise<void>((resolve) => {
      this.#told = resolve;
    });
    if (this.#asked === undefined) await Promise.race([asked, ended]);
  }
}
