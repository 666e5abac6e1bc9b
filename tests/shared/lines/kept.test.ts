import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileKept, differencesOf } from '../../../shared/lines/kept.js';
import { formatSizes, isNoSize, parseSizes } from '../../../shared/lines/sizes-text.js';
import { layout, orderLine } from './source-rows.js';

const keep = compileKept(layout);

describe('kept sizes', () => {
  it('are sparse, in table order, with exact names', () => {
    expect(
      keep(
        orderLine([
          ['30/30', 7],
          ['28', 5],
          ['XL', 0],
          ['M', 177],
          ['S', 104],
        ]),
      ).sizes,
    ).toBe('S=104;M=177;28=5;30/30=7');
    expect(keep(orderLine()).sizes).toBe('');
  });

  it('keep the exact text of a size that is not a number', () => {
    expect(keep(orderLine([['S', ' TBD; a=b\\ ']])).sizes).toBe('S= TBD\\; a\\=b\\\\ ');
  });

  it('read back as they were written', () => {
    const sizes = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })));
    fc.assert(fc.property(sizes, (pairs) => expect(parseSizes(formatSizes(pairs))).toEqual(pairs)));
  });

  it('are refused when a size has no value', () => {
    expect(() => parseSizes('S=1;M')).toThrow(/one of them has no value/);
  });
});

describe('isNoSize', () => {
  it.each(['1', '-1', '0.5', '00.10', 'x', '-', '.', '0x', 7, -7])('is false for %p', (value) => {
    expect(isNoSize(value)).toBe(false);
  });
});

describe('differencesOf', () => {
  it('names columns and sizes that differ, old and new, with null for none', () => {
    const before = keep(
      orderLine([
        ['NOTES', 'old'],
        ['S', 1],
        ['M', 2],
        ['28', 3],
      ]),
    );
    const after = keep(
      orderLine([
        ['NOTES', null],
        ['DROP', ''],
        ['S', 1],
        ['M', 9],
        ['XL', 4],
      ]),
    );
    expect(differencesOf(layout.columns, before, after)).toEqual([
      { kind: 'column', name: 'DROP', before: null, after: '' },
      { kind: 'column', name: 'NOTES', before: 'old', after: null },
      { kind: 'size', name: 'M', before: '2', after: '9' },
      { kind: 'size', name: 'XL', before: null, after: '4' },
      { kind: 'size', name: '28', before: '3', after: null },
    ]);
  });

  it('is empty for equal states, whatever the order of the sizes', () => {
    const state = { values: keep(orderLine()).values, sizes: 'S=1;M=2' };
    expect(differencesOf(layout.columns, state, { ...state, sizes: 'M=2;S=1' })).toEqual([]);
  });
});
