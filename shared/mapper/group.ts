import type { SourceLayout } from '../lines/layout.js';
import { compileBlank, textOf } from '../mapping/blank.js';
import type { Mapping } from '../mapping/mapping.js';
import { cutText, trimAndClean } from '../mapping/texts.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';

/** Makes the function that gives the title of a line's group, from its row and canonical customer. */
export function compileGroup(mapping: Mapping, layout: SourceLayout): (row: ArrayRow, customer: string) => string {
  const { title, season, fallback, maxLength } = mapping.item.group;
  const positions = season.map((column) => layout.position(column));
  const isBlank = compileBlank(mapping);
  return (row, customer) => {
    const stated = positions.map((position) => textOf(row[position])).find((text) => !isBlank(text)) ?? fallback;
    // A function as replacement, because a text could hold $& and the like.
    const text = title
      .replace('{customer}', () => customer.toUpperCase())
      .replace('{season}', () => trimAndClean(stated));
    return cutText(text, maxLength);
  };
}
