import { describe, expect, it } from '@jest/globals';
import { literalsOf } from '../../scripts/regex-check/literals.js';
import { whyNotLinear } from '../../scripts/regex-check/proof.js';

describe('the check of regular expressions', () => {
  it('finds every literal in a file, with its flags and line', () => {
    const code = [
      'const A = /a+$/gu;',
      'export const f = (text: string) => text.split(/b/)[0] === ({ a: text.replace(/c\\//i, "") }).a;',
      'class C { #d = /d/; static e = { e: [/e/] }; }',
    ].join('\n');
    expect(literalsOf(code, 'typescript')).toEqual({
      literals: [
        { pattern: 'a+$', flags: 'gu', line: 1 },
        { pattern: 'b', flags: '', line: 2 },
        { pattern: 'c\\/', flags: 'i', line: 2 },
        { pattern: 'd', flags: '', line: 3 },
        { pattern: 'e', flags: '', line: 3 },
      ],
      composed: [],
    });
  });

  it('refuses an expression that is built at run time', () => {
    expect(literalsOf('const a = (b) =>\n new RegExp(b);\nconst c = RegExp("d");', 'ecmascript').composed).toHaveLength(
      2,
    );
  });

  it.each([
    ['^\\d{1,16}(?:\\.\\d{1,16})?$', ''],
    ['^(?:[!-_a-z{-~]+(?: [!-_a-z{-~]+)*)?$', ''],
    ['\\p{White_Space}+', 'gu'],
  ])('proves that /%s/%s is linear', (pattern, flags) => {
    expect(whyNotLinear(pattern, flags)).toBeUndefined();
  });

  it.each([
    ['\\s+$', '2nd degree polynomial'],
    ['^0*\\d*0*$', '3rd degree polynomial'],
    ['^(?:a+)+$', 'exponential'],
    ['(?<=a)b+c', 'look-behind'],
    ['^(?!a)b+c', 'look-ahead'],
  ])('refuses /%s/', (pattern, why) => {
    expect(whyNotLinear(pattern, '')).toContain(why);
  });
});
