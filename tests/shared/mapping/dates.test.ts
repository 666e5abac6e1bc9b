import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DateOrder, readDate } from '../../../shared/mapping/dates.js';

const NAMES = 'January February March April May June July August September October November December'.split(' ');
const days = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const times = fc.constantFrom(
  '',
  ' 00:00',
  'T23:59:59',
  't00:00:00.0000000Z',
  ' 9:05 pm',
  ' 12:00:00 AM',
  ' 12:00:00:000AM',
  ' 23:30:00.1234567 -11:00',
  ' 00:30:00+14',
  'T10:00+0530',
  ' 12:00 GMT+0200',
  ' 08:00 CEST',
);

/** The ways to write a day, by the order in which day and month are read. */
function ways(iso: string): [DateOrder | 'any', string][] {
  const [year = '', month = '', day = ''] = iso.split('-');
  const name = NAMES[Number(month) - 1] ?? '';
  const [m, d] = [String(Number(month)), String(Number(day))];
  return [
    ['any', iso],
    ['any', `${year}/${month}/${day}`],
    ['any', `${year}-${m}-${d}`],
    ['any', `${d} ${name} ${year}`],
    ['any', `${d}-${name.slice(0, 3).toUpperCase()}-${year}`],
    ['any', `${name} ${d}, ${year}`],
    ['any', `${name.slice(0, 3).toLowerCase()} ${day}  ${year}`],
    ['mdy', `${m}/${d}/${year}`],
    ['mdy', `${month}/${day}/${year}`],
    ['dmy', `${d}/${m}/${year}`],
    ['dmy', `${day}.${month}.${year}`],
  ];
}

describe('a day', () => {
  it('is read as written, whatever time and zone follow', () => {
    fc.assert(
      fc.property(days, times, (day, time) => {
        for (const [order, text] of ways(day)) {
          if (order !== 'dmy') expect(readDate(`${text}${time}`)).toBe(day);
          if (order !== 'mdy') expect(readDate(`${text}${time}`, 'dmy')).toBe(day);
        }
      }),
    );
  });

  it('is never a different day: a text of digits and separators contains the year, month and day read', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'0123456789-/. T:'), maxLength: 12 });
    fc.assert(
      fc.property(texts, (text) => {
        const read = readDate(text);
        if (read === undefined) return;
        const numbers = (text.trim().match(/\d+/g) ?? []).slice(0, 3).map(Number);
        expect(numbers.sort()).toEqual(read.split('-').map(Number).sort());
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['29/02/2025', '31.4.2025', '0/1/2025', '1/0/2025', '13/13/2025'])(
    'cannot be read with order dmy from %s',
    (text) => expect(readDate(text, 'dmy')).toBeUndefined(),
  );

  it.each([
    '',
    '2025-02-30',
    '2025-13-01',
    '2100-02-29',
    '0000-01-01',
    '20/05/2025',
    '20.05.2025',
    '5-20-2025',
    '2025-05/20',
    '2025-05',
    '05/2025',
    '12025-01-01',
    '2025-05-20 BC',
    '2025-05-20T',
    '2025-05-20Z',
    '2025-05-20 12',
    '2025-05-20 25:00:00',
    '2025-05-20 23:60',
    '2025-05-20 13:00 PM',
    '2025-05-20 0:00 AM',
    '2025-05-20 12:00 TBC',
    '2025-05-20 or later',
    '2025-05-20 - 2025-05-30',
    'Septem 30, 2025',
    '30 Septiembre 2025',
    '30 Sep 25',
    'infinity',
    '45797',
    '20250520',
    'TBD',
    '2025-05-1²',
  ])('cannot be read from %j', (text) => expect(readDate(text)).toBeUndefined());

  it.each(['２０２５－０９－３０', '2025–09–30', '\ufeff2025-09-30\u00a0', '9/30/2025 12:00:00\u202fAM'])(
    'is 30 September for %j',
    (text) => expect(readDate(text)).toBe('2025-09-30'),
  );
});
