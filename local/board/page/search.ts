import type { Item } from '../model.js';
import type { AccountState } from '../state.js';
import type { BoardPage } from './view.js';

/** More than anybody reads; the number of all matches is told. */
const SHOWN_MATCHES = 100;

/** What is searched in each item, while the board stays as it was when that was read. */
interface SearchedTexts {
  version: number;
  shownArchived: boolean;
  ofItems: Map<string, string>;
}
const read = new WeakMap<AccountState, SearchedTexts>();

function textsOf({ state, showArchived }: BoardPage): SearchedTexts['ofItems'] {
  const known = read.get(state);
  if (known?.version === state.version && known.shownArchived === showArchived) return known.ofItems;
  const texts: SearchedTexts = { version: state.version, shownArchived: showArchived, ofItems: new Map() };
  read.set(state, texts);
  return texts.ofItems;
}

/** Reads what will be searched, so that the first letter need not wait for it. */
export function prepareSearch(page: BoardPage): void {
  search(page, '');
}

export interface Matches {
  total: number;
  items: Item[];
}

/** The shown items that hold all words anywhere: in group, name, values, or in a size. */
export function search(page: BoardPage, query: string): Matches {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matches: Matches = { total: 0, items: [] };
  const texts = textsOf(page);
  for (const group of page.groups) {
    for (const item of page.itemsOf(group)) {
      const text = texts.get(item.id) ?? searchedText(page, group.title, item);
      texts.set(item.id, text);
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
