import { compileValue, type MappedValue } from '../../../shared/mapper/values.js';
import type { ColumnType } from '../../../shared/mapping/column-types.js';
import type { DateOrder } from '../../../shared/mapping/dates.js';
import type { ItemColumn, Mapping } from '../../../shared/mapping/mapping.js';
import { hasLabels } from '../../../shared/mapping/mapping-checks.js';
import { customerColumns } from '../../../shared/mapping/mapping-version.js';
import { compileBlank } from '../../../shared/mapping/texts.js';
import { isNumberType } from '../../../shared/warehouse/port/sql-types.js';
import { allowedLabels } from '../../allowed-labels.js';
import { UNMAPPED_CUSTOMER } from '../odd-lines.js';
import type { SampleColumn } from './columns.js';
import { codeFor, dayAfter, dayIn, sentence, wordsFor } from './words.js';

/** So many different texts a column has at most, far fewer than the labels that a board takes. */
export const POOL = 24;

/** The texts that an ordinary line has in a column: those of its kind which every column that shows them can read. */
export function ordinaryTexts(mapping: Mapping, column: SampleColumn): string[] {
  const made = [
    ...knownWords(mapping, column),
    ...Array.from({ length: POOL }, (_, index) => madeText(mapping, column, index)),
  ];
  return [...new Set(made)].filter(compileFits(mapping, column)).slice(0, POOL);
}

/** What tests ask for: their words, and days about their bounds. */
function knownWords(mapping: Mapping, { tests, shown, name }: SampleColumn): string[] {
  const words = tests.flatMap(({ in: within = [], after, before }) => [
    ...within,
    ...[30, 60].flatMap((days) => (after === undefined ? [] : [dayAfter(after, days)])),
    ...[-30, -60].flatMap((days) => (before === undefined ? [] : [dayAfter(before, days)])),
  ]);
  const replaced = shown.flatMap(({ values }) => values.map(([from]) => from));
  const customers = shown.some(({ rule }) => rule === 'customer') || customerColumns(mapping.source).includes(name);
  return [...words, ...replaced, ...(customers ? customerNames(mapping) : [])];
}

/** The names of the customers in all spellings; the only one of a table without a column of them; invented ones where the mapping names none. */
export function customerNames({ customers, source: { customer } }: Mapping): string[] {
  if ('constant' in customer) return [customer.constant];
  const names = customers.flatMap(({ name, spellings }) => [...spellings, name]);
  return names.length > 0 ? names : [UNMAPPED_CUSTOMER, 'ALPINE TRADING', 'HARBOUR STORES'];
}

/** Oddities met in real tables, as far as the column's own rules read them. */
export function oddTexts(mapping: Mapping, column: SampleColumn): string[] {
  const comma = mapping.numbers.decimal === ',';
  const numbers = comma ? ['$1.234,50', '12,3456789012', '75%'] : ['$1,234.50', '12.3456789012', '75%'];
  const texts = ['CAFÃ© CRÃ¨ME', 'RED, WHITE & BLUE', `THE "O'HARE"`, ' TWO  BLANKS ', '417', ...mapping.blank];
  if (column.part !== 'plain' || column.type !== 'text' || column.tests.length > 0) return [];
  const isNumber = column.shown.some(({ rule }) => rule === 'number');
  return (isNumber ? numbers : texts).filter(compileFits(mapping, column));
}

/** Whether every column that shows a text can: none is without a value that it must have, or without a label. */
function compileFits(mapping: Mapping, { shown, type, filled }: SampleColumn): (text: string) => boolean {
  const isBlank = compileBlank(mapping);
  const decimal = isNumberType(type.replace(/\(.*/, '')) ? '.' : mapping.numbers.decimal;
  const readers = shown.map((column) => {
    const allowed = allowedLabels(mapping, column);
    const read = compileValue(mapping, column, decimal);
    return (text: string): boolean => isSound(column, allowed, read(text));
  });
  return (text) => !(filled && isBlank(text)) && readers.every((reads) => reads(text));
}

const STATUS_LABEL_LENGTH = 30;

function isSound({ type, required }: ItemColumn, allowed: readonly string[], value: MappedValue): boolean {
  if (!('text' in value) || value.warning !== undefined) return false;
  if (value.text === null) return required === undefined;
  if (type === 'status' && value.text.length > STATUS_LABEL_LENGTH) return false;
  return allowed.length === 0 || allowed.includes(value.text);
}

/** A text of the kind that the column's first use asks for. */
export function madeText(mapping: Mapping, column: SampleColumn, index: number): string {
  const { name, shown, part, tests } = column;
  const [first] = shown;
  if (tests.some(({ after, before }) => after !== undefined || before !== undefined))
    return dateText(mapping, column, index);
  if (first === undefined) return part === 'shared' || tests.length > 0 ? wordAt(name, index) : codeFor(name, index);
  // Two columns of days make a timeline: those of its end are later than all of its beginning.
  if (first.until !== undefined) return dateText(mapping, column, first.until === name ? POOL + index : index);
  if (first.rule === 'number') return numberText(mapping, column, index);
  if (first.rule === 'date') return dateText(mapping, column, index);
  const isLabel = part !== 'key' && (first.rule === 'label' || hasLabels(first.type));
  return TYPED[first.type]?.(index, mapping.dates.order) ?? (isLabel ? wordAt(name, index) : codeFor(name, index));
}

type TextMaker = (index: number, order: DateOrder) => string;

/** Texts of the types that show no other text than one of their form; null for those that show any. */
const TYPED: Readonly<Record<ColumnType, TextMaker | null>> = {
  text: null,
  dropdown: null,
  status: null,
  numbers: null,
  rating: null,
  date: null,
  long_text: sentence,
  timeline: (index, order) => {
    const day = (offset: number): string => dayIn(dayAfter('2026-01-05', index * 3 + offset), order === 'dmy');
    return `${day(0)} - ${day(10)}`;
  },
  checkbox: (index) => (index % 3 === 0 ? 'yes' : 'no'),
  email: (index) => `orders${index + 1}@customer.example`,
  phone: (index) => `+49 30 901820${10 + index}`,
  link: (index) => `https://drawings.example/sheets/${101 + index}`,
  country: (index) => COUNTRIES[index % COUNTRIES.length] ?? '',
  hour: (index) => `${String(6 + (index % 12)).padStart(2, '0')}:${index % 2 === 0 ? '00' : '30'}`,
};

const COUNTRIES = ['France', 'Portugal', 'CZ', 'BEL', 'United States', 'JP', 'Peru'];

function wordAt(name: string, index: number): string {
  const words = wordsFor(name);
  return words[index % words.length] ?? '';
}

function numberText({ numbers }: Mapping, { type }: SampleColumn, index: number): string {
  if (index % 3 === 0) return String(1 + (index % 7));
  const text = (2 + ((index * 137) % 3_500) / 100).toFixed(2);
  return numbers.decimal === ',' && type === 'text' ? text.replace('.', ',') : text;
}

function dateText({ dates }: Mapping, { type }: SampleColumn, index: number): string {
  const day = dayAfter('2025-11-03', index * 9);
  return type === 'date' ? day : dayIn(day, dates.order === 'dmy');
}
