import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance, passed in so that tests decide both. */
export interface Clock {
  /** The present moment; in production the database's, so that all containers agree. */
  now(): Date;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

/** This machine's clock, shifted by `offsetMs`. */
export function systemClock(offsetMs = 0): Clock {
  return {
    now: () => new Date(Date.now() + offsetMs),
    wait: async (ms, signal) => {
      await delay(Math.max(0, ms), undefined, signal ? { signal } : {});
    },
    random: Math.random,
  };
}
