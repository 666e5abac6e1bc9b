import { describe, expect, it } from '@jest/globals';
import { sourceLayout } from '../../../shared/lines/layout.js';
import { compileMapping, type MappedLine } from '../../../shared/mapper/map-line.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { mapping, orderLine, sourceColumns } from '../lines/source-rows.js';

/** A source column, its text, and what becomes of it: a text on the board, null for an empty column, or a reason. */
type Case = readonly [column: string, text: string | number, becomes: string | number | null];
/** What a mapping may say, beside the shipped one. */
type Style = 'as shipped' | 'decimal comma' | 'day first';

const MAPPINGS: Readonly<Record<Style, Mapping>> = {
  'as shipped': mapping,
  'decimal comma': { ...mapping, numbers: { decimal: ',' } },
  'day first': { ...mapping, dates: { order: 'dmy' } },
};

const PRICE = 'CUSTOMER PRICE';
const DAY = 'EX FACTORY DATE';
const LONG = 'x'.repeat(201);

const CASES: Readonly<Record<Style, readonly Case[]>> = {
  'as shipped': [
    // number
    [PRICE, '0', '0'],
    [PRICE, '-0', '0'],
    [PRICE, '12.5', '12.5'],
    [PRICE, 12.5, '12.5'],
    [PRICE, 1e-7, '0.0000001'],
    [PRICE, 1e21, 'NOT_A_NUMBER'],
    [PRICE, '1,234', '1234'],
    [PRICE, '$1,234,567.89', '1234567.89'],
    [PRICE, '-$5', '-5'],
    [PRICE, '5%', '5'],
    [PRICE, '+5', '5'],
    [PRICE, ' 5 ', '5'],
    [PRICE, '\u00a05', '5'],
    [PRICE, '5\n', '5'],
    [PRICE, '\u22125', '-5'],
    [PRICE, '２８．８６', '28.86'],
    [PRICE, '', null],
    [PRICE, ' \t ', null],
    [PRICE, 'nan', null],
    [PRICE, ' NONE ', null],
    [PRICE, 'Null', null],
    [PRICE, '12,50', 'NOT_A_NUMBER'],
    [PRICE, '0,5', 'NOT_A_NUMBER'],
    [PRICE, '0,500', 'NOT_A_NUMBER'],
    [PRICE, '1.234,56', 'NOT_A_NUMBER'],
    [PRICE, '5,3 %', 'NOT_A_NUMBER'],
    [PRICE, '5 %', 'NOT_A_NUMBER'],
    [PRICE, '$ 5', 'NOT_A_NUMBER'],
    [PRICE, '$', 'NOT_A_NUMBER'],
    [PRICE, '$-5', 'NOT_A_NUMBER'],
    [PRICE, '5$', 'NOT_A_NUMBER'],
    [PRICE, '5 USD', 'NOT_A_NUMBER'],
    [PRICE, '€5', 'NOT_A_NUMBER'],
    [PRICE, '1 234', 'NOT_A_NUMBER'],
    [PRICE, "1'234", 'NOT_A_NUMBER'],
    [PRICE, '1,23,456', 'NOT_A_NUMBER'],
    [PRICE, '1,234,5', 'NOT_A_NUMBER'],
    [PRICE, ',5', 'NOT_A_NUMBER'],
    [PRICE, '.5', 'NOT_A_NUMBER'],
    [PRICE, '5.', 'NOT_A_NUMBER'],
    [PRICE, '5-', 'NOT_A_NUMBER'],
    [PRICE, '(5)', 'NOT_A_NUMBER'],
    [PRICE, '5 / 6', 'NOT_A_NUMBER'],
    [PRICE, '5²', 'NOT_A_NUMBER'],
    [PRICE, '½', 'NOT_A_NUMBER'],
    [PRICE, '0x10', 'NOT_A_NUMBER'],
    [PRICE, '1e999', 'NOT_A_NUMBER'],
    [PRICE, '9'.repeat(21), 'NOT_A_NUMBER'],
    [PRICE, `0.${'1'.repeat(19)}`, 'NOT_A_NUMBER'],
    [PRICE, 'TBC', 'NOT_A_NUMBER'],
    [PRICE, '-', 'NOT_A_NUMBER'],
    [PRICE, '—', 'NOT_A_NUMBER'],
    [PRICE, '#REF!', 'NOT_A_NUMBER'],
    [PRICE, '=1+1', 'NOT_A_NUMBER'],
    [PRICE, 'true', 'NOT_A_NUMBER'],
    ['US TARIFF RATE', 'True', '0'],
    // date
    [DAY, '2025-09-30', '2025-09-30'],
    [DAY, '2025/09/30', '2025-09-30'],
    [DAY, '9/30/2025', '2025-09-30'],
    [DAY, '09/30/2025', '2025-09-30'],
    [DAY, '5/9/2025', '2025-05-09'],
    [DAY, '30 Sept 2025', '2025-09-30'],
    [DAY, 'september 30, 2025', '2025-09-30'],
    [DAY, '30-Sep-2025', '2025-09-30'],
    [DAY, 'Sep 30 2025 12:00AM', '2025-09-30'],
    [DAY, '2025-09-30 00:00', '2025-09-30'],
    [DAY, '2025-09-30T00:00:00', '2025-09-30'],
    [DAY, '2025-09-30 23:30:00 -11:00', '2025-09-30'],
    [DAY, '2025-09-30T23:59:59.999Z', '2025-09-30'],
    [DAY, '9/30/2025 12:00:00 AM', '2025-09-30'],
    [DAY, 'nan', null],
    [DAY, '\u00a0', null],
    [DAY, '30/9/2025', 'NOT_A_DATE'],
    [DAY, '30.9.2025', 'NOT_A_DATE'],
    [DAY, '9/31/2025', 'NOT_A_DATE'],
    [DAY, '2025-02-29', 'NOT_A_DATE'],
    [DAY, '2025-00-10', 'NOT_A_DATE'],
    [DAY, '0000-00-00', 'NOT_A_DATE'],
    [DAY, '9/30/25', 'NOT_A_DATE'],
    [DAY, '9/30', 'NOT_A_DATE'],
    [DAY, '2025-09', 'NOT_A_DATE'],
    [DAY, '2025-W40-2', 'NOT_A_DATE'],
    [DAY, '20250930', 'NOT_A_DATE'],
    [DAY, '45930', 'NOT_A_DATE'],
    [DAY, 45930, 'NOT_A_DATE'],
    [DAY, '2025-09-30 24:00', 'NOT_A_DATE'],
    [DAY, '2025-09-30 or later', 'NOT_A_DATE'],
    [DAY, 'mid September 2025', 'NOT_A_DATE'],
    [DAY, 'ASAP', 'NOT_A_DATE'],
    // trim
    ['PO NUMBER', ' 4755 ', '4755'],
    ['PO NUMBER', '12,50', '12,50'],
    ['PO NUMBER', 'nan', 'nan'],
    ['PO NUMBER', '', null],
    ['PO NUMBER', LONG, 'TOO_LONG'],
    ['NOTES', ' a\n b ', 'a\n b'],
    // trim_and_clean
    ['STYLE DESCRIPTION', ' a\n\t b ', 'a b'],
    ['STYLE DESCRIPTION', '\n', null],
    // label
    ['CATEGORY', 'TOPS, WOMENS', 'TOPS, WOMENS'],
    ['CATEGORY', ' a \n b ', 'a b'],
    ['CATEGORY', 'None', null],
    ['ORDER TYPE', ' active ', 'RECEIVED'],
    // customer
    ['CUSTOMER NAME', ' greyson  clothiers', 'GREYSON'],
    ['CUSTOMER NAME', 'nan', 'REQUIRED'],
    ['AAG ORDER NUMBER', LONG, 'TOO_LONG'],
    // sizes and their sum
    ['S', '12', 12],
    ['S', '12.00', 12],
    ['S', '1,200', 1200],
    ['S', '1e2', 100],
    ['S', '+7', 7],
    ['S', '999999', 999_999],
    ['S', '0', null],
    ['S', '-0.0', null],
    ['S', '0e5', null],
    ['S', '$0', null],
    ['S', 'nan', null],
    ['S', ' ', null],
    ['S', '1,5', 'SIZE_NOT_A_NUMBER'],
    ['S', '1O', 'SIZE_NOT_A_NUMBER'],
    ['S', '12 pcs', 'SIZE_NOT_A_NUMBER'],
    ['S', '5+5', 'SIZE_NOT_A_NUMBER'],
    ['S', 'X', 'SIZE_NOT_A_NUMBER'],
    ['S', '12.5', 'SIZE_NOT_WHOLE'],
    ['S', 0.5, 'SIZE_NOT_WHOLE'],
    ['S', '1e-3', 'SIZE_NOT_WHOLE'],
    ['S', '-1', 'SIZE_NEGATIVE'],
    ['S', '-0.5', 'SIZE_NEGATIVE'],
    ['S', '1000000', 'SIZE_TOO_LARGE'],
    ['S', '1e999999', 'SIZE_TOO_LARGE'],
    ['S', '9'.repeat(400), 'SIZE_TOO_LARGE'],
    ['TOTAL QTY', '5', 'TOTAL_DIFFERS'],
    ['TOTAL QTY', '0,5', 'NOT_A_NUMBER'],
    ['TOTAL QTY', '0', null],
    ['TOTAL QTY', 'null', null],
  ],
  'decimal comma': [
    [PRICE, '12,50', '12.5'],
    [PRICE, '1.234,56', '1234.56'],
    [PRICE, '1.234', '1234'],
    [PRICE, '-0,5', '-0.5'],
    [PRICE, '12.50', 'NOT_A_NUMBER'],
    [PRICE, '1,234.56', 'NOT_A_NUMBER'],
    ['S', '1.200', 1200],
    ['S', '12,0', 12],
    ['S', '12,5', 'SIZE_NOT_WHOLE'],
    ['TOTAL QTY', '0,0', null],
  ],
  'day first': [
    [DAY, '30/9/2025', '2025-09-30'],
    [DAY, '30.09.2025', '2025-09-30'],
    [DAY, '5/9/2025', '2025-09-05'],
    [DAY, '2025-09-30', '2025-09-30'],
    [DAY, '9/30/2025', 'NOT_A_DATE'],
    [DAY, '30/9.2025', 'NOT_A_DATE'],
    [DAY, '31.9.2025', 'NOT_A_DATE'],
  ],
};

const REASON = /^(?:[A-Z]+_[A-Z_]+|REQUIRED)$/;
const rows = Object.entries(CASES).flatMap(([style, cases]) =>
  cases.map(([column, text, becomes]) => ({ style: style as Style, column, text, becomes })),
);

/** A line that is complete but for one text; every column of the source is one of texts. */
function mapWith(style: Style, column: string, text: string | number): MappedLine {
  const texts = sourceColumns().map(({ name }) => ({ name, dataType: 'text' }));
  const layout = sourceLayout(mapping, texts);
  return compileMapping(MAPPINGS[style], layout)(orderLine([[column, text]], layout));
}

/** Where the text would have gone to. */
function shown(line: MappedLine, column: string): string | number | null | undefined {
  if (column === 'S') {
    if (line.absentSizes.includes('S')) return undefined;
    return line.sizes.find(({ label }) => label === 'S')?.quantity ?? null;
  }
  if (column === 'TOTAL QTY') return null;
  return line.values.get(mapping.item.columns.find(({ source }) => source === column)?.id ?? '');
}

describe('a text of the source', () => {
  it.each(rows)('$style: $column $text becomes $becomes', ({ style, column, text, becomes }) => {
    const line = mapWith(style, column, text);
    const problems = [...line.warnings, ...line.rejections].filter(
      ({ reason }) => column === 'TOTAL QTY' || reason !== 'TOTAL_DIFFERS',
    );
    if (typeof becomes !== 'string' || !REASON.test(becomes)) {
      expect(problems).toEqual([]);
      expect(shown(line, column)).toBe(becomes);
      return;
    }
    expect(problems.map(({ reason }) => reason)).toEqual([becomes]);
    const title = mapping.item.columns.find(({ source }) => source === column)?.title ?? column;
    expect(problems[0]).toMatchObject({ column: title, message: expect.stringContaining(title) });
    // Left as it is, or its line not sent at all.
    const rejects = becomes === 'REQUIRED' || becomes === 'SIZE_TOO_LARGE' || column === 'AAG ORDER NUMBER';
    expect(line.rejections).toHaveLength(rejects ? 1 : 0);
    if (!rejects && column !== 'TOTAL QTY') expect(shown(line, column)).toBeUndefined();
  });

  it('is tested in many spellings', () => {
    expect(rows.length).toBeGreaterThanOrEqual(120);
  });
});
