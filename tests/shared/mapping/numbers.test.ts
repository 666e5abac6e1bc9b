import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalDecimal, type DecimalSign, readNumber, roundDecimal } from '../../../shared/mapping/numbers.js';

/** A number by its digits, in the one way to write it. */
const written = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }), fc.stringMatching(/^\d{0,17}[1-9]$|^$/))
  .map(([negative, whole, fraction]) => {
    const number = fraction === '' ? `${whole}` : `${whole}.${fraction}`;
    return negative && number !== '0' ? `-${number}` : number;
  });

/** The same number as people write it: with groups, currency, zeros, an exponent, the other signs. */
const disguises = fc.record({
  groups: fc.boolean(),
  dollar: fc.boolean(),
  percent: fc.boolean(),
  zeros: fc.nat({ max: 3 }),
  shift: fc.integer({ min: -5, max: 5 }),
  decimal: fc.constantFrom<DecimalSign>('.', ','),
});

function disguise(number: string, how: typeof disguises extends fc.Arbitrary<infer T> ? T : never): string {
  const negative = number.startsWith('-');
  const [whole = '', fraction = ''] = (negative ? number.slice(1) : number).split('.');
  const group = how.decimal === '.' ? ',' : '.';
  const grouped = how.groups ? whole.replace(/\B(?=(?:\d{3})+$)/g, group) : `${'0'.repeat(how.zeros)}${whole}`;
  const digits = `${fraction}${'0'.repeat(how.zeros)}`;
  const exponent = how.shift === 0 ? '' : `E${how.shift}`;
  const sign = negative ? '-' : '';
  return `${sign}${how.dollar ? '$' : ''}${grouped}${digits === '' ? '' : `${how.decimal}${digits}`}${exponent}${how.percent ? '%' : ''}`;
}

describe('a number', () => {
  it('is read as written, digit by digit', () => {
    fc.assert(fc.property(written, (number) => expect(readNumber(number)).toBe(number)));
  });

  it('is the same in every notation that people use', () => {
    fc.assert(
      fc.property(written, disguises, (number, how) => {
        expect(readNumber(disguise(number, how), how.decimal)).toBe(canonicalDecimal(`${number}e${how.shift}`));
      }),
    );
  });

  it('cannot be read from a text outside the grammar, whatever its characters', () => {
    const grammar = /^[+-]?\$?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d+)?%?$/;
    const texts = fc.string({ unit: fc.constantFrom(..."0123456789.,+-$%eE ()'€x"), maxLength: 12 });
    fc.assert(
      fc.property(texts, (text) => {
        if (!grammar.test(text.trim())) expect(readNumber(text)).toBeUndefined();
      }),
      { numRuns: 5_000 },
    );
  });

  it('swaps comma and point with the mapping, and changes nothing else', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'0123456789.,-$%e'), maxLength: 12 });
    const swapped = (text: string) => text.replace(/[.,]/g, (sign) => (sign === '.' ? ',' : '.'));
    fc.assert(
      fc.property(texts, (text) => expect(readNumber(text, ',')).toBe(readNumber(swapped(text)))),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['１，２３４．５０', '1234.5'],
    ['\u00a0\u200b5\ufeff', '5'],
    ['\u22125', '-5'],
    ['1\u200b2', '12'],
    ['-0.00', '0'],
    ['0e999999999999', '0'],
    ['1e+000000000000000000002', '100'],
    ['1.1000000000000000000000', '1.1'],
    ['0.123456789012345678', '0.123456789012345678'],
    [`${'0'.repeat(300)}7e-${'0'.repeat(300)}1`, '0.7'],
  ])('%j is %s', (text, number) => expect(readNumber(text)).toBe(number));

  it.each([
    '',
    ' ',
    '$',
    '%',
    '-',
    '1\n2',
    '1\t2',
    '1 2',
    '5²',
    '½',
    '①',
    '⒈5',
    '٣',
    '1٫5',
    '1…5',
    '\u00ad5',
    '1\u00002',
    '$-5',
    '1,2345',
    '1,23,456',
    ',123',
    '1,,234',
    '12,345,67',
    '1234,567',
    '0,123',
    '1.2.3',
    '--1',
    '+-1',
    'e5',
    '1e',
    '1e5.5',
    '0x10',
    '1_000',
    'Infinity',
    '1e999999',
    '1e-999999',
    '123456789012345678901',
    '0.1234567890123456789',
    'TBC',
    'TRUE',
  ])('cannot be read from %j', (text) => expect(readNumber(text)).toBeUndefined());

  it.each([
    ['zeros', '0'.repeat(1_000_000)],
    ['zeros and a letter', `${'0'.repeat(1_000_000)}x`],
    ['groups and a letter', `1${',000'.repeat(300_000)}x`],
    ['an exponent of zeros', `1e${'0'.repeat(1_000_000)}x`],
    ['zeros between two digits', `1${'0'.repeat(1_000_000)}1`],
    ['a fraction of zeros', `0.${'0'.repeat(1_000_000)}1`],
    ['blanks', ' '.repeat(1_000_000)],
    ['blanks and a letter', `${' '.repeat(1_000_000)}x${' '.repeat(1_000_000)}`],
  ])('is read in linear time from a million %s', (_, text) => {
    const start = process.cpuUsage().user;
    readNumber(text);
    expect(process.cpuUsage().user - start).toBeLessThan(1_000_000);
  });

  it.each([
    ['1.005', 2, '1.01'],
    ['-1.005', 2, '-1.01'],
    ['0.004', 2, '0'],
    ['9.99', 1, '10'],
    ['12.5', 3, '12.5'],
    ['12.5', 0, '13'],
  ])('is rounded from %s to %i digits as %s', (number, digits, rounded) => {
    expect(roundDecimal(number, digits)).toBe(rounded);
  });
});
