import { quoteIdentifier } from '../warehouse/port/statements.js';

/** The values of columns whose names come from outside, under names of ours. */
export type Numbered = Readonly<Record<string, string | null>>;

const nameOf = (place: number): string => `value_${place}`;

/** A select list of columns of a table whose names come from outside: `__proto__` would be no key of a row. */
export function numbered(names: readonly string[], table: string): string {
  return names
    .map((name, place) => `${table}.${quoteIdentifier(name)} AS ${quoteIdentifier(nameOf(place))}`)
    .join(', ');
}

/** Their values in one row, in the order of the names. */
export function valuesOf(names: readonly string[], row: Numbered): (string | null)[] {
  return names.map((_, place) => row[nameOf(place)] ?? null);
}
