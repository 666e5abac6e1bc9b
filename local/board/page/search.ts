import type { Item } from '../model.js';
import type { BoardPage } from './view.js';

/** More than anybody reads; the number of all matches is told. */
const SHOWN_MATCHES = 200;

export interface Matches {
  total: number;
  items: Item[];
}

/** The shown items that hold all words anywhere: in group, name, values, or in a size. */
export function search(page: BoardPage, query: string): Matches {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matches: Matches = { total: 0, items: [] };
  for (const group of page.groups) {
    for (const item of page.itemsOf(group)) {
      const text = searchedText(page, group.title, item);
      if (!words.every((word) => text.includes(word))) continue;
      matches.total += 1;
      if (matches.items.length < SHOWN_MATCHES) matches.items.push(item);
    }
  }
  return matches;
}

function searchedText(page: BoardPage, groupTitle: string, item: Item): string {
  const rows = [item, ...page.sizesOf(item)];
  const texts = rows.flatMap((row) => [row.id, row.name, ...page.filled(row).map(({ text }) => text)]);
  return [groupTitle, ...texts].join('\n').toLowerCase();
}
