import type { SourceLayout } from '../lines/layout.js';
import type { ArrayRow } from '../warehouse/warehouse.js';
import { compileBlank, textOf } from './blank.js';
import type { Mapping } from './mapping.js';
import { cutText, trimAndClean } from './texts.js';

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
