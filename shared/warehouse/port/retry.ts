import type { Clock } from '../../ground/clock.js';

/** Five tries in all: a deadlock is over in milliseconds, a failover in some seconds. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Runs `work` again, as a whole, while `isTransient` says that this may help. Waits grow and are jittered. After a
 * stop there is one last try, at once: what is to be recorded still is, and a server that is away is not waited for.
 */
export async function retryTransient<T>(
  work: () => Promise<T>,
  isTransient: (error: unknown) => boolean,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const stopped = signal?.aborted === true;
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || stopped || !isTransient(error)) throw error;
      const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 4 ** (attempt - 1));
      await clock.wait(ceiling * (0.5 + clock.random() / 2), signal).catch((reason: unknown) => {
        if (!signal?.aborted) throw reason;
      });
    }
  }
}
