import { remembering } from '../ground/remember.js';
import { NAME, type Values } from '../ledger/entry.js';
import type { SourceLayout } from '../lines/layout.js';
import { isNoSize } from '../lines/sizes-text.js';
import type { Mapping, Sizes, Subitem } from '../mapping/mapping.js';
import { quotable } from '../mapping/mapping-checks.js';
import { type DecimalSign, readDecimal, readNumber } from '../mapping/numbers.js';
import { cutText, NAME_LENGTH } from '../mapping/rules.js';
import { compileBlank, textOf } from '../mapping/texts.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import type { Problem, ProblemReason } from './map-line.js';

/** One size that the line orders. */
export interface LineSize {
  /** The exact name of the source column. */
  readonly label: string;
  /** A whole number from 1 to the mapping's maximum. */
  readonly quantity: number;
  /** Its place among the sizes of the table, from 1: the order of the subitems. */
  readonly ordinal: number;
}

export interface LineSizes {
  readonly sizes: readonly LineSize[];
  /** Labels of sizes whose text is not a quantity: the board keeps what it shows for them. */
  readonly absent: readonly string[];
  readonly warnings: readonly Problem[];
  readonly rejections: readonly Problem[];
}

const NO_SIZES: LineSizes = { sizes: [], absent: [], warnings: [], rejections: [] };

/** Compiles the function that turns the size columns of a row into a list: an empty one where the mapping has no sizes. */
export function compileSizes(mapping: Mapping, layout: SourceLayout): (row: ArrayRow) => LineSizes {
  const stated = mapping.sizes;
  return stated === undefined ? () => NO_SIZES : compileStated(mapping, stated, layout);
}

function compileStated(
  mapping: Mapping,
  { total: totalColumn, maximum }: Sizes,
  layout: SourceLayout,
): (row: ArrayRow) => LineSizes {
  const isBlank = compileBlank(mapping);
  const signOf = (column: string): DecimalSign => (layout.numeric.has(column) ? '.' : mapping.numbers.decimal);
  const compileQuantity = (sign: DecimalSign) =>
    remembering((text) => (isBlank(text) ? 0 : readQuantity(text, maximum, sign)));
  const quantities = { '.': compileQuantity('.'), ',': compileQuantity(',') };
  const readers = layout.sizes.map((label) => quantities[signOf(label)]);
  const checkTotal =
    totalColumn === undefined
      ? undefined
      : compileTotal(mapping, {
          column: totalColumn,
          position: layout.position(totalColumn),
          sign: signOf(totalColumn),
        });
  return (row) => {
    const sizes: LineSize[] = [];
    const absent: string[] = [];
    const warnings: Problem[] = [];
    const rejections: Problem[] = [];
    for (let index = 0; index < layout.sizes.length; index++) {
      const value = row[layout.firstSize + index];
      if (value === null || value === undefined || isNoSize(value)) continue;
      const [label, text] = [layout.sizes[index] ?? '', String(value)];
      const quantity = readers[index]?.(text) ?? 0;
      if (quantity === 0) continue;
      if (typeof quantity === 'number') sizes.push({ label, quantity, ordinal: index + 1 });
      else if (quantity === 'SIZE_TOO_LARGE') rejections.push(tooLarge(maximum, label));
      else {
        absent.push(label);
        warnings.push(noQuantity(label, quantity, text));
      }
    }
    const total = checkTotal?.(row, sizes);
    return { sizes, absent, warnings: total === undefined ? warnings : [...warnings, total], rejections };
  };
}

/** The name of a size's subitem. */
export function subitemName(subitem: Subitem, label: string): string {
  return cutText(
    subitem.name.replaceAll('{label}', () => label),
    NAME_LENGTH,
  );
}

/** The text of the key column of a size's subitem. */
export function subitemKey(lineKey: string, label: string): string {
  return `${lineKey}|${label}`;
}

/** A quantity from 0 to `maximum`, or why there is none. */
function readQuantity(text: string, maximum: number, decimal: DecimalSign | undefined): number | ProblemReason {
  const number = readDecimal(text, decimal);
  if (number === undefined) return 'SIZE_NOT_A_NUMBER';
  const { negative, digits, point } = number;
  if (digits === '') return 0;
  if (negative) return 'SIZE_NEGATIVE';
  if (digits.length > point) return 'SIZE_NOT_WHOLE';
  if (point > String(maximum).length) return 'SIZE_TOO_LARGE';
  const quantity = Number(digits.padEnd(point, '0'));
  return quantity > maximum ? 'SIZE_TOO_LARGE' : quantity;
}

function tooLarge(maximum: number, size: string): Problem {
  const message = `Size ${size}: the quantity is above ${maximum}, so the line is not sent. Correct it in the source.`;
  return { column: size, size, reason: 'SIZE_TOO_LARGE', message };
}

function noQuantity(size: string, reason: ProblemReason, text: string): Problem {
  const message = `Size ${size}: ${quotable(text)} is not a whole number above zero, so the board keeps what it has of this size. Correct it in the source.`;
  return { column: size, size, reason, message };
}

/** Compiles the check whether the sizes of a row add up to its total. */
function compileTotal(
  mapping: Mapping,
  { column, position, sign }: { column: string; position: number; sign: DecimalSign },
): (row: ArrayRow, sizes: readonly LineSize[]) => Problem | undefined {
  const isBlank = compileBlank(mapping);
  return (row, sizes) => {
    const stated = textOf(row[position]);
    if (stated === null || isBlank(stated)) return undefined;
    const number = readNumber(stated, sign);
    if (number === String(sizes.reduce((total, size) => total + size.quantity, 0))) return undefined;
    const [reason, what] =
      number === undefined
        ? (['NOT_A_NUMBER', `${quotable(stated)} is not a number`] as const)
        : (['TOTAL_DIFFERS', 'the number is not the sum of the sizes'] as const);
    const message = `${column}: ${what}; the sizes are sent as they are. Check the line in the source.`;
    return { column, reason, message };
  };
}

/** What the board shows of an ordered size, by the ids of its columns. */
export function sizeValues(
  subitem: Subitem,
  lineKey: string,
  { label, quantity }: Pick<LineSize, 'label' | 'quantity'>,
): Values {
  const own = subitem.columns.map(({ id, value }) => [id, value === 'label' ? label : String(quantity)]);
  return {
    [NAME]: subitemName(subitem, label),
    [subitem.key.id]: subitemKey(lineKey, label),
    ...Object.fromEntries(own),
  };
}

/** The id of the column with the quantity; undefined where the mapping has no sizes. */
export function quantityColumn(subitem: Subitem | undefined): string | undefined {
  return subitem?.columns.find(({ value }) => value === 'quantity')?.id;
}

/** What the key column of a subitem is read by: nothing under a mapping without sizes, where no subitem is ours. */
export function subitemKeyColumns({ subitem }: Pick<Mapping, 'subitem'>): string[] {
  return subitem === undefined ? [] : [subitem.key.id];
}
