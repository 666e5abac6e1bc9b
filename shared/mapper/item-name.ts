import type { SourceLayout } from '../lines/layout.js';
import { textOf } from '../mapping/blank.js';
import type { Mapping } from '../mapping/mapping.js';
import { cutText, trimAndClean } from '../mapping/texts.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';

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
      .filter((part) => part !== '')
      .join(separator);
    return { text: cutText(name, maxLength), cut: name.length > maxLength };
  };
}
