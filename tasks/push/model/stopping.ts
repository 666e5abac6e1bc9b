import { setMaxListeners } from 'node:events';
import type { Clock } from '../../../shared/ground/clock.js';
import { TryAgainError } from '../../../shared/ground/errors.js';
import type { Lock } from '../../../shared/warehouse/port/warehouse.js';

const MOST_LISTENERS = 100;

/** The reason for an orderly stop: requests in flight are answered and recorded, the rest stays pending. */
export class PushStopped extends Error {}

export interface StopOptions {
  /** SIGTERM or SIGINT. */
  signal: AbortSignal;
  locks: readonly Lock[];
  clock: Clock;
  /** Rule 20: counted from when the locks are held. */
  maxMinutes: number | undefined;
}

/** Rule 23: one controller for everything that ends sending. `release` removes its listeners. */
export function stopOn({ signal, locks, clock, maxMinutes }: StopOptions): { stop: AbortController; release(): void } {
  const stop = new AbortController();
  const done = new AbortController();
  // Every worker and every wait listens; Node would report more than ten listeners as a leak.
  setMaxListeners(MOST_LISTENERS, stop.signal);
  const listen = (source: AbortSignal, reason: () => Error): void => {
    if (source.aborted) stop.abort(reason());
    source.addEventListener('abort', () => stop.abort(reason()), { once: true, signal: done.signal });
  };
  listen(signal, () => new PushStopped('It was asked to stop.'));
  for (const lock of locks) {
    listen(
      lock.lost,
      () => new TryAgainError('LOCK_LOST', `The lock ${lock.name} was lost, so nothing more is sent. Run push again.`),
    );
  }
  if (maxMinutes !== undefined) {
    clock.wait(maxMinutes * 60_000, done.signal).then(
      () => stop.abort(new PushStopped('The time limit was reached.')),
      () => undefined,
    );
  }
  return { stop, release: () => done.abort() };
}
