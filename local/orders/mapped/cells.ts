import { uuidV5 } from '../../../shared/ground/ids.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { PLANNERS, type SampleValue } from '../catalogue.js';
import type { Random } from '../random.js';
import type { MappedTable, SampleColumn } from './columns.js';
import { madeText, oddTexts, ordinaryTexts, POOL } from './texts.js';
import { codeFor } from './words.js';

/** An order of a customer, and which of its lines is written. */
export interface SampleOrder {
  number: string;
  /** The number of the customer, and of the order among its orders. */
  series: number;
  count: number;
  line: number;
}

/** A line to be written. */
export interface LineToWrite {
  n: number;
  seed: number;
  random: Random;
  customer: string;
  order: SampleOrder;
}

/** Writes one cell of a line. */
export type Cell = (line: LineToWrite) => SampleValue;

/** One line in so many has an odd text in a column, and one in so many a text where a number should be. */
const ODD = 9;
const UNREADABLE_EVERY = 150;
const UNREADABLE = 'TO BE ADVISED';

/** What is written in each column, and how many texts tell the lines of an order apart. */
export function cellsOf(
  mapping: Mapping,
  { before, behind }: MappedTable,
): { cells: ReadonlyMap<string, Cell>; tellApart: number } {
  const columns = [...before, ...behind];
  const unique = uniqueKey(mapping, columns);
  const identifying = identifyingColumn(mapping, columns);
  const cells = columns.map((column): [string, Cell] => {
    const { name } = column;
    if (column === identifying && hasOrderInKey(mapping)) return [name, ({ order }) => String(order.line)];
    return [name, column === unique || column === identifying ? ({ n }) => codeFor(name, n) : cellOf(mapping, column)];
  });
  const inKeys = columns.filter(({ part }) => part === 'key').map((column) => keyTexts(mapping, column).length);
  const onlyOne = 'key' in mapping.source.uuid && identifying === undefined;
  return { cells: new Map(cells), tellApart: onlyOne ? 1 : unique === undefined ? Math.max(1, ...inKeys) : POOL };
}

const hasOrderInKey = ({ source: { uuid, orderNumber } }: Mapping): boolean =>
  'key' in uuid && uuid.key.includes(orderNumber);

/** The column that tells lines of one key apart: with the order number in the key those of an order, else all lines. */
function identifyingColumn({ source: { uuid } }: Mapping, columns: readonly SampleColumn[]): SampleColumn | undefined {
  if ('column' in uuid) return undefined;
  return columns.find(
    (column) => uuid.key.includes(column.name) && !['customer', 'order'].includes(column.part) && takesCode(column),
  );
}

/** Without the order number in the key, another column of it has a text of its own in each line. */
function uniqueKey({ source }: Mapping, columns: readonly SampleColumn[]): SampleColumn | undefined {
  if (source.businessKey.includes(source.orderNumber)) return undefined;
  return columns.find((column) => column.part === 'key' && takesCode(column));
}

function takesCode({ type, shown, tests }: SampleColumn): boolean {
  const shows = shown.every(
    (column) => /text$/.test(column.type) && /^trim|^label/.test(column.rule) && (column.maxLength ?? 255) > 12,
  );
  return type === 'text' && tests.length === 0 && shows;
}

function keyTexts(mapping: Mapping, column: SampleColumn): string[] {
  const texts = ordinaryTexts(mapping, column);
  return texts.length > 0 ? texts : Array.from({ length: POOL }, (_, index) => madeText(mapping, column, index));
}

function cellOf(mapping: Mapping, column: SampleColumn): Cell {
  switch (column.part) {
    case 'uuid':
      return ({ n, seed }) => uuidV5(`mapped sample line|${seed}|${n}`);
    case 'customer':
      return ({ customer }) => customer;
    case 'order':
      return ({ order }) => order.number;
    case 'key': {
      const texts = keyTexts(mapping, column);
      return ({ order }) => texts[(order.count + order.line) % texts.length] ?? null;
    }
    case 'personal':
      return ({ random }) => random.pick(PLANNERS);
    case 'beside':
      return ({ random }) => String(random.integer(100, 999));
    case 'total':
      return () => null;
    default:
      return drawnCell(mapping, column);
  }
}

/** Some cell of those that the column can have, here and there none or an odd one. */
function drawnCell(mapping: Mapping, column: SampleColumn): Cell {
  const ordinary = ordinaryTexts(mapping, column);
  const odd = oddTexts(mapping, column);
  const { filled, shown, tests, part } = column;
  const empty = filled ? 0 : shown.some(({ type }) => type === 'long_text') ? 0.6 : 0.12;
  const mayBeBlank = tests.some(({ blank }) => blank === true);
  const loose = isLoose(column);
  const common = part === 'shared' && tests.length === 0;
  return ({ n, random, order }) => {
    if (ordinary.length === 0 || random.chance(mayBeBlank ? 0.1 : empty)) return null;
    if (loose && n % UNREADABLE_EVERY === 21) return UNREADABLE;
    if (odd.length > 0 && n % ODD === 4) return odd[Math.floor(n / ODD) % odd.length] ?? null;
    return common ? (ordinary[(order.series + order.count) % ordinary.length] ?? null) : random.pick(ordinary);
  };
}

/** Numbers that need not be there: what cannot be read as one is told, and the line goes on. */
function isLoose({ type, shown, filled, tests }: SampleColumn): boolean {
  const onlyNumbers = shown.length > 0 && shown.every(({ rule }) => rule === 'number');
  return onlyNumbers && type === 'text' && !filled && tests.length === 0;
}
