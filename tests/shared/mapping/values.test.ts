import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalDate } from '../../../shared/mapping/dates.js';
import { canonicalDecimal, roundDecimal } from '../../../shared/mapping/decimals.js';
import { type ItemColumn, loadMapping } from '../../../shared/mapping/mapping.js';
import { compileValue } from '../../../shared/mapping/values.js';

const mapping = loadMapping();

function column(title: string): ItemColumn {
  const found = mapping.item.columns.find((candidate) => candidate.title === title);
  if (found === undefined) throw new Error(`No column ${title}`);
  return found;
}

/** The canonical text, or the reason why there is none. */
function read(title: string, source: string | null): string | null {
  const value = compileValue(mapping, column(title))(source);
  return 'unfit' in value ? value.unfit.reason : value.text;
}

describe('numbers', () => {
  it.each([
    ['$1,234.50', '1234.5'],
    [' 75 % ', '75'],
    ['28.86', '28.86'],
    ['0', '0'],
    ['-0.00', '0'],
    ['-.5', '-0.5'],
    ['+007.', '7'],
    ['12.345678901234567', '12.345678901234567'],
    ['99999999999999999', '99999999999999999'],
    ['1.5E-05', '0.000015'],
    ['2e3', '2000'],
    ['1.25e1', '12.5'],
    ['\u00a05\u00a0', '5'],
    ['0.123456789012345678', '0.123456789012345678'],
    ['1.1000000000000000000000', '1.1'],
  ])('%p is %s', (source, number) => {
    expect(read('CUSTOMER PRICE', source)).toBe(number);
  });

  it.each([null, '', ' ', 'NULL', 'None', 'NaN', '$'])('%p is empty', (source) => {
    expect(read('CUSTOMER PRICE', source)).toBeNull();
  });

  it.each([
    'TBC',
    '12 pcs',
    '1.2.3',
    '--1',
    '.',
    'e5',
    '1e999',
    '123456789012345678901',
    '0.1234567890123456789',
    'TRUE',
    '(5)',
  ])('%p cannot be read', (source) => {
    expect(read('FREIGHT', source)).toBe('NOT_A_NUMBER');
  });

  it('takes TRUE for 0 in the tariff rate only', () => {
    expect(['TRUE', ' true '].map((source) => read('US TARIFF RATE', source))).toEqual(['0', '0']);
    expect(read('US TARIFF', 'TRUE')).toBe('NOT_A_NUMBER');
  });

  it('keeps every digit of what it can hold, and reads its own result unchanged', () => {
    const decimal = fc.tuple(
      fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n }),
      fc.stringMatching(/^\d{0,18}$/),
    );
    fc.assert(
      fc.property(decimal, ([whole, fraction]) => {
        const text = canonicalDecimal(`${whole}.${fraction}`) ?? 'none';
        const [integer = '', digits = ''] = text.split('.');
        expect(BigInt(integer)).toBe(whole);
        expect(digits).toBe(fraction.replace(/0+$/, ''));
        expect(canonicalDecimal(text)).toBe(text);
      }),
    );
  });

  it.each([
    ['1.005', 2, '1.01'],
    ['-1.005', 2, '-1.01'],
    ['0.004', 2, '0'],
    ['9.99', 1, '10'],
    ['12.5', 3, '12.5'],
    ['12.5', 0, '13'],
  ])('rounds %s to %i digits as %s', (number, digits, rounded) => {
    expect(roundDecimal(number, digits)).toBe(rounded);
  });
});

describe('dates', () => {
  it.each([
    ['2025-05-20', '2025-05-20'],
    ['05/06/2025', '2025-05-06'],
    ['20/05/2025', '2025-05-20'],
    ['2/29/2024', '2024-02-29'],
    ['2025-05-20 13:30:00', '2025-05-20'],
    ['2025-05-20 00:00:00.0000000', '2025-05-20'],
    [' 2025-5-2 ', '2025-05-02'],
  ])('%p is %s', (source, date) => {
    expect(read('ORDER DATE PO RECEIVED', source)).toBe(date);
  });

  it.each([
    '2025-02-30',
    '2025-13-01',
    '29/02/2025',
    '13/13/2025',
    '00/10/2025',
    '20.05.2025',
    '2025-05-20 25:00:00',
    '45797',
    'TBD',
    '2100-02-29',
  ])('%p cannot be read', (source) => {
    expect(read('ORDER DATE PO RECEIVED', source)).toBe('NOT_A_DATE');
  });

  it.each([null, '', 'nan', 'NULL'])('%p is empty', (source) => {
    expect(read('ORDER DATE PO RECEIVED', source)).toBeNull();
  });

  it('gives every day that exists back, and no other', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const iso = day.toISOString().slice(0, 10);
        const [year, month, dayOfMonth] = iso.split('-');
        expect(canonicalDate(iso)).toBe(iso);
        expect(canonicalDate(`${month}/${dayOfMonth}/${year}`)).toBe(iso);
      }),
    );
  });
});

describe('labels', () => {
  it.each([
    ['ORDER TYPE', ' Active ', 'RECEIVED'],
    ['ORDER TYPE', 'Cancelled', 'CANCELLED'],
    ['ORDER TYPE', 'SAMPLE', 'SAMPLE'],
    ['CATEGORY', 'TOPS, WOMENS', 'TOPS, WOMENS'],
    ['STYLE', '629249', '629249'],
    ['STYLE', ' WT00569\n  P ', 'WT00569 P'],
    ['STYLE', 'None', 'None'],
    ['COLOR', 'CRÃˆME', 'CRÃˆME'],
    ['CUSTOMER', 'lorna jane (au)', 'LORNA JANE'],
    ['AAG SEASON', 'nan', null],
    ['AAG SEASON', 'N/A', 'N/A'],
    ['DROP', '  ', null],
  ])('%s %p is %p', (title, source, label) => {
    expect(read(title, source)).toBe(label);
  });
});

describe('texts', () => {
  it('are trimmed, and keep their line breaks unless they are cleaned', () => {
    expect(read('NOTES', ' a\n b ')).toBe('a\n b');
    expect(read('STYLE DESCRIPTION', ' a\n\t b ')).toBe('a b');
    expect(read('DESTINATION', 'NONE')).toBe('NONE');
    expect(read('DESTINATION', '')).toBeNull();
  });

  it('of a long text column are cut at 2,000 characters with a warning, never within a character', () => {
    // In UTF-16 units, the stricter way to count: a face is two of them.
    const value = compileValue(mapping, column('NOTES'))('😀'.repeat(1001));
    expect(value).toMatchObject({ text: `${'😀'.repeat(999)}…`, warning: { reason: 'TOO_LONG', column: 'NOTES' } });
    expect(read('NOTES', '😀'.repeat(1000))).toBe('😀'.repeat(1000));
  });

  it('of a long text column are cut though the mapping states no length', () => {
    const value = compileValue(mapping, { ...column('NOTES'), maxLength: undefined })('x'.repeat(2001));
    expect(value).toMatchObject({ text: `${'x'.repeat(1999)}…`, warning: { reason: 'TOO_LONG' } });
  });

  it('that name something are not cut: another number would be another order', () => {
    expect(read('PO NUMBER', 'x'.repeat(200))).toBe('x'.repeat(200));
    expect(read('PO NUMBER', 'x'.repeat(201))).toBe('TOO_LONG');
  });
});
