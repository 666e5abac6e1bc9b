import type { Clock } from '../ground/clock.js';
import { formatDuration } from '../ground/clock.js';
import { TryAgainError } from '../ground/errors.js';
import { type Failure, waitBeforeRetry } from './errors.js';

/** A server that wants more than this is not waited for with the locks held: the task ends, and its next run begins where it stopped. */
export const LONGEST_WAIT_MS = 10 * 60_000;

/** What came of one attempt: its result, or why there is to be another. Without a reason the next one follows at once. */
export type Attempted<Result> = { done: Result } | { again: readonly Pick<Failure, 'waitMs'>[] };

interface Waiting {
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/**
 * Attempts a call of the API until it is done: waits as long as the failure says that asks for most, else longer from
 * attempt to attempt. An attempt that has had enough throws, and so does a wait without sense. A stop ends it between two
 * attempts.
 */
export async function untilDone<Result>(
  { clock, signal }: Waiting,
  attempt: (number: number) => Promise<Attempted<Result>>,
): Promise<Result> {
  for (let number = 1; ; number++) {
    signal?.throwIfAborted();
    const attempted = await attempt(number);
    if ('done' in attempted) return attempted.done;
    const waits = attempted.again.map((failure) => waitBeforeRetry(failure, number, clock));
    if (waits.length === 0) continue;
    const ms = Math.max(...waits);
    if (ms > LONGEST_WAIT_MS) throw askedToWait(ms);
    await clock.wait(ms, signal);
  }
}

export function askedToWait(ms: number): TryAgainError {
  return new TryAgainError(
    'RATE_LIMITED',
    `The board accepts no request for ${formatDuration(ms)}, longer than this task waits. What was sent stays; run again after that.`,
  );
}
