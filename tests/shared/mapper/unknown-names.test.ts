import { describe, expect, it } from '@jest/globals';
import { readSqlFile } from '../../../shared/ground/files.js';
import { sourceLayout } from '../../../shared/lines/layout.js';
import { nearestKnown } from '../../../shared/mapper/nearest.js';
import { compileUnknownName } from '../../../shared/mapper/unknown-names.js';
import { parseMapping } from '../../../shared/mapping/mapping.js';
import { type Cells, mapping, orderLine, sourceColumns } from '../lines/source-rows.js';

/** What the shipped mapping says with another scope rule and list of what is meant to stay out. */
function mappingWith({ scope, outOfScope = '[]' }: { scope?: string; outOfScope?: string }) {
  const shipped = readSqlFile('mappings/customer-orders.yaml');
  const text = scope === undefined ? shipped : shipped.replace(/\nscope:\n(?: .*\n)+/, `\nscope: ${scope}\n`);
  return parseMapping(text.replace('out_of_scope: []', `out_of_scope: ${outOfScope}`), 'test');
}

function unknownIn(cells: Cells, changes: { scope?: string; outOfScope?: string } = {}) {
  const own = mappingWith(changes);
  const layout = sourceLayout(own, sourceColumns(undefined, own));
  return compileUnknownName(own, layout)(orderLine(cells, layout));
}

const DRAFTS_OUT = '{ all: [{ customer: mapped }, { column: ORDER TYPE, not_in: [DRAFT] }] }';
const FRESH_ONLY = '{ all: [{ customer: mapped }, { column: EX FACTORY DATE, after: 2026-01-01 }] }';

describe('the unknown name that keeps a line out of scope', () => {
  it.each<[string, Cells, object]>([
    ['a customer that is not in the mapping', [['CUSTOMER NAME', ' ACME ']], { customer: 'ACME' }],
    ['a line without a customer', [['CUSTOMER NAME', null]], { customer: 'UNKNOWN' }],
    ['a word that no rule names', [['ORDER TYPE', 'CANCELED ']], { column: 'ORDER TYPE', word: 'CANCELED' }],
    [
      'a customer before a word',
      [
        ['CUSTOMER NAME', 'ACME'],
        ['ORDER TYPE', 'CANCELED'],
      ],
      { customer: 'ACME' },
    ],
  ])('is %s', (_, cells, unknown) => {
    expect(unknownIn(cells)).toEqual(unknown);
  });

  it.each<[string, Cells, { scope?: string; outOfScope?: string }]>([
    ['a word that the rule excludes by name', [['ORDER TYPE', 'Draft']], { scope: DRAFTS_OUT }],
    ['a day that the rule excludes', [['EX FACTORY DATE', '2025-12-31']], { scope: FRESH_ONLY }],
    ['a listed customer, folded', [['CUSTOMER NAME', 'Acme\u00a0Sports']], { outOfScope: '[ACME SPORTS]' }],
    ['a listed word, folded', [['ORDER TYPE', '\u200bsample']], { outOfScope: '[SAMPLE]' }],
    ['no customer, if UNKNOWN is listed', [['CUSTOMER NAME', null]], { outOfScope: '[UNKNOWN]' }],
    ['a blank, if a blank is listed', [['EX FACTORY DATE', 'nan']], { scope: FRESH_ONLY, outOfScope: '[""]' }],
    [
      'a listed customer, whatever else is unknown in the line',
      [
        ['CUSTOMER NAME', 'ACME'],
        ['ORDER TYPE', 'CANCELED'],
      ],
      { outOfScope: '[ACME]' },
    ],
    [
      'a known word, whatever the customer',
      [
        ['CUSTOMER NAME', 'ACME'],
        ['ORDER TYPE', 'DRAFT'],
      ],
      { scope: DRAFTS_OUT },
    ],
  ])('is not reported for %s', (_, cells, changes) => {
    expect(unknownIn(cells, changes)).toBeUndefined();
  });

  it('is an unreadable or missing day, if the rule tests for one', () => {
    const at = { column: 'EX FACTORY DATE' };
    expect(unknownIn([['EX FACTORY DATE', 'soon']], { scope: FRESH_ONLY })).toEqual({ ...at, word: 'soon' });
    expect(unknownIn([['EX FACTORY DATE', null]], { scope: FRESH_ONLY })).toEqual({ ...at, word: '' });
  });

  it('is a blank that no rule names, and not a blank that a rule names', () => {
    const scope = '{ column: ORDER TYPE, in: [ACTIVE] }';
    expect(unknownIn([['ORDER TYPE', null]], { scope })).toEqual({ column: 'ORDER TYPE', word: '' });
    const named = '{ all: [{ column: ORDER TYPE, in: [ACTIVE] }, { column: ORDER TYPE, blank: false }] }';
    expect(unknownIn([['ORDER TYPE', null]], { scope: named })).toBeUndefined();
  });

  it('is a word that neither a value map nor the rule for cancelled lines names', () => {
    const scope = '{ column: ORDER TYPE, in: [ACTIVE] }';
    expect(unknownIn([['ORDER TYPE', 'FORECAST']], { scope })).toBeUndefined();
    expect(unknownIn([['ORDER TYPE', 'CANCELLED']], { scope })).toBeUndefined();
    expect(unknownIn([['ORDER TYPE', 'SAMPLE']], { scope })).toEqual({ column: 'ORDER TYPE', word: 'SAMPLE' });
  });
});

describe('the nearest name that the mapping knows', () => {
  it.each([
    ['GREYSON CLOTHIERS LTD', 'GREYSON'],
    ['GREYSN CLOTHIERS', 'GREYSON'],
    ['Greyson', 'GREYSON'],
    ['TITLE NNE', 'TITLE NINE'],
    ['Peloton (US)', 'PELOTON'],
    ['PELTOON', 'PELOTON'],
    ['SEISSENSE INTERNATIONAL', 'SEISSENSE'],
    ['THE CAMILLA GROUP', 'CAMILLA'],
    ['NORTHWIND ATHLETICS', undefined],
    ['UNKNOWN', undefined],
    ['', undefined],
    ['A', undefined],
  ])('to %p is %p', (customer, nearest) => {
    expect(nearestKnown(mapping, { customer })).toBe(nearest);
  });

  it.each([
    ['CANCELED', 'CANCELLED'],
    ['ACTIV', 'ACTIVE'],
    ['SAMPLE', undefined],
  ])('of the words of a column to %p is %p', (word, nearest) => {
    expect(nearestKnown(mapping, { column: 'ORDER TYPE', word })).toBe(nearest);
  });
});
