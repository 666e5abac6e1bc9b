import type { SourceLayout } from '../lines/layout.js';
import { isNoSize } from '../lines/sizes-text.js';
import type { ArrayRow } from '../warehouse/warehouse.js';
import { textOf } from './blank.js';
import { canonicalDecimal } from './decimals.js';
import type { Mapping } from './mapping.js';
import type { Problem, ProblemReason } from './problems.js';
import { cutText, NAME_LENGTH } from './texts.js';

/** One size that the line orders. */
export interface LineSize {
  /** The name of the source column, to the letter. */
  readonly label: string;
  /** A whole number from 1 to the mapping's maximum. */
  readonly quantity: number;
  /** Its place among the sizes of the table, from 1: the order of the subitems. */
  readonly ordinal: number;
}

export interface LineSizes {
  readonly sizes: readonly LineSize[];
  readonly warnings: readonly Problem[];
  readonly rejections: readonly Problem[];
}

/** Makes the function that melts the size columns of a row. */
export function compileSizes(mapping: Mapping, layout: SourceLayout): (row: ArrayRow) => LineSizes {
  const totalPosition = layout.position(mapping.sizes.total);
  return (row) => {
    const sizes: LineSize[] = [];
    const warnings: Problem[] = [];
    const rejections: Problem[] = [];
    for (let index = 0; index < layout.sizes.length; index++) {
      const value = row[layout.firstSize + index];
      if (value === null || value === undefined || isNoSize(value)) continue;
      const label = layout.sizes[index] ?? '';
      const quantity = readQuantity(value, mapping.sizes.maximum);
      if (typeof quantity === 'number') sizes.push({ label, quantity, ordinal: index + 1 });
      else (quantity === 'SIZE_TOO_LARGE' ? rejections : warnings).push(sizeProblem(mapping, label, quantity));
    }
    const total = totalProblem(mapping, textOf(row[totalPosition]), sizes);
    return { sizes, warnings: total === undefined ? warnings : [...warnings, total], rejections };
  };
}

/** The name of a size's subitem. */
export function subitemName(mapping: Mapping, label: string): string {
  return cutText(
    mapping.subitem.name.replace('{label}', () => label),
    NAME_LENGTH,
  );
}

/** The text of the key column of a size's subitem. */
export function subitemKey(lineKey: string, label: string): string {
  return `${lineKey}|${label}`;
}

function readQuantity(value: string | number, maximum: number): number | ProblemReason {
  const text = canonicalDecimal(String(value).replace(/[,\s]/g, ''));
  if (text === undefined) return /^\s*\+?\d{21,}\s*$/.test(String(value)) ? 'SIZE_TOO_LARGE' : 'SIZE_NOT_A_NUMBER';
  if (text.startsWith('-')) return 'SIZE_NEGATIVE';
  if (text.includes('.')) return 'SIZE_NOT_WHOLE';
  const quantity = Number(text);
  return quantity > maximum ? 'SIZE_TOO_LARGE' : quantity;
}

function sizeProblem(mapping: Mapping, size: string, reason: ProblemReason): Problem {
  const message =
    reason === 'SIZE_TOO_LARGE'
      ? `Size ${size}: the quantity is above ${mapping.sizes.maximum}, so the line is not sent. Correct it in the source.`
      : `Size ${size}: the quantity is not a whole number above zero, so the size is left out. Correct it in the source.`;
  return { column: size, size, reason, message };
}

function totalProblem(mapping: Mapping, stated: string | null, sizes: readonly LineSize[]): Problem | undefined {
  if (stated === null || stated.trim() === '') return undefined;
  const sum = sizes.reduce((total, size) => total + size.quantity, 0);
  if (canonicalDecimal(stated.replace(/[,\s]/g, '')) === String(sum)) return undefined;
  const column = mapping.sizes.total;
  return {
    column,
    reason: 'TOTAL_DIFFERS',
    message: `${column} is not the sum of the sizes; the sizes are sent as they are. Check the line in the source.`,
  };
}
