import { describe, expect, it } from '@jest/globals';
import { readSqlFile } from '../../../shared/ground/files.js';
import { sourceLayout } from '../../../shared/lines/layout.js';
import { compileMapping } from '../../../shared/mapper/map-line.js';
import { parseMapping } from '../../../shared/mapping/mapping.js';
import { type Cells, layout, mapping, orderLine, sourceColumns } from '../lines/source-rows.js';

const map = compileMapping(mapping, layout);
const mapped = (...cells: Cells) => map(orderLine(cells));

/** The text of a board column by its title; undefined when the board keeps what it shows. */
function value(line: ReturnType<typeof map>, title: string): string | null | undefined {
  return line.values.get(mapping.item.columns.find((column) => column.title === title)?.id ?? '');
}

describe('a mapped line', () => {
  it('has a value for each mapped column, null where the source is empty', () => {
    const line = mapped();
    expect([...line.values].map(([id]) => id)).toEqual(mapping.item.columns.map(({ id }) => id));
    expect(value(line, 'CUSTOMER')).toBe('GREYSON');
    expect(value(line, 'ORDER TYPE')).toBe('RECEIVED');
    expect(value(line, 'NOTES')).toBeNull();
    expect([line.warnings, line.rejections]).toEqual([[], []]);
  });

  it('leaves out an unreadable value, with a warning that quotes no words', () => {
    const line = mapped(['FREIGHT', 'ask Jane'], ['EX FACTORY DATE', '2025-02-30']);
    expect(value(line, 'FREIGHT')).toBeUndefined();
    expect(value(line, 'CUSTOMER EX FACTORY DATE')).toBeUndefined();
    expect(line.warnings.map(({ reason }) => reason)).toEqual(['NOT_A_DATE', 'NOT_A_NUMBER']);
    expect(JSON.stringify(line.warnings)).not.toMatch(/Jane/);
    expect(line.rejections).toEqual([]);
  });

  it.each(['AAG ORDER NUMBER', 'CUSTOMER NAME'])('is rejected without %s', (column) => {
    expect(mapped([column, ' ']).rejections).toMatchObject([{ reason: 'REQUIRED' }]);
  });

  it('is rejected when a required text is too long to be sent in full', () => {
    expect(mapped(['AAG ORDER NUMBER', 'x'.repeat(201)]).rejections).toMatchObject([{ reason: 'TOO_LONG' }]);
  });

  it.each(['\u200b', ' \u00ad ', '\u202e\u2060'])('counts a text that shows nothing as none: %j', (text) => {
    expect(mapped(['AAG ORDER NUMBER', text]).rejections).toMatchObject([{ reason: 'REQUIRED' }]);
    expect(value(mapped(['NOTES', text]), 'NOTES')).toBeNull();
  });

  it('is rejected when it would have no name', () => {
    const line = mapped(['AAG ORDER NUMBER', null], ['CUSTOMER STYLE', ''], ['CUSTOMER COLOUR DESCRIPTION', ' ']);
    expect(line.rejections.map(({ reason }) => reason)).toEqual(['REQUIRED', 'NO_NAME']);
  });
});

describe('the item name', () => {
  it.each([
    [[], 'MSP26B46JET BLACKGRE-04755'],
    [[['CUSTOMER COLOUR DESCRIPTION', null]], 'MSP26B46GRE-04755'],
    [
      [
        ['CUSTOMER STYLE', 'WT00569 P'],
        ['CUSTOMER COLOUR DESCRIPTION', '417 - MALTESE BLUE'],
      ],
      'WT00569 P417 - MALTESE BLUEGRE-04755',
    ],
  ] as [Cells, string][])('of %j is %s', (cells, name) => {
    expect(map(orderLine(cells)).itemName).toBe(name);
  });

  it('has at most 255 characters', () => {
    const line = mapped(['CUSTOMER STYLE', 'S'.repeat(300)]);
    expect(line.itemName).toHaveLength(255);
    expect(line.warnings).toMatchObject([{ column: 'name', reason: 'TOO_LONG' }]);
  });
});

describe('the group', () => {
  it.each([
    ['2025 FALL', 'SPRING SUMMER 2026', 'GREYSON SPRING SUMMER 2026'],
    ['2025 FALL', null, 'GREYSON 2025 FALL'],
    ['2025 FALL', ' NaN ', 'GREYSON 2025 FALL'],
    ['none', 'NULL', 'GREYSON UNKNOWN SEASON'],
    [null, '', 'GREYSON UNKNOWN SEASON'],
    ['2025 FALL', 'N/A', 'GREYSON N/A'],
    ['2025 FALL', ' $& {season} ', 'GREYSON $& {season}'],
  ])('of AAG season %p and customer season %p is %s', (aag, customer, title) => {
    const line = mapped(['AAG SEASON', aag], ['CUSTOMER SEASON', customer]);
    expect(line.group).toBe(title);
    expect(line.rejections).toEqual([]);
  });

  it('of a line without a season is the fallback, with a warning', () => {
    expect(mapped(['AAG SEASON', null]).warnings).toMatchObject([{ column: 'AAG SEASON', reason: 'REQUIRED' }]);
  });
});

describe('the group of another mapping', () => {
  const shipped = readSqlFile('mappings/customer-orders.yaml');
  /** The title of a line's group under the shipped mapping with another group. */
  const groupUnder = (group: string, ...cells: Cells) => {
    const text = shipped.replace(/^ {2}group:\n(?: {4}.*\n)+/m, group);
    const other = parseMapping(text, 'other');
    const own = sourceLayout(other, sourceColumns(undefined, other));
    const texts = new Map<string, unknown>(layout.select.map((name, place) => [name, orderLine(cells)[place]]));
    const row = own.select.map((name) => texts.get(name) as string | null);
    return compileMapping(other, own)(row).group;
  };

  it.each([
    ['title: ORDERS', 'ORDERS'],
    ['title: "{customer}"', 'GREYSON'],
    [
      'title: "{kind} of {customer}: {kind}", placeholders: { kind: { columns: [DROP, CATEGORY], fallback: ANY } }',
      'TOPS  & {customer} of GREYSON: TOPS  & {customer}',
    ],
    [
      'title: "{customer} {season}{kind}", season: [DROP, AAG SEASON], fallback: NONE, placeholders: { kind: { columns: [DROP], fallback: "/ANY" } }',
      'GREYSON 2025 FALL/ANY',
    ],
  ])('with %s is %s', (group, title) => {
    const cells: Cells = [['CATEGORY', 'TOPS  & {customer}']];
    expect(groupUnder(`  group: { ${group} }\n`, ...cells)).toBe(title.replace(/ {2}/g, ' '));
  });

  it('is none where the mapping has none', () => {
    expect(groupUnder('')).toBeNull();
  });
});

describe('scope', () => {
  it.each([null, '', 'nan', 'ACTIVE', ' active ', 'Cancelled', 'FORECAST', 'RECEIVED'])(
    'includes a mapped customer with order type %p',
    (type) => {
      expect(mapped(['ORDER TYPE', type]).inScope).toBe(true);
    },
  );

  it('excludes other order types and unmapped customers', () => {
    expect(mapped(['ORDER TYPE', 'SAMPLE']).inScope).toBe(false);
    expect(mapped(['CUSTOMER NAME', 'ACME SPORTS']).inScope).toBe(false);
  });

  it.each(['CANCELLED', 'Cancelled', ' cancelled ', '\u00a0CANCELLED', 'CAN\u200bCELLED', 'ＣＡＮＣＥＬＬＥＤ'])(
    'cancels order type %p',
    (type) => {
      const line = mapped(['ORDER TYPE', type]);
      expect(line).toMatchObject({ inScope: true, cancelled: true });
      expect(value(line, 'ORDER TYPE')).toBe('CANCELLED');
      expect(mapped().cancelled).toBe(false);
    },
  );

  it('finds no fault in the sizes of a cancelled line, none of which is sent', () => {
    const faults: Cells = [
      ['S', '1000000'],
      ['M', 'some'],
      ['TOTAL QTY', '3'],
    ];
    const types = (line: ReturnType<typeof mapped>) => [line.rejections, line.warnings].map((all) => all.length);
    expect(types(mapped(...faults))).toEqual([1, 2]);
    expect(types(mapped(['ORDER TYPE', 'CANCELLED'], ...faults))).toEqual([0, 0]);
  });

  it.each([
    ['{ not: { column: ORDER TYPE, in: [ACTIVE] } }', false],
    ['{ column: ORDER TYPE, not_in: [SAMPLE] }', true],
    ['{ column: DROP, not_in: [SAMPLE] }', true],
    ['{ column: DROP, in: [SAMPLE] }', false],
    ['{ column: DROP, in: [SAMPLE, ""] }', true],
    ['{ column: DROP, in: [SAMPLE, NaN] }', true],
    ['{ column: DROP, not_in: [""] }', false],
    ['{ column: NOTES, in: [""] }', false],
    ['{ column: NOTES, not_in: [none] }', true],
    ['{ column: EX FACTORY DATE, after: 2025-12-30, before: 2026-01-01 }', true],
    ['{ column: EX FACTORY DATE, after: 2025-12-31 }', false],
    ['{ column: EX FACTORY DATE, before: 2025-12-31 }', false],
    ['{ column: ORDER DATE PO RECEIVED, after: 2000-01-01 }', false],
    ['{ column: NOTES, after: 2000-01-01 }', false],
    ['{ column: NOTES, blank: false }', true],
    ['{ customer: unmapped }', false],
    ['{ any: [{ customer: unmapped }, { column: NOTES, blank: false }] }', true],
  ])('has rule %s as %p for an order of 31 December 2025', (rule, expected) => {
    const text = readSqlFile('mappings/customer-orders.yaml').replace(/\nscope:\n(?: .*\n)+/, `\nscope: ${rule}\n`);
    const own = parseMapping(text, 'test');
    const ownLayout = sourceLayout(own, sourceColumns(undefined, own));
    const row = orderLine(
      [
        ['EX FACTORY DATE', '12/31/2025'],
        ['NOTES', 'some day'],
      ],
      ownLayout,
    );
    expect(compileMapping(own, ownLayout)(row).inScope).toBe(expected);
  });
});

describe('sizes', () => {
  it('are the non-zero ones in table order with the column name as label', () => {
    const line = mapped(
      ['XS', 10],
      ['S', 20],
      ['M', 0],
      ['L', 15],
      ['XL', null],
      ['28', '7'],
      ['30/30', '1.0'],
      ['TOTAL QTY', 53],
    );
    expect(line.sizes.map(({ label, quantity }) => [label, quantity])).toEqual([
      ['XS', 10],
      ['S', 20],
      ['L', 15],
      ['28', 7],
      ['30/30', 1],
    ]);
    expect(line.sizes.map(({ ordinal }) => ordinal)).toEqual([1, 2, 4, 7, 8]);
    expect(line.warnings).toEqual([]);
  });

  it.each([
    [-5, 'SIZE_NEGATIVE'],
    ['-1', 'SIZE_NEGATIVE'],
    ['TBD', 'SIZE_NOT_A_NUMBER'],
    [2.5, 'SIZE_NOT_WHOLE'],
    ['2.5', 'SIZE_NOT_WHOLE'],
  ])('of %p are left out with a warning', (quantity, reason) => {
    const line = mapped(['S', quantity], ['M', 3]);
    expect(line.sizes).toMatchObject([{ label: 'M', quantity: 3 }]);
    expect(line.warnings).toMatchObject([{ size: 'S', reason }]);
    expect(line.rejections).toEqual([]);
  });

  it.each([1_000_000, '1000000', '9'.repeat(30)])('above 999,999 reject the line: %p', (quantity) => {
    expect(mapped(['S', quantity]).rejections).toMatchObject([{ size: 'S', reason: 'SIZE_TOO_LARGE' }]);
    expect(mapped(['S', 999_999]).rejections).toEqual([]);
  });

  it('that do not add up to the total are sent with a warning', () => {
    expect(mapped(['S', 5], ['TOTAL QTY', 6]).warnings).toMatchObject([
      { column: 'TOTAL QTY', reason: 'TOTAL_DIFFERS' },
    ]);
    expect(mapped(['S', 5], ['TOTAL QTY', '5.0']).warnings).toEqual([]);
    expect(mapped(['S', 5], ['TOTAL QTY', null]).warnings).toEqual([]);
    expect(mapped(['TOTAL QTY', 0]).warnings).toEqual([]);
  });
});
