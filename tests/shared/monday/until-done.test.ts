import { describe, expect, it } from '@jest/globals';
import { untilDone } from '../../../shared/monday/until-done.js';
import { JumpingClock } from '../../helpers/jumping-clock.js';

describe('a call of the API', () => {
  it('is attempted until it is done', async () => {
    const attempts: number[] = [];
    const result = await untilDone({ clock: new JumpingClock() }, async (number) => {
      attempts.push(number);
      return number < 3 ? { again: [{}] } : { done: 'landed' };
    });
    expect([result, attempts]).toEqual(['landed', [1, 2, 3]]);
  });

  it('waits for the failure that demands the longest wait', async () => {
    const clock = new JumpingClock();
    await untilDone({ clock }, async (number) =>
      number === 1 ? { again: [{ waitMs: 1_000 }, { waitMs: 7_000 }] } : { done: undefined },
    );
    expect(clock.waits).toEqual([7_000]);
  });

  it('waits longer with each attempt if no wait is demanded', async () => {
    const clock = new JumpingClock();
    await untilDone({ clock }, async (number) => (number < 4 ? { again: [{}] } : { done: undefined }));
    expect(clock.waits).toEqual([750, 1_500, 3_000]);
  });

  it('continues immediately if no failure demands a wait', async () => {
    const clock = new JumpingClock();
    await untilDone({ clock }, async (number) => (number === 1 ? { again: [] } : { done: undefined }));
    expect(clock.waits).toEqual([]);
  });

  it('ends if the demanded wait exceeds ten minutes', async () => {
    const clock = new JumpingClock();
    const askedFor = (waitMs: number) =>
      untilDone({ clock }, async (number) => (number === 1 ? { again: [{ waitMs }] } : { done: number }));
    expect(await askedFor(600_000)).toBe(2);
    await expect(askedFor(1e15)).rejects.toMatchObject({ code: 'RATE_LIMITED', exitCode: 1 });
    expect(clock.waits).toEqual([600_000]);
  });

  it('is not attempted again after a stop', async () => {
    const stop = new AbortController();
    let attempts = 0;
    const call = untilDone({ clock: new JumpingClock(), signal: stop.signal }, async () => {
      attempts += 1;
      stop.abort(new Error('It was asked to stop.'));
      return { again: [] };
    });
    await expect(call).rejects.toThrow('It was asked to stop.');
    expect(attempts).toBe(1);
  });
});
