import type { Clock } from '../ground/clock.js';
import { type Failure, waitBeforeRetry } from './errors.js';

/** What came of one attempt: its result, or why there is to be another. Without a reason the next one follows at once. */
export type Attempted<Result> = { done: Result } | { again: readonly Pick<Failure, 'waitMs'>[] };

interface Waiting {
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/**
 * Attempts a call of the API until it is done: waits as long as the failure says that asks for most, else longer from
 * attempt to attempt. An attempt that has had enough throws. A stop ends it between two attempts.
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
    if (waits.length > 0) await clock.wait(Math.max(...waits), signal);
  }
}
