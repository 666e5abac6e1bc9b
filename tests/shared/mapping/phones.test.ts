import { describe, expect, it } from '@jest/globals';
import { callingCodeOf, countryOfNumber } from '../../../shared/mapping/calling-codes.js';
import { countryName, readCountry } from '../../../shared/mapping/countries.js';
import { phoneOf, readPhone, samePhone } from '../../../shared/mapping/phones.js';

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
/** Every pair of letters that Node knows as a country, as far as phones have one. */
const PAIRS = Array.from({ length: 676 }, (_, n) => String.fromCharCode(65 + Math.floor(n / 26), 65 + (n % 26)));
const listed = PAIRS.filter((code) => countryName(code) !== undefined);

describe('a phone number', () => {
  it.each<[text: string, country: string | undefined, phone: string | undefined]>([
    ['+1 212 555 0100', undefined, '+12125550100 US'],
    ['+1 (416) 555-0100', undefined, '+14165550100 CA'],
    ['+1-809-555-0100', 'US', '+18095550100 DO'],
    ['+1 800 555 0100', undefined, undefined],
    ['+1 800 555 0100', 'CA', '+18005550100 CA'],
    ['+1 800 555 0100', 'GB', undefined],
    ['+1 212 555 010', undefined, undefined],
    ['+1 112 555 0100', undefined, undefined],
    ['+44 20 7946 0990', 'US', '+442079460990 GB'],
    ['+44 (0)20 7946 0990', undefined, '+442079460990 GB'],
    ['+44 1481 960 100', undefined, '+441481960100 GG'],
    ['+39 06 1234 5678', undefined, '+390612345678 IT'],
    ['+39 (0)6 1234 5678', undefined, undefined],
    ['+7 701 555 0100', undefined, '+77015550100 KZ'],
    ['+7 495 555-01-00', undefined, '+74955550100 RU'],
    ['+590 590 55 01 00', undefined, undefined],
    ['+590 590 55 01 00', 'GP', '+590590550100 GP'],
    ['+999 555 0100', undefined, undefined],
    ['＋８６ 138 0013 8000', undefined, '+8613800138000 CN'],
    ['212.555.0100', 'US', '2125550100 US'],
    ['1-212-555-0100', 'US', '12125550100 US'],
    ['555-0100', 'US', undefined],
    ['07975 777666', 'GB', '07975777666 GB'],
    ['0044 20 7946 0990', 'GB', undefined],
    ['212-555-0100', undefined, undefined],
    ['+1 212 555 0100 ext. 5', undefined, undefined],
    ['+1 212 555 0100 / +1 212 555 0101', undefined, undefined],
    ['+44 20 7946 0990 44 20 7946', undefined, undefined],
    ['12', 'GB', undefined],
    ['', 'GB', undefined],
  ])('%p of a column of %p is %p', (text, country, phone) => {
    expect(readPhone(text, country)).toBe(phone);
  });

  it.each([
    ['+12125550100 US', '12125550100 US', true],
    ['2125550100 US', '+12125550100 US', true],
    ['07975777666 GB', '+447975777666 GB', true],
    ['+6591234567 SG', '6591234567 SG', true],
    ['+12125550100 US', '+12125550101 US', false],
    ['+12125550100 US', '+12125550100 CA', false],
    ['07975777666 GB', '7975777667 GB', false],
  ])('%p and %p are the same: %p', (one, other, same) => {
    expect(samePhone(phoneOf(one), phoneOf(other))).toBe(same);
  });

  it('belongs to a country that the list of countries has', () => {
    const wrong = PAIRS.filter((code) => callingCodeOf(code) !== undefined && countryName(code) === undefined);
    expect(wrong).toEqual([]);
  });

  it('has a calling code in every country but those without people', () => {
    expect(listed.filter((code) => callingCodeOf(code) === undefined)).toEqual(['BV', 'HM', 'PN', 'TF', 'UM']);
  });

  it('begins with no calling code that is the beginning of another', () => {
    const codes = [...new Set(listed.flatMap((code) => callingCodeOf(code) ?? []))];
    for (const code of codes) expect(countryOfNumber(`${code}000000000`)?.code).toBe(code);
  });
});

describe('a country', () => {
  it.each([
    ['US', 'US'],
    [' usa ', 'US'],
    ['United  States', 'US'],
    ['UK', 'GB'],
    ['viet nam', 'VN'],
    ['Curaçao', 'CW'],
    ['CÔTE D’IVOIRE', 'CI'],
    ['Hong Kong', 'HK'],
    ['Congo', undefined],
    ['Korea', undefined],
    ['U', undefined],
    ['EU', undefined],
    ['Atlantis', undefined],
  ])('%p is %p', (text, code) => expect(readCountry(text)).toBe(code));

  it('is each that Node knows, and Node knows each', () => {
    expect(listed).toHaveLength(250);
    expect(listed.filter((code) => REGIONS.of(code) === undefined)).toEqual([]);
  });

  it('is read by its own name and code, and means under no name of Node another one', () => {
    for (const code of listed) {
      expect(readCountry(code)).toBe(code);
      expect(readCountry(countryName(code) ?? '')).toBe(code);
      expect([code, undefined]).toContain(readCountry(REGIONS.of(code) ?? ''));
    }
    expect(listed.filter((code) => readCountry(REGIONS.of(code) ?? '') === code).length).toBeGreaterThan(220);
  });
});
