import { describe, expect, it } from '@jest/globals';
import { ReadAhead } from '../../../tasks/stage/read-ahead.js';

/** Numbers from 1 on; knows how many were read, and whether it was closed. */
function numbers(count: number, failure?: Error) {
  const state = { read: 0, closed: false };
  const source = async function* (): AsyncGenerator<number> {
    try {
      while (state.read < count) {
        state.read += 1;
        if (state.read % 3 === 0) await turns(1);
        yield state.read;
      }
      if (failure) throw failure;
    } finally {
      state.closed = true;
    }
  };
  return { state, source: source() };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('ReadAhead', () => {
  it.each([
    [0, 4],
    [1, 1],
    [1_000, 1],
    [1_000, 7],
    [1_000, 5_000],
  ])('passes on %i values in order, with at most %i waiting', async (count, limit) => {
    const { source, state } = numbers(count);
    const taken: number[] = [];
    for await (const value of new ReadAhead(source, limit).values) {
      if (value % 5 === 0) await turns(1);
      taken.push(value);
    }
    expect(taken).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(state.closed).toBe(true);
  });

  it('reads ahead while no value is consumed, up to its limit', async () => {
    const { source, state } = numbers(1_000);
    const { values } = new ReadAhead(source, 10);
    await values.next();
    await turns(50);
    expect(state.read).toBe(10 + 1);
    await values.return(undefined);
    expect(state.closed).toBe(true);
  });

  it('goes on at once when more may wait, and stands still when fewer may', async () => {
    const { source, state } = numbers(1_000);
    const ahead = new ReadAhead(source, 2);
    await ahead.values.next();
    await turns(50);
    expect(state.read).toBe(2 + 1);
    ahead.limit = 20;
    await turns(50);
    expect(state.read).toBe(20 + 1);
    ahead.limit = 2;
    for (let n = 0; n < 19; n++) await ahead.values.next();
    await turns(50);
    expect(state.read).toBe(20 + 1 + 2);
    await ahead.values.return(undefined);
    expect(state.closed).toBe(true);
  });

  it('returns the values before an error, then the error', async () => {
    const { source } = numbers(25, new Error('the source is gone'));
    const taken: number[] = [];
    const take = async (): Promise<void> => {
      for await (const value of new ReadAhead(source, 10).values) taken.push(value);
    };
    await expect(take()).rejects.toThrow('the source is gone');
    expect(taken).toHaveLength(25);
  });
});
