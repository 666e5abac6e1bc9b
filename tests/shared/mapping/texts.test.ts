import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { subitemName } from '../../../shared/mapper/sizes.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { cutText } from '../../../shared/mapping/rules.js';

describe('a text that is cut', () => {
  it('has at most so many UTF-16 units, is the beginning of what it was, and holds no half of a character', () => {
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

  it('is a name of a size as well', () => {
    expect(subitemName(loadMapping(), 'x'.repeat(300))).toHaveLength(255);
  });
});
