import { DAY_MS } from '../../../shared/ground/clock.js';
import { COLOURS, DELIVERY_METHODS, DESTINATIONS, WAREHOUSES } from '../catalogue.js';

/** What columns of these names usually hold. */
const USUAL: readonly (readonly [name: RegExp, words: readonly string[]])[] = [
  [/season/i, ['2025 FALL', '2025 HOLIDAY', '2026 SPRING', '2026 SUMMER']],
  [/colou?r/i, COLOURS.slice(0, 24)],
  [/warehouse|depot/i, WAREHOUSES],
  [/country|destination/i, DESTINATIONS],
  [/unit/i, ['PCE', 'SET', 'KG']],
  [/currency/i, ['USD', 'EUR', 'GBP']],
  [/method|transport|carrier|mode/i, DELIVERY_METHODS],
  [/priority/i, ['LOW', 'NORMAL', 'HIGH']],
  [/stat(e|us)|stage|phase/i, ['OPEN', 'IN WORK', 'ON HOLD', 'DONE']],
  [/terms/i, ['FOB', 'DDP', 'EXW']],
  [/week/i, ['2026 W08', '2026 W09', '2026 W10', '2026 W11', '2026 W12']],
  [/line/i, ['LINE 1', 'LINE 2', 'LINE 3']],
  [/quarter|period/i, ['2025 Q4', '2026 Q1', '2026 Q2']],
];

const SENTENCES = [
  'ask first',
  'confirmed by telephone 14.02.26',
  'deliver with the next one',
  'see the drawing, sheet 2\nthe hem is new',
  'price held from last year',
  'urgent: the customer waits',
];

/** A few words that a column of labels could hold. */
export function wordsFor(name: string): readonly string[] {
  return USUAL.find(([pattern]) => pattern.test(name))?.[1] ?? [1, 2, 3, 4, 5].map((n) => `${name.slice(0, 20)} ${n}`);
}

export const sentence = (index: number): string => SENTENCES[index % SENTENCES.length] ?? '';

/** A code as it stands in a column of that name: `PO NUMBER` has `PN-1001`. */
export function codeFor(name: string, index: number): string {
  const initials = [...name.matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => word.slice(0, 1)).join('');
  return `${initials.toUpperCase().slice(0, 4) || 'X'}-${1_001 + index * 37}`;
}

/** A day as people write it where the year comes last. */
export function dayIn(day: string, dayFirst: boolean): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${dayFirst ? `${date}/${month}` : `${month}/${date}`}/${year}`;
}

export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
