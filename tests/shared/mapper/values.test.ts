import { describe, expect, it } from '@jest/globals';
import { compileValue } from '../../../shared/mapper/values.js';
import { type ItemColumn, loadMapping } from '../../../shared/mapping/mapping.js';

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
  it.each([null, '', ' ', 'NULL', 'None', 'NaN', '\u00a0'])('%p is empty', (source) => {
    expect(read('CUSTOMER PRICE', source)).toBeNull();
  });

  it("are read with the mapping's decimal sign, unless the database wrote them", () => {
    const comma = { ...mapping, numbers: { decimal: ',' as const } };
    expect(compileValue(comma, column('CUSTOMER PRICE'))('1.234')).toEqual({ text: '1234' });
    expect(compileValue(comma, column('CUSTOMER PRICE'), '.')('1.234')).toEqual({ text: '1.234' });
  });

  it('reads TRUE as 0 in the tariff rate only', () => {
    expect(['TRUE', ' true '].map((source) => read('US TARIFF RATE', source))).toEqual(['0', '0']);
    expect(read('US TARIFF', 'TRUE')).toBe('NOT_A_NUMBER');
  });
});

describe('a text that cannot be read', () => {
  const messageOf = (title: string, source: string) => {
    const value = compileValue(mapping, column(title))(source);
    return 'unfit' in value ? value.unfit.message : '';
  };

  it.each([
    ['CUSTOMER PRICE', ' 12,50 '],
    ['CUSTOMER PRICE', '5,3 %'],
    ['CUSTOMER PRICE', '12 pcs'],
    ['CUSTOMER PRICE', 'TBC'],
    ['ORDER DATE PO RECEIVED', '2025-02-30'],
  ])('of %s is quoted unchanged: %p', (title, source) => {
    expect(messageOf(title, source)).toContain(`${title}: "${source.trim()}" is not a`);
  });

  it.each(['ask Jane', 'call Jane 0171 555', 'to be advised', '1,'.repeat(21), '12\u20282', '1\u001b[2J'])(
    'is not quoted if it could contain more: %p',
    (source) => {
      const message = messageOf('CUSTOMER PRICE', source);
      expect(message).toContain(`a text of ${source.length} characters is not a number`);
      expect(message).not.toContain(source);
    },
  );
});

describe('dates', () => {
  it.each([null, '', 'nan', 'NULL'])('%p is empty', (source) => {
    expect(read('ORDER DATE PO RECEIVED', source)).toBeNull();
  });

  it('are read in the order of the mapping', () => {
    const dayFirst = { ...mapping, dates: { order: 'dmy' as const } };
    expect(read('ORDER DATE PO RECEIVED', '5/9/2025')).toBe('2025-05-09');
    expect(compileValue(dayFirst, column('ORDER DATE PO RECEIVED'))('5/9/2025')).toEqual({ text: '2025-09-05' });
  });
});

describe('periods and checkmarks', () => {
  const shown = (type: ItemColumn['type'], source: string) => {
    const value = compileValue(mapping, { ...column('NOTES'), type })(source);
    return 'unfit' in value ? value.unfit.reason : value.text;
  };

  it.each([
    ['2025-09-30 - 10/5/2025', '2025-09-30 - 2025-10-05'],
    ['30 Sep 2025', '2025-09-30 - 2025-09-30'],
    ['2025-09-30 – 2025-10-05', '2025-09-30 - 2025-10-05'],
    ['none', null],
    ['2025-10-05 - 2025-09-30', 'NOT_A_PERIOD'],
    ['2025-09-30 - TBC', 'NOT_A_PERIOD'],
    ['2025-09-30 - 2025-10-05 - 2025-10-06', 'NOT_A_PERIOD'],
    ['week 40', 'NOT_A_PERIOD'],
  ])('%p as a period is %p', (source, period) => expect(shown('timeline', source)).toBe(period));

  it.each([
    [' Yes ', 'true'],
    ['1', 'true'],
    ['No', null],
    ['0', null],
    ['', null],
    ['maybe', 'NOT_A_CHECKMARK'],
    ['10', 'NOT_A_CHECKMARK'],
  ])('%p as a checkmark is %p', (source, mark) => expect(shown('checkbox', source)).toBe(mark));
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
  it('are trimmed, and keep their line breaks unless the rule cleans them', () => {
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

  it('of a long text column are cut even if the mapping states no length', () => {
    const value = compileValue(mapping, { ...column('NOTES'), maxLength: undefined })('x'.repeat(2001));
    expect(value).toMatchObject({ text: `${'x'.repeat(1999)}…`, warning: { reason: 'TOO_LONG' } });
  });

  it('that identify something are not cut: a truncated number would be another order', () => {
    expect(read('PO NUMBER', 'x'.repeat(200))).toBe('x'.repeat(200));
    expect(read('PO NUMBER', 'x'.repeat(201))).toBe('TOO_LONG');
  });
});
