import { FixFirstError } from '../ground/errors.js';
import type { Kept } from './kept.js';

/** A size as it is kept: its label and the exact text of its value. */
export type KeptSize = readonly [label: string, text: string];

/** Whether a size's value means that there is none: null, a blank text or any way to write zero. */
export function isNoSize(value: string | number | null | undefined): boolean {
  if (typeof value === 'number') return value === 0;
  if (value === null || value === undefined) return true;
  // The most common texts are recognized without a regular expression: this runs for every size of every row.
  if (value === '0') return true;
  const first = value.charCodeAt(0);
  if (first >= 49 && first <= 57) return false;
  return /^\s*(?:[+-]?(?:0+(?:\.0*)?|\.0+)\s*)?$/.test(value);
}

/** `S=104;M=177`, in the order given; a backslash goes before `\`, `;` and `=` in a label or value. */
export function formatSizes(sizes: readonly KeptSize[]): string {
  return sizes.map(([label, text]) => `${escapeText(label)}=${escapeText(text)}`).join(';');
}

/** The sizes of `formatSizes`, in their order. */
export function parseSizes(text: string): KeptSize[] {
  const sizes: KeptSize[] = [];
  let label: string | undefined;
  let part = '';
  const finish = () => {
    if (label === undefined)
      throw new FixFirstError(
        'SNAPSHOT_DAMAGED',
        'The kept sizes of a line cannot be read: one of them has no value. The snapshot was changed by hand: ' +
          'restore the table from its backup, or the customer from an archive.',
      );
    sizes.push([label, part]);
    label = undefined;
    part = '';
  };
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') part += text.charAt(++index);
    else if (character === '=' && label === undefined) {
      label = part;
      part = '';
    } else if (character === ';') finish();
    else part += character;
  }
  if (text !== '') finish();
  return sizes;
}

function escapeText(text: string): string {
  return /[\\;=]/.test(text) ? text.replace(/[\\;=]/g, '\\$&') : text;
}

/** Returns the value of a column by its name. */
export type ValueOf = (column: string) => string | null;

/**
 * Rule 27: the values of a restored line, by `columns`: for each column that the archived line was hashed by, the
 * archived value; for one added to the mapping later, the line's current value. Its sizes are the archived ones, where the
 * mapping has sizes still.
 */
export function restoredKept(
  columns: readonly string[],
  archived: { hashed: readonly string[]; valueOf: ValueOf; sizes: string; withSizes: boolean },
  now: ValueOf,
): Kept {
  const held = new Set(archived.hashed);
  return {
    values: columns.map((column) => (held.has(column) ? archived.valueOf(column) : now(column))),
    sizes: archived.withSizes ? archived.sizes : '',
  };
}

/** Reads values that are in the order of `columns` by name; a missing column is null. */
export function compileValueOf(columns: readonly string[]): (values: readonly (string | null)[]) => ValueOf {
  const places = new Map(columns.map((name, place) => [name, place]));
  return (values) => (column) => values[places.get(column) ?? -1] ?? null;
}
