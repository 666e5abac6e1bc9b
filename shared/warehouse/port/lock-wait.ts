import { unlessStopped } from '../../ground/stop.js';
import type { Lock } from './warehouse.js';

/** A wait for a lock that is under way. */
export interface LockWait {
  taken: Promise<Lock | undefined>;
  /** Tells the server that nobody waits any more, as far as it can still be told. */
  giveUp(): Promise<void>;
}

/**
 * Rule 11: the lock that is waited for, or the signal's reason as soon as it aborts, whether or not the server answers. A lock
 * that comes all the same goes back at once.
 */
export async function takeUnlessStopped(
  begin: () => LockWait,
  signal: AbortSignal | undefined,
): Promise<Lock | undefined> {
  signal?.throwIfAborted();
  const { taken, giveUp } = begin();
  return unlessStopped(taken, signal, () => {
    taken.then((lock) => lock?.release()).catch(() => undefined);
    giveUp().catch(() => undefined);
  });
}
