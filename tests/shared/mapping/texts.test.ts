import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { subitemName } from '../../../shared/mapper/sizes.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { cutAlike, cutText } from '../../../shared/mapping/rules.js';
import { subitemOf } from '../../helpers/sized.js';

describe('a truncated text', () => {
  it('has at most the given UTF-16 units, is the beginning of the original, and splits no character', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '😀', '👩‍🏭', '🇵🇹'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 60 }), (whole, most) => {
        const cut = cutText(whole, most);
        expect(cut.length).toBeLessThanOrEqual(most);
        expect(cut).not.toMatch(/\p{Surrogate}/u);
        if (whole.length <= most) expect(cut).toBe(whole);
        else expect([cut.at(-1), whole.startsWith(cut.slice(0, -1))]).toEqual(['…', true]);
      }),
    );
  });

  it('shows, beside the one that it became, where the two differ', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 90 });
    fc.assert(
      fc.property(text, text, text, fc.integer({ min: 30, max: 60 }), (shared, before, after, most) => {
        fc.pre(before[0] !== after[0]);
        const cut = cutAlike(shared + before, shared + after, most);
        expect(cut[0]).not.toBe(cut[1]);
        for (const each of cut) {
          expect(each.length).toBeLessThanOrEqual(most);
          expect(each).not.toMatch(/\p{Surrogate}/u);
        }
        if (Math.max((shared + before).length, (shared + after).length) <= most)
          expect(cut).toEqual([shared + before, shared + after]);
      }),
    );
  });

  it('may also be the name of a size', () => {
    expect(subitemName(subitemOf(loadMapping()), 'x'.repeat(300))).toHaveLength(255);
  });
});
