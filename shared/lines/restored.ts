import type { Kept } from './kept.js';

/** Gives the value of a column by its name. */
export type ValueOf = (column: string) => string | null;

/**
 * Rule 27: what a restored line shall hold, by `columns`: of each column that the archived line was hashed by, the
 * archived value; of one that came into the mapping later, what the line has now. Its sizes are the archived ones.
 */
export function restoredKept(
  columns: readonly string[],
  archived: { hashed: readonly string[]; valueOf: ValueOf; sizes: string },
  now: ValueOf,
): Kept {
  const held = new Set(archived.hashed);
  return {
    values: columns.map((column) => (held.has(column) ? archived.valueOf(column) : now(column))),
    sizes: archived.sizes,
  };
}

/** Reads values that stand in the order of `columns` by name; a column that is not there is null. */
export function compileValueOf(columns: readonly string[]): (values: readonly (string | null)[]) => ValueOf {
  const places = new Map(columns.map((name, place) => [name, place]));
  return (values) => (column) => values[places.get(column) ?? -1] ?? null;
}
