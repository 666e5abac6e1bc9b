import { describe, expect, it } from '@jest/globals';
import { tableOf } from '../../scripts/bench/results.js';

const figure = {
  what: 'stage, 10 lines',
  ours: '3 s',
  reference: 'bulk load',
  theirs: '2 s',
  ratio: 1.5,
  goal: 'at most 1.5x',
};

describe('the table of a bench', () => {
  it('has a row for each figure, beside its reference', () => {
    expect(tableOf(`${JSON.stringify(figure)}\n`).split('\n')).toEqual([
      '| measured | ours | reference | ratio | goal |',
      '| --- | --- | --- | --- | --- |',
      '| stage, 10 lines | 3 s | bulk load: 2 s | 1.50x | at most 1.5x |',
    ]);
  });

  it('refuses a figure that lacks its reference', () => {
    expect(() => tableOf(JSON.stringify({ ...figure, theirs: undefined }))).toThrow();
  });
});
