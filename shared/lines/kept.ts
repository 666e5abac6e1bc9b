import { FixFirstError } from '../ground/errors.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import type { SourceLayout } from './layout.js';
import { formatSizes, isNoSize, type KeptSize, parseSizes } from './sizes-text.js';

/** Rule 2: what the snapshot keeps of a line: one exact text per hashed column, in the order of the list, and its sizes. */
export interface Kept {
  readonly values: readonly (string | null)[];
  /** Sparse text in column order, see `formatSizes`; empty when the line has no size. */
  readonly sizes: string;
}

/** Compiles the function that extracts the kept values of `columns` from a row. */
export function compileKept(
  layout: SourceLayout,
  columns: readonly string[] = layout.columns,
): (row: ArrayRow) => Kept {
  const positions = columns.map((column) => layout.position(column));
  return (row) => ({ values: positions.map((position) => exactText(row[position])), sizes: keptSizes(layout, row) });
}

function keptSizes(layout: SourceLayout, row: ArrayRow): string {
  const sizes: KeptSize[] = [];
  for (let index = 0; index < layout.sizes.length; index++) {
    const value = row[layout.firstSize + index];
    if (value === null || value === undefined || isNoSize(value)) continue;
    sizes.push([layout.sizes[index] ?? '', String(value)]);
  }
  return formatSizes(sizes);
}

/**
 * Kept values as a row of `layout`, for the code that maps rows: `columns` names the kept values. A kept size that
 * the layout lacks is an error; make the layout with `keptLayout` and the labels of these sizes.
 */
export function rowOfKept(layout: SourceLayout, columns: readonly string[], kept: Kept, uuid: string | null): ArrayRow {
  const row = new Array<string | number | null>(layout.select.length).fill(null);
  row[0] = uuid;
  for (const [index, column] of columns.entries()) {
    const position = layout.position(column);
    if (position >= 0) row[position] = kept.values[index] ?? null;
  }
  for (const [label, text] of parseSizes(kept.sizes)) {
    const position = layout.position(label);
    if (position < layout.firstSize)
      throw new Error(`The kept size "${label}" has no place in the layout of the rows.`);
    row[position] = text;
  }
  return row;
}

/** The exact text of a value; a number has the text that the databases return for it. */
function exactText(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** One column or size of a line that changed; null means empty, or no such size. */
export interface Difference {
  readonly kind: 'column' | 'size';
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Rule 10: what differs between two kept states of one line, both kept by `columns`: columns in their order, then sizes. */
export function differencesOf(columns: readonly string[], before: Kept, after: Kept): Difference[] {
  const differences: Difference[] = [];
  for (const [index, name] of columns.entries()) {
    const [old, now] = [before.values[index] ?? null, after.values[index] ?? null];
    if (old !== now) differences.push({ kind: 'column', name, before: old, after: now });
  }
  const [oldSizes, newSizes] = [new Map(parseSizes(before.sizes)), new Map(parseSizes(after.sizes))];
  for (const name of new Set([...newSizes.keys(), ...oldSizes.keys()])) {
    const [old, now] = [oldSizes.get(name) ?? null, newSizes.get(name) ?? null];
    if (old !== now) differences.push({ kind: 'size', name, before: old, after: now });
  }
  return differences;
}

/** The most customers that `PackedLines` can number. */
const MOST = 65_536;

/** Numbers for names, in the order in which they are first seen. */
export class Names {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#names.length === MOST) {
      throw new FixFirstError(
        'SOURCE_CUSTOMERS_TOO_MANY',
        `The source has more than ${MOST} different customers. Check the column that source.customer of the mapping names.`,
      );
    }
    this.#numbers.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  /** All names so far, in the order of their numbers. */
  all(): readonly string[] {
    return this.#names;
  }

  nameOf(number: number): string {
    const name = this.#names[number];
    if (name === undefined) throw new RangeError(`There is no name ${number}; there are ${this.#names.length}.`);
    return name;
  }
}
