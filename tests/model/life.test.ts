import { describe, expect, it } from '@jest/globals';
import { explore } from './explore.js';
import { ALL_RULES, type ModelRule, without } from './rules.js';

const story = (rules: ReturnType<typeof without>, budget: Parameters<typeof explore>[1]): string => {
  const { violation } = explore(rules, budget);
  return violation === undefined ? '' : `${violation.fault}: ${violation.path.join(', ')}`;
};

describe('the life of one line', () => {
  it.each([
    ['two edits, two faults, two runs', { edits: 2, faults: 2, detects: 2, hands: 0 }],
    ['three edits, one fault, two runs', { edits: 3, faults: 1, detects: 2, hands: 0 }],
    ['an edit, one fault, three runs', { edits: 1, faults: 1, detects: 3, hands: 0 }],
    ['an edit, two faults, an item archived by hand', { edits: 1, faults: 2, detects: 2, hands: 1 }],
  ])('ends correctly from every state within %s', (_, budget) => {
    expect(story(ALL_RULES, budget)).toBe('');
  });

  it.each<[ModelRule, RegExp]>([
    [13, /^(stale|lost)/],
    [14, /^duplicate/],
    [15, /^duplicate/],
    [16, /^(stale|lost|duplicate|orphan)/],
    [17, /^stale/],
    [18, /^(duplicate|stale)/],
    [25, /^(lost|stale)/],
  ])('goes wrong without rule %d', (rule, fault) => {
    expect(story(without(rule), { edits: 2, faults: 2, detects: 2, hands: 0 })).toMatch(fault);
  });
});
