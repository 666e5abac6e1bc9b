import { jest } from '@jest/globals';
import { type Clock, LONGEST_TIMER_MS } from '../../../shared/ground/clock.js';

/**
 * A clock on jest's fake timers. bottleneck hands work on by timers of its own, of zero milliseconds, so that they
 * have to run in the same time.
 */
export class FakeTime implements Clock {
  /** Every file that uses it begins its tests with this, and ends them with `jest.useRealTimers()`. */
  constructor() {
    jest.useFakeTimers({
      now: Date.UTC(2026, 10, 23),
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'],
    });
  }

  now(): Date {
    return new Date();
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      let timer: NodeJS.Timeout | undefined;
      const end = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const arm = (left: number) => {
        timer = setTimeout(
          () => {
            if (left > LONGEST_TIMER_MS) return arm(left - LONGEST_TIMER_MS);
            signal?.removeEventListener('abort', end);
            resolve();
          },
          Math.min(left, LONGEST_TIMER_MS),
        );
      };
      arm(ms);
      signal?.addEventListener('abort', end, { once: true });
    });
  }

  random(): number {
    return 0.5;
  }

  /** Waits that are still open. */
  get waiting(): number {
    return jest.getTimerCount();
  }

  async pass(ms: number): Promise<void> {
    await jest.advanceTimersByTimeAsync(ms);
  }

  /** Lets time pass until the work is done; fails when it waits for something that never comes. */
  async until<Result>(work: Promise<Result>): Promise<Result> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    work.then(done, done);
    for (let idle = 0; !settled; ) {
      idle = jest.getTimerCount() === 0 ? idle + 1 : 0;
      if (idle > 20) throw new Error('The work waits for something that never comes.');
      await jest.advanceTimersToNextTimerAsync();
    }
    return work;
  }
}
