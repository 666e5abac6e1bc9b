import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '../../../shared/mapping/fold.js';

/** Every letter and sign there is, without the ideographs, which have no case and nothing to fold. */
const EVERY_SIGN = Array.from({ length: 0x110000 }, (_, point) => String.fromCodePoint(point)).filter(
  (sign) => !/[\p{Unassigned}\p{Private_Use}\p{Ideographic}]/u.test(sign),
);

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(' ', '\u00a0', '\u200b', '\t', "'", '’', '“', '"', '-', '–', 'ß', 'İ', 'ŉ', 'a', 'A'),
  }),
);

describe('folding a name', () => {
  it.each([
    ['upper case', 'Greyson Clothiers'],
    ['lower case', 'greyson clothiers'],
    ['a no-break space', 'GREYSON\u00a0CLOTHIERS'],
    ['two blanks', 'GREYSON  CLOTHIERS'],
    ['a tab and a line break', 'GREYSON\t\r\nCLOTHIERS'],
    ['a next line and an ideographic space', 'GREYSON\u0085\u3000CLOTHIERS'],
    ['blanks at the ends', ' \u2003GREYSON CLOTHIERS\u202f'],
    ['a zero-width space', 'GREY\u200bSON CLOTHIERS'],
    ['a byte order mark', '\ufeffGREYSON CLOTHIERS'],
    ['a soft hyphen', 'GREY\u00adSON CLOTHIERS'],
    ['a direction mark', '\u202aGREYSON CLOTHIERS\u202c'],
    ['a control character', 'GREYSON CLOTHIERS\u0007'],
    ['full-width letters', 'ＧＲＥＹＳＯＮ ＣＬＯＴＨＩＥＲＳ'],
    ['zero-width characters between blanks', 'GREYSON \u200b CLOTHIERS'],
  ])('ignores %s', (_, spelling) => {
    expect(fold(spelling)).toBe('GREYSON CLOTHIERS');
  });

  it.each([
    ['apostrophes', "B'HOOD", ['B’HOOD', 'B‘HOOD', 'B`HOOD', 'B´HOOD', 'BʼHOOD', 'B′HOOD', 'B＇HOOD']],
    ['quotes', 'THE "A"', ['THE “A”', 'THE „A‟', 'THE «A»', 'THE ″A″', 'THE ＂A＂']],
    ['dashes', 'A-B', ['A–B', 'A—B', 'A‐B', 'A‑B', 'A−B', 'A－B', 'A﹣B']],
    ['composed letters', 'CAFÉ', ['Cafe\u0301', 'café']],
    ['ligatures, and upper and lower case of one letter', 'STRASSE FIN', ['Straße ﬁn', 'STRAẞE ﬁN']],
  ])('treats %s as the same', (_, plain, others) => {
    for (const other of others) expect([other, fold(other)]).toEqual([other, fold(plain)]);
  });

  it.each([
    ['GREYSON', 'GREYSON CLOTHIERS'],
    ['CANCELED', 'CANCELLED'],
    ['BHOOD', "B'HOOD"],
    ['JOHNNIE-O', 'JOHNNIE O'],
    ['RENE', 'RENÉ'],
    ['A', 'А'],
  ])('never treats %s as %s', (one, other) => {
    expect(fold(one)).not.toBe(fold(other));
  });

  it('gives the same result twice as once, whatever the text', () => {
    fc.assert(
      fc.property(texts, (text) => fold(fold(text)) === fold(text)),
      { numRuns: 2_000 },
    );
    for (const sign of EVERY_SIGN) if (fold(fold(sign)) !== fold(sign)) expect(sign).toBe(fold(sign));
  });

  it('leaves no case, no double blanks and no invisible characters, whatever the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const folded = fold(text);
        expect(folded).not.toMatch(/^\s|\s$|\s\s|[^\S ]|[\p{Cc}\p{Cf}]/u);
        expect([fold(text.toLowerCase()), fold(text.toUpperCase())]).toEqual([folded, folded]);
      }),
      { numRuns: 2_000 },
    );
    for (const sign of EVERY_SIGN)
      if (fold(sign.toLowerCase()) !== fold(sign) || fold(sign.toUpperCase()) !== fold(sign))
        expect([sign, fold(sign.toLowerCase()), fold(sign.toUpperCase())]).toEqual([sign, fold(sign), fold(sign)]);
  });
});
