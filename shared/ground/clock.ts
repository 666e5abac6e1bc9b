import { setTimeout as delay } from 'node:timers/promises';

/** Rule 30: time and chance, passed in so that tests decide both. */
export interface Clock {
  /** The present moment; in production the database's, so that all containers agree. */
  now(): Date;
  /** Resolves after `ms` milliseconds, however many, or rejects with the signal's own reason as soon as it aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

/** The longest that a timer can be set for: Node takes a longer time for one of 1 ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** This machine's clock, shifted by `offsetMs`. */
export function systemClock(offsetMs = 0): Clock {
  return {
    now: () => new Date(Date.now() + offsetMs),
    wait: async (ms, signal) => {
      for (let left = Math.max(0, ms); ; left -= LONGEST_TIMER_MS) {
        await timer(Math.min(left, LONGEST_TIMER_MS), signal);
        if (left <= LONGEST_TIMER_MS) return;
      }
    },
    random: Math.random,
  };
}

/** Node's own promise rejects with an AbortError that hides the reason; whoever waits has to be told that. */
async function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
