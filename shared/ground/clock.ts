import { setTimeout as delay } from 'node:timers/promises';

/** Rule 30: time and chance, passed in so that tests decide both. */
export interface Clock {
  /** The current time; in production the database's, so that all containers agree. */
  now(): Date;
  /** Resolves after `ms` milliseconds, however many, or rejects with the signal's own reason as soon as it aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

/** A time to the minute, as messages show it. */
export function timeText(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export const DAY_MS = 86_400_000;

/** Midnight UTC before a moment: the calls that an account has in a day begin anew then. */
export function startOfDay(date: Date): Date {
  const ms = date.getTime();
  return new Date(ms - (ms % DAY_MS));
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

/** Node's own promise rejects with an AbortError that hides the reason, which the caller needs. */
async function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `500ms`, `30s`, `10m`, `3h`, `1d`; undefined when the text is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ''];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}

/** A duration for people: `450 ms`, `3.2 s`, `4 min`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Rule 30: the work's result, or the signal's reason as soon as it aborts. The work cannot be ended from here: `leave` sees to
 * what becomes of it.
 */
export function unlessStopped<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  leave: () => void = () => undefined,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason);
      leave();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    // With the result, not after it: a stop between the two must not discard the result.
    const then =
      <A>(settle: (result: A) => void) =>
      (result: A): void => {
        signal.removeEventListener('abort', stop);
        settle(result);
      };
    work.then(then(resolve), then(reject));
  });
}

/** The same parts one by one, until the signal aborts: then its reason. */
export async function* partsUntilStopped<T>(
  parts: AsyncIterable<T>,
  signal: AbortSignal,
  onPart?: (part: T) => void,
): AsyncGenerator<T> {
  for await (const part of parts) {
    signal.throwIfAborted();
    onPart?.(part);
    yield part;
  }
}
