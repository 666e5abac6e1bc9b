import { describe, expect, it } from '@jest/globals';
import { followedBy } from '../../../shared/ground/followed-by.js';

const fails = (message: string) => () => Promise.reject(new Error(message));

describe('followedBy', () => {
  it('does what comes last after the work, and returns the result of the work', async () => {
    const order: string[] = [];
    const step = (name: string) => () => Promise.resolve(order.push(name));
    expect(await followedBy(step('work'), step('last'), () => order.push('lost'))).toBe(1);
    expect(order).toEqual(['work', 'last']);
  });

  it('fails with the error of the work although what comes last fails too, which is told', async () => {
    const lost: unknown[] = [];
    await expect(followedBy(fails('refused'), fails('no connection'), (error) => lost.push(error))).rejects.toThrow(
      'refused',
    );
    expect(lost).toEqual([new Error('no connection')]);
  });

  it('fails with the error of what comes last where the work has succeeded', async () => {
    await expect(
      followedBy(
        () => Promise.resolve(1),
        fails('no connection'),
        () => undefined,
      ),
    ).rejects.toThrow('no connection');
  });
});
