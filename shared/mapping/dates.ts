import { foldDigits } from './folded.js';

/** Which of day and month comes first where the year comes last. */
export const DATE_ORDERS = ['mdy', 'dmy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** A day's form; what follows it is read apart, after the end or a sign that may begin it. */
const BY_NUMBERS = /^(?<year>\d{4})([-/])(?<month>\d{1,2})\2(?<day>\d{1,2})(?=$|[t ])/i;
const DAY_AND_NAME = /^(?<day>\d{1,2})([- ])(?<name>[a-z]{3,9})\2(?<year>\d{4})(?=$|[t ])/i;
const NAME_AND_DAY = /^(?<name>[a-z]{3,9}) (?<day>\d{1,2}),? (?<year>\d{4})(?=$|[t ])/i;
const FORMS: Readonly<Record<DateOrder, readonly RegExp[]>> = {
  mdy: [BY_NUMBERS, DAY_AND_NAME, NAME_AND_DAY, /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})(?=$|[t ])/i],
  dmy: [BY_NUMBERS, DAY_AND_NAME, NAME_AND_DAY, /^(?<day>\d{1,2})([/.])(?<month>\d{1,2})\2(?<year>\d{4})(?=$|[t ])/i],
};

/** SQL Server writes a colon before the fraction of a second where it names the month. */
const TIME =
  /^[t ](?<hour>\d{1,2}):[0-5]\d(?::[0-5]\d(?:[.:]\d+)?)?(?: ?(?<half>[ap]m))?(?: ?(?<zone>[a-z]{1,4}))?(?: ?[+-]\d{2}(?::?\d{2}){0,2})?$/i;

/** Months by their names and by the first three letters of them. */
const MONTHS = new Map(
  'january february march april may june july august september october november december'
    .split(' ')
    .flatMap((name, index): [string, number][] => [
      [name, index + 1],
      [name.slice(0, 3), index + 1],
    ]),
).set('sept', 9);
/** Zones by the names that databases and people in trade write. */
const ZONES: ReadonlySet<string> = new Set(
  'Z UTC GMT WET WEST CET CEST EET EEST MSK BST IST EST EDT CST CDT MST MDT PST PDT HKT SGT JST KST AWST ACST ACDT AEST AEDT NZST NZDT'.split(
    ' ',
  ),
);

/**
 * YYYY-MM-DD of the day that a text states, as it is written: time and zone after it move nothing. Undefined for every
 * other text and for a day that no calendar has. docs/mapping.md has the grammar with examples.
 */
export function readDate(text: string, order: DateOrder = 'mdy'): string | undefined {
  const folded = foldDigits(text);
  if (folded === undefined) return undefined;
  for (const form of FORMS[order]) {
    const found = form.exec(folded);
    if (found === null) continue;
    const { year = '', month, name = '', day = '' } = found.groups ?? {};
    const number = month === undefined ? MONTHS.get(name.toLowerCase()) : Number(month);
    return number !== undefined && isTime(folded.slice(found[0].length)) ? dayOf(year, number, day) : undefined;
  }
  return undefined;
}

const INTERVAL = /^(\d{4}-\d{2}-\d{2})\/(\d{4}-\d{2}-\d{2})$/;

/**
 * `periodText` of two days, the first not after the second, or of one that is both. Two are written with ` - ` between
 * them, or as ISO 8601 has them.
 */
export function readPeriod(text: string, order: DateOrder = 'mdy'): string | undefined {
  const folded = foldDigits(text.trim()) ?? '';
  const [first = '', second = first, ...others] = INTERVAL.exec(folded)?.slice(1) ?? folded.split(' - ');
  const [from, to] = [readDate(first, order), readDate(second, order)];
  if (from === undefined || to === undefined || from > to || others.length > 0) return undefined;
  return periodText(from, to);
}

/** A period as the board shows it. */
export function periodText(from: string, to: string): string {
  return `${from} - ${to}`;
}

function isTime(text: string): boolean {
  if (text === '') return true;
  const found = TIME.exec(text);
  if (found === null) return false;
  const { hour, half, zone } = found.groups ?? {};
  if (zone !== undefined && !ZONES.has(zone.toUpperCase())) return false;
  return half === undefined ? Number(hour) <= 23 : Number(hour) >= 1 && Number(hour) <= 12;
}

function dayOf(year: string, month: number, day: string): string | undefined {
  if (Number(year) === 0 || Number(day) < 1 || Number(day) > daysIn(Number(year), month)) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function daysIn(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
