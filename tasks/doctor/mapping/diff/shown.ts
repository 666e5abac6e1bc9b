import { differences } from '../../../../shared/ledger/decide.js';
import { GROUP, NAME, UNKNOWN_ENTRY, type Values } from '../../../../shared/ledger/entry.js';
import { itemValues } from '../../../../shared/mapper/item-values.js';
import type { MappedLine } from '../../../../shared/mapper/map-line.js';
import { sizeValues } from '../../../../shared/mapper/sizes.js';
import type { Mapping } from '../../../../shared/mapping/mapping.js';

/** What the board shows of a line; a column that it keeps as it is has no entry. */
export interface ShownLine {
  item: Values;
  /** By the name of the size. */
  sizes: ReadonlyMap<string, Values>;
  /** Sizes that the board keeps as they are. */
  kept: ReadonlySet<string>;
}

/** What stands in no column of its own, by the words that name it. */
export const UNTITLED: readonly [string, string][] = [
  [NAME, 'name'],
  [GROUP, 'group'],
];

/** Compiles the function that says what the board shows of a mapped line. */
export function compileShown(mapping: Mapping): (line: MappedLine, uuid: string) => ShownLine {
  const { subitem } = mapping;
  return (line, uuid) => ({
    item: itemValues(mapping, { lineKey: uuid, title: line.itemName, group: line.group }, line.values),
    sizes: new Map(
      subitem === undefined || line.cancelled
        ? []
        : line.sizes.map((size) => [size.label, sizeValues(subitem, uuid, size)]),
    ),
    kept: new Set(line.cancelled ? [] : line.absentSizes),
  });
}

export interface UnitChange {
  column: string;
  before: string | null;
  after: string | null;
}

/** What the ledger would send to bring a unit from one state to the other: what is no longer stated is left as it is. */
export function unitChanges(before: Values, after: Values): UnitChange[] {
  const sent = differences({ ...UNKNOWN_ENTRY, answered: before }, after);
  return Object.entries(sent).map(([column, text]) => ({ column, before: before[column] ?? null, after: text }));
}

/** The same of one size of several. */
export function inSize(label: string, { column, before, after }: UnitChange): UnitChange {
  const told = (text: string | null) => (text === null ? null : `${label}: ${text}`);
  return { column, before: told(before), after: told(after) };
}
