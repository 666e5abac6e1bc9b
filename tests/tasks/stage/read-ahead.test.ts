import { describe, expect, it } from '@jest/globals';
import { ReadAhead } from '../../../tasks/stage/read-ahead.js';

interface Numbered {
  n: number;
  size: number;
}

/** Parts numbered from 1 on; knows how many were read, and whether it was closed. */
function parts(count: number, { size = 1, failure }: { size?: number; failure?: Error } = {}) {
  const state = { read: 0, closed: false };
  const source = async function* (): AsyncGenerator<Numbered> {
    try {
      while (state.read < count) {
        state.read += 1;
        if (state.read % 3 === 0) await turns(1);
        yield { n: state.read, size };
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
  ])('passes on %i parts in order, with at most %i waiting', async (count, limit) => {
    const { source, state } = parts(count);
    const taken: number[] = [];
    for await (const { n } of new ReadAhead(source, limit).parts) {
      if (n % 5 === 0) await turns(1);
      taken.push(n);
    }
    expect(taken).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(state.closed).toBe(true);
  });

  it.each([
    [1, 10],
    [3, 4],
    [25, 1],
  ])('reads parts of size %i ahead while none is consumed, %i of them for a limit of 10', async (size, most) => {
    const { source, state } = parts(1_000, { size });
    const ahead = new ReadAhead(source, 10).parts;
    await ahead.next();
    await turns(50);
    expect(state.read).toBe(most + 1);
    await ahead.return(undefined);
    expect(state.closed).toBe(true);
  });

  it('goes on at once when more may wait, and stands still when fewer may', async () => {
    const { source, state } = parts(1_000);
    const ahead = new ReadAhead(source, 2);
    await ahead.parts.next();
    await turns(50);
    expect(state.read).toBe(2 + 1);
    ahead.limit = 20;
    await turns(50);
    expect(state.read).toBe(20 + 1);
    ahead.limit = 2;
    for (let n = 0; n < 19; n++) await ahead.parts.next();
    await turns(50);
    expect(state.read).toBe(20 + 1 + 2);
    await ahead.parts.return(undefined);
    expect(state.closed).toBe(true);
  });

  it('returns the parts before an error, then the error', async () => {
    const { source } = parts(25, { failure: new Error('the source is gone') });
    const taken: Numbered[] = [];
    const take = async (): Promise<void> => {
      for await (const part of new ReadAhead(source, 10).parts) taken.push(part);
    };
    await expect(take()).rejects.toThrow('the source is gone');
    expect(taken).toHaveLength(25);
  });
});
