import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { flow } from '../../../shared/mapping/mapping-faults.js';

const ENDS_A_LINE = /[\n\r\u0085\u2028\u2029]/;

/** As a mapping is read: scalars are texts. */
const read = (yaml: string): unknown => parse(yaml, { schema: 'failsafe' });

function holds(text: string): void {
  const line = flow(text);
  expect(line).not.toMatch(ENDS_A_LINE);
  expect(read(`[${line}]`)).toEqual([text]);
  expect(read(`k: { ${line}: [${line}] }`)).toEqual({ k: { [text]: [text] } });
  expect(read(flow({ [text]: [text] }))).toEqual({ [text]: [text] });
}

describe('a value as YAML in one line', () => {
  it.each([
    'PO\nNUMBER',
    'ACME\r\nINC: "x" # y',
    'a: b\n::{"outputs":{}}::\nand so on, until it is longer than forty',
    '\n',
    ' x\n',
    'a\rb',
    'a\tb',
    'a\u0085b',
    'a\u2028b',
    'a\u2029b',
    'a\u001b[31mb',
    '\u007f',
    '\ud800',
    'back\\slash\n',
    '- x: [y',
    '"',
    "'",
    '#',
    '',
    `${'A'.repeat(120)} ${'B'.repeat(60)}`,
  ])('is one, and reads as it was, as a key too: %j', holds);

  it('is one for any text', () => {
    const signs = fc.oneof(fc.constantFrom('\n', '\r', ' ', ':', '#', '"', "'", '\\', '-', '\u2028'), fc.string());
    fc.assert(fc.property(fc.array(signs, { maxLength: 12 }), (parts) => holds(parts.join(''))));
  });
});
