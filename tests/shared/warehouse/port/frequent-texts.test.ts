import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrequentTexts } from '../../../../shared/warehouse/port/frequent-texts.js';

describe('FrequentTexts', () => {
  it('makes the same texts of the bytes as a Buffer does, whatever came before', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom('', '0', 'a', 'ä', 'ab', '\0'),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), (list) => {
        const texts = new FrequentTexts();
        for (const each of [...list, ...list]) {
          const bytes = Buffer.from(`<${each}>`);
          expect(texts.at(bytes, 1, bytes.length - 1)).toBe(each);
        }
      }),
    );
  });

  it('tells apart more different texts than it remembers', () => {
    const texts = new FrequentTexts();
    for (let round = 0; round < 2; round++)
      for (let n = 0; n < 20_000; n++) {
        const bytes = Buffer.from(String(n));
        if (texts.at(bytes, 0, bytes.length) !== String(n)) throw new Error(`${n} became another text`);
      }
  });

  it('does not keep what the bytes become later', () => {
    const texts = new FrequentTexts();
    const bytes = Buffer.from('abc');
    expect(texts.at(bytes, 0, 3)).toBe('abc');
    bytes.write('xyz');
    expect(texts.at(bytes, 0, 3)).toBe('xyz');
    expect(texts.at(Buffer.from('abc'), 0, 3)).toBe('abc');
  });
});
