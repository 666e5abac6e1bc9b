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
