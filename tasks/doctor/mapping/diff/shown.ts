import type { MappedLine } from '../../../../shared/mapper/map-line.js';
import { type LineSize, subitemKey, subitemName } from '../../../../shared/mapper/sizes.js';
import type { Mapping, Subitem } from '../../../../shared/mapping/mapping.js';

/** What the board shows of an item or a subitem, by column; a column that it keeps as it is has no entry. */
export type ShownUnit = ReadonlyMap<string, string | null>;

export interface ShownLine {
  item: ShownUnit;
  /** By the name of the size. */
  sizes: ReadonlyMap<string, ShownUnit>;
  /** Sizes that the board keeps as they are. */
  kept: ReadonlySet<string>;
}

/** Columns that every unit has: what stands in them is named by these words. */
export const NAME_COLUMN = 'name';
export const GROUP_COLUMN = 'group';

/** Compiles the function that says what the board shows of a mapped line. */
export function compileShown(mapping: Mapping): (line: MappedLine, uuid: string) => ShownLine {
  const { item, subitem } = mapping;
  return (line, uuid) => ({
    item: new Map<string, string | null>([
      [NAME_COLUMN, line.itemName],
      ...(line.group === null ? [] : [[GROUP_COLUMN, line.group] as const]),
      [item.key.id, uuid],
      ...line.values,
    ]),
    sizes: new Map(
      subitem === undefined || line.cancelled
        ? []
        : line.sizes.map((size) => [size.label, shownSize(subitem, size, uuid)]),
    ),
    kept: new Set(line.cancelled ? [] : line.absentSizes),
  });
}

function shownSize(subitem: Subitem, { label, quantity }: LineSize, uuid: string): ShownUnit {
  return new Map<string, string | null>([
    [NAME_COLUMN, subitemName(subitem, label)],
    [subitem.key.id, subitemKey(uuid, label)],
    ...subitem.columns.map(({ id, value }) => [id, value === 'label' ? label : String(quantity)] as const),
  ]);
}

export interface UnitChange {
  column: string;
  before: string | null;
  after: string | null;
}

/** What a push would send to bring a unit from one state to the other: what is no longer stated is left as it is. */
export function unitChanges(before: ShownUnit, after: ShownUnit): UnitChange[] {
  return [...after].flatMap(([column, text]) => {
    const was = before.get(column) ?? null;
    return was === text ? [] : [{ column, before: was, after: text }];
  });
}

/** The same of one size of several. */
export function inSize(label: string, { column, before, after }: UnitChange): UnitChange {
  const told = (text: string | null) => (text === null ? null : `${label}: ${text}`);
  return { column, before: told(before), after: told(after) };
}
