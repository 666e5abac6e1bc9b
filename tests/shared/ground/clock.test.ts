import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BoardClock } from '../../../local/board/clock.js';
import { type Clock, systemClock, unlessStopped } from '../../../shared/ground/clock.js';
import { Conductor, ZeroTimers } from '../../chaos/conductor.js';
import { JumpingClock } from '../../helpers/jumping-clock.js';
import { PumpedClock } from '../../tasks/push/pushing.js';
import { FakeTime } from '../monday/fake-time.js';

const MONTH_MS = 2 ** 31 + 1;

/** A clock with what lets its time pass while something is waited for; a real one passes by itself. */
interface Driven {
  clock: Clock;
  until?<T>(work: Promise<T>): Promise<T>;
  close?(): void;
}

const CLOCKS: Readonly<Record<string, () => Driven>> = {
  'the real one': () => ({ clock: systemClock() }),
  'the real one, shifted': () => ({ clock: systemClock(90_000) }),
  'the board in real time': () => ({ clock: new BoardClock() }),
  'the board with its clock stopped': () => {
    const clock = new BoardClock({ mode: 'fake' });
    const until = async <T>(work: Promise<T>): Promise<T> => {
      await clock.advance(1_000);
      return work;
    };
    return { clock, until };
  },
  'the one on fake timers': () => {
    const clock = new FakeTime();
    return { clock, until: (work) => clock.until(work) };
  },
  'the one that is pumped': () => {
    const clock = new PumpedClock();
    return { clock, close: () => clock.close() };
  },
  'the one of chaos': () => {
    const clock = new Conductor(() => 0, new ZeroTimers());
    return { clock, until: (work) => clock.drive(work) };
  },
  'the one that jumps': () => ({ clock: new JumpingClock() }),
};

const driven: Driven[] = [];
afterEach(() => {
  for (const one of driven.splice(0)) one.close?.();
  jest.useRealTimers();
});

describe.each(Object.keys(CLOCKS))('a wait on %s', (name) => {
  const open = () => {
    const one = CLOCKS[name]?.() ?? { clock: systemClock() };
    driven.push(one);
    return { clock: one.clock, until: one.until ?? (<T>(work: Promise<T>) => work) };
  };

  it('ends when its time has passed, and then no longer listens to the signal', async () => {
    const { clock, until } = open();
    const { signal } = new AbortController();
    const start = clock.now().getTime();
    await until(clock.wait(20, signal));
    // A timer may be a millisecond early.
    expect(clock.now().getTime() - start).toBeGreaterThanOrEqual(19);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each([0, -5])('of %d ms ends', async (ms) => {
    const { clock, until } = open();
    await expect(until(clock.wait(ms))).resolves.toBeUndefined();
  });

  it('is rejected with exactly the reason of its signal', async () => {
    const { clock, until } = open();
    const stop = new AbortController();
    const reason = new Error('asked to stop');
    const waiting = clock.wait(500, stop.signal);
    stop.abort(reason);
    await expect(until(waiting)).rejects.toBe(reason);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('does not start when its signal was already aborted', async () => {
    const { clock, until } = open();
    const reason = { any: 'thing' };
    await expect(until(clock.wait(500, AbortSignal.abort(reason)))).rejects.toBe(reason);
  });

  it('longer than the maximum of a timer is not shortened', async () => {
    const { clock, until } = open();
    const stop = new AbortController();
    const start = clock.now().getTime();
    const long = clock.wait(MONTH_MS, stop.signal).then(
      () => clock.now().getTime() - start,
      () => MONTH_MS,
    );
    const first = await Promise.race([long, until(clock.wait(30)).then(() => 'the short one')]);
    stop.abort();
    expect(first === 'the short one' || Number(first) >= MONTH_MS).toBe(true);
  });
});

describe('work that a stop need not wait for', () => {
  it('is taken back when the stop comes first, and left alone when its result does', async () => {
    const [before, after] = [new AbortController(), new AbortController()];
    const left: string[] = [];
    const never = unlessStopped(new Promise(() => undefined), before.signal, () => left.push('before'));
    before.abort('stopped');
    await expect(never).rejects.toBe('stopped');
    let give: (lock: string) => void = () => undefined;
    const work = new Promise<string>((resolve) => {
      give = resolve;
    });
    const given = unlessStopped(work, after.signal, () => left.push('after'));
    // In the very turn in which the result is handed over.
    void work.then(() => after.abort('stopped'));
    give('a lock');
    await expect(given).resolves.toBe('a lock');
    expect(left).toEqual(['before']);
  });
});
