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

describe('a value of its own', () => {
  const textFor = (values: ItemColumn['values'], source: string | null) =>
    compileValue(mapping, { ...column('ORDER TYPE'), values })(source);

  it.each([null, '', ' ', 'NULL', 'none'])('for one blank word is that of every blank, %p too', (source) => {
    expect(textFor([['nan', 'UNKNOWN']], source)).toEqual({ text: 'UNKNOWN' });
    expect(textFor([['', 'UNKNOWN']], source)).toEqual({ text: 'UNKNOWN' });
    expect(textFor([['ACTIVE', 'RECEIVED']], source)).toEqual({ text: null });
  });

  it('is each its own where several blank words have one', () => {
    const values: ItemColumn['values'] = [
      ['', 'NO TYPE'],
      ['none', 'NONE GIVEN'],
    ];
    expect(textFor(values, 'None')).toEqual({ text: 'NONE GIVEN' });
    expect([null, 'null'].map((source) => textFor(values, source))).toEqual([{ text: 'NO TYPE' }, { text: 'NO TYPE' }]);
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
    ['2025-09-30/2025-10-05', '2025-09-30 - 2025-10-05'],
    ['2025-09-30/2025-10', 'NOT_A_PERIOD'],
    ['9/30/2025/10/5/2025', 'NOT_A_PERIOD'],
    ['2025-10-05/2025-09-30', 'NOT_A_PERIOD'],
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

describe('e-mail addresses, links, ratings and times of day', () => {
  const value = (type: ItemColumn['type'], source: string) =>
    compileValue(mapping, { ...column('NOTES'), type, rule: type === 'rating' ? 'number' : 'trim' })(source);
  const shown = (type: ItemColumn['type'], source: string) => {
    const found = value(type, source);
    return 'unfit' in found ? found.unfit.reason : found.text;
  };

  it.each([
    [' orders@rhone.example\n', 'orders@rhone.example'],
    ["Jo.O'Neil+po@mail.rhone.example", "Jo.O'Neil+po@mail.rhone.example"],
    ['none', null],
    ['orders@rhone', 'NOT_AN_EMAIL'],
    ['orders rhone.example', 'NOT_AN_EMAIL'],
    ['a@b.example, c@d.example', 'NOT_AN_EMAIL'],
    ['Orders <orders@rhone.example>', 'NOT_AN_EMAIL'],
    ['mailto:orders@rhone.example', 'NOT_AN_EMAIL'],
    ['.orders@rhone.example', 'NOT_AN_EMAIL'],
    ['or..ders@rhone.example', 'NOT_AN_EMAIL'],
    ['orders@-rhone.example', 'NOT_AN_EMAIL'],
    ['orders@rhone..example', 'NOT_AN_EMAIL'],
    ['a@b@c.example', 'NOT_AN_EMAIL'],
  ])('%p as an e-mail address is %p', (source, text) => expect(shown('email', source)).toBe(text));

  it.each([
    ['https://rhone.example/specs?po=4755#x', 'https://rhone.example/specs?po=4755#x'],
    ['HTTP://rhone.example', 'HTTP://rhone.example'],
    [' https://rhone.example/specs   Spec sheet ', 'https://rhone.example/specs Spec sheet'],
    ['https://rhone.example https://rhone.example', 'https://rhone.example'],
    ['', null],
    ['rhone.example', 'NOT_A_LINK'],
    ['ftp://rhone.example', 'NOT_A_LINK'],
    ['javascript:alert(1)', 'NOT_A_LINK'],
    ['https:rhone.example', 'NOT_A_LINK'],
    ['https://', 'NOT_A_LINK'],
    ['https://user:secret@rhone.example', 'NOT_A_LINK'],
    ['https://rhone.example\\x', 'NOT_A_LINK'],
    ['Spec sheet https://rhone.example', 'NOT_A_LINK'],
  ])('%p as a link is %p', (source, text) => expect(shown('link', source)).toBe(text));

  it.each([
    ['1', '1'],
    ['5.00', '5'],
    ['none', null],
    ['0', 'NOT_A_RATING'],
    ['6', 'NOT_A_RATING'],
    ['4.5', 'NOT_A_RATING'],
    ['-3', 'NOT_A_RATING'],
    ['1e30', 'NOT_A_RATING'],
    ['good', 'NOT_A_NUMBER'],
  ])('%p as a rating is %p', (source, text) => expect(shown('rating', source)).toBe(text));

  it.each([
    ['8:30', '08:30'],
    ['00:00', '00:00'],
    ['23:59:00.0000000', '23:59'],
    ['12:05 am', '00:05'],
    ['12:05PM', '12:05'],
    ['１４：３０', '14:30'],
    ['none', null],
    ['24:00', 'NOT_AN_HOUR'],
    ['13:00 PM', 'NOT_AN_HOUR'],
    ['0:30 AM', 'NOT_AN_HOUR'],
    ['8:60', 'NOT_AN_HOUR'],
    ['8:30:15', 'NOT_AN_HOUR'],
    ['8.30', 'NOT_AN_HOUR'],
    ['0830', 'NOT_AN_HOUR'],
    ['2026-01-02 08:30', 'NOT_AN_HOUR'],
  ])('%p as a time of day is %p', (source, text) => expect(shown('hour', source)).toBe(text));

  it.each([
    ['email', '1@2'],
    ['link', 'x.y'],
    ['phone', '555'],
  ] as const)('of a text that is no %s, only the length is told: it may lead to a person', (type, source) => {
    const found = value(type, source);
    expect('unfit' in found && found.unfit.message).toContain('NOTES: a text of 3 characters is not');
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
