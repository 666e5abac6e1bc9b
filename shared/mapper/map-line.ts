import { compileCustomer } from '../lines/customer.js';
import type { SourceLayout } from '../lines/layout.js';
import type { Customer } from '../mapping/customers.js';
import { isInvisible } from '../mapping/fold.js';
import { groupParts } from '../mapping/group-parts.js';
import type { ItemColumn, Mapping } from '../mapping/mapping.js';
import { cutText, trimAndClean } from '../mapping/rules.js';
import { compileBlank, textOf } from '../mapping/texts.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { columnPlaces, LineValues } from './line-values.js';
import { compilePeriod } from './periods.js';
import { compileCancelled, compileScope } from './scope.js';
import { compileSizes, type LineSize } from './sizes.js';
import { compileValue, type MappedValue } from './values.js';

type LineText = (row: ArrayRow, customer: string) => string;

/**
 * Compiles the function that returns the title of a line's group, from its row and canonical customer; null where the
 * mapping has no groups.
 */
export function compileGroup(
  mapping: Mapping,
  layout: SourceLayout,
): (row: ArrayRow, customer: string) => string | null {
  const { group } = mapping.item;
  if (group === undefined) return () => null;
  const isBlank = compileBlank(mapping);
  const words = new Map<string, LineText>([['{customer}', (_row, customer) => customer.toUpperCase()]]);
  for (const { name, columns, fallback } of groupParts(group)) {
    const positions = columns.map((column) => layout.position(column));
    words.set(`{${name}}`, (row) => {
      const stated = positions.map((position) => textOf(row[position])).find((text) => !isBlank(text)) ?? fallback;
      return trimAndClean(stated);
    });
  }
  // Apart, so that braces in a text of the source stay what they are.
  const parts = [...group.title.matchAll(/\{[^{}]+\}|[^{}]+|[{}]/g)].map(([part]) => words.get(part) ?? (() => part));
  return (row, customer) => cutText(parts.map((part) => part(row, customer)).join(''), group.maxLength);
}

/** The name of an item, empty when every part is; `cut` when it was longer than a name may be. */
export interface ItemName {
  readonly text: string;
  readonly cut: boolean;
}

export function compileItemName(mapping: Mapping, layout: SourceLayout): (row: ArrayRow) => ItemName {
  const { parts, separator, maxLength } = mapping.item.name;
  const positions = parts.map((part) => layout.position(part));
  return (row) => {
    const name = positions
      .map((position) => trimAndClean(textOf(row[position]) ?? ''))
      .filter((part) => !isInvisible(part))
      .join(separator);
    return { text: cutText(name, maxLength), cut: name.length > maxLength };
  };
}

/** Why a value, a size or a line is not sent unchanged; recorded with the line. */
export const PROBLEM_REASONS = [
  'REQUIRED',
  'NO_NAME',
  'NOT_A_NUMBER',
  'NOT_A_DATE',
  'NOT_A_PERIOD',
  'NOT_A_CHECKMARK',
  'NOT_AN_EMAIL',
  'NOT_A_LINK',
  'NOT_A_PHONE',
  'NOT_A_COUNTRY',
  'NOT_A_RATING',
  'NOT_AN_HOUR',
  'TOO_LONG',
  'SIZE_NOT_A_NUMBER',
  'SIZE_NOT_WHOLE',
  'SIZE_NEGATIVE',
  'SIZE_TOO_LARGE',
  'TOTAL_DIFFERS',
] as const;
export type ProblemReason = (typeof PROBLEM_REASONS)[number];

/** One finding about a line, in a sentence without values of the order. */
export interface Problem {
  /** Title of the board column, or name of the source column if no board column is concerned. */
  readonly column: string;
  readonly size?: string;
  readonly reason: ProblemReason;
  readonly message: string;
}

/** A line as the board is to show it. With a rejection it must not be sent at all. */
export interface MappedLine {
  readonly customer: Customer;
  readonly inScope: boolean;
  readonly cancelled: boolean;
  readonly itemName: string;
  /** Null where the mapping has no groups. */
  readonly group: string | null;
  readonly values: LineValues;
  /** The sizes in the source, whether the line is cancelled or not. */
  readonly sizes: readonly LineSize[];
  /** Labels of sizes whose text cannot be read: the board keeps what it shows for them. */
  readonly absentSizes: readonly string[];
  readonly warnings: readonly Problem[];
  readonly rejections: readonly Problem[];
}

/** Compiles the function that maps rows of `layout`. */
export function compileMapping(mapping: Mapping, layout: SourceLayout): (row: ArrayRow) => MappedLine {
  const customerOf = compileCustomer(mapping, layout);
  const inScope = compileScope(mapping, layout);
  const isCancelled = compileCancelled(mapping, layout);
  const itemName = compileItemName(mapping, layout);
  const group = compileGroup(mapping, layout);
  const melt = compileSizes(mapping, layout);
  const places = columnPlaces(mapping.item.columns);
  const columns = mapping.item.columns.map((column) => ({
    column,
    read: compileColumn(mapping, column, layout),
  }));
  return (row) => {
    const customer = customerOf(row);
    const name = itemName(row);
    const melted = melt(row);
    const cancelled = isCancelled(row);
    // Rule 22: of a cancelled line no size is sent, so that none can be wrong.
    const ofSizes = cancelled ? undefined : melted;
    const warnings: Problem[] = [];
    const rejections: Problem[] = [];
    const texts = columns.map(({ column, read }) => {
      const value = read(row);
      if ('unfit' in value) {
        (column.required === 'reject' ? rejections : warnings).push(value.unfit);
        return undefined;
      }
      if (value.warning !== undefined) warnings.push(value.warning);
      if (value.text === null && column.required !== undefined) {
        (column.required === 'reject' ? rejections : warnings).push(missing(column));
      }
      return value.text;
    });
    if (name.text === '') rejections.push(NAMELESS);
    if (name.cut) warnings.push(nameTooLong(mapping));
    return {
      customer,
      inScope: inScope(row),
      cancelled,
      itemName: name.text,
      group: group(row, customer.name),
      values: new LineValues(places, texts),
      sizes: melted.sizes,
      absentSizes: melted.absent,
      warnings: [...warnings, ...(ofSizes?.warnings ?? [])],
      rejections: [...rejections, ...(ofSizes?.rejections ?? [])],
    };
  };
}

/** Compiles the function that reads the value of one column from a row. */
export function compileColumn(
  mapping: Mapping,
  column: ItemColumn,
  layout: SourceLayout,
): (row: ArrayRow) => MappedValue {
  const { source, until } = column;
  const position = layout.position(source);
  if (until !== undefined) {
    const last = layout.position(until);
    const read = compilePeriod(mapping, column, until);
    return (row) => read(textOf(row[position]), textOf(row[last]));
  }
  const read = compileValue(mapping, column, layout.numeric.has(source) ? '.' : mapping.numbers.decimal);
  return (row) => read(textOf(row[position]));
}

const NAMELESS: Problem = {
  column: 'name',
  reason: 'NO_NAME',
  message: 'Every part of the item name is empty, so the line is not sent. Fill in one of them in the source.',
};

function missing(column: ItemColumn): Problem {
  const outcome = column.required === 'reject' ? 'so the line is not sent' : 'the line is sent without it';
  const message = `${column.title} is required and ${column.source} is empty; ${outcome}. Enter it in the source.`;
  return { column: column.title, reason: 'REQUIRED', message };
}

function nameTooLong(mapping: Mapping): Problem {
  const most = mapping.item.name.maxLength;
  return {
    column: 'name',
    reason: 'TOO_LONG',
    message: `The item name is longer than ${most} characters; the board gets its beginning.`,
  };
}
