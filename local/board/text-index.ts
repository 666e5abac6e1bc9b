import type { Item } from './model.js';

/** Finds items by the whole text of a text column or by name, ignoring case, without a scan. */
export class TextIndex {
  /** By board and column, then by text in lower case. */
  readonly #ids = new Map<string, Map<string, Set<string>>>();

  find(boardId: string, columnId: string, text: string): ReadonlySet<string> {
    return this.#ids.get(`${boardId}/${columnId}`)?.get(text.toLowerCase()) ?? new Set();
  }

  add(item: Item): void {
    for (const [columnId, text] of textsOf(item)) {
      const place = `${item.boardId}/${columnId}`;
      const column = this.#ids.get(place) ?? new Map<string, Set<string>>();
      this.#ids.set(place, column);
      const ids = column.get(text) ?? new Set<string>();
      column.set(text, ids.add(item.id));
    }
  }

  remove(item: Item): void {
    for (const [columnId, text] of textsOf(item)) {
      const column = this.#ids.get(`${item.boardId}/${columnId}`);
      const ids = column?.get(text);
      ids?.delete(item.id);
      if (ids?.size === 0) column?.delete(text);
    }
  }
}

/** Only text columns keep a bare string that is searched as it stands; the few numbers among them do no harm. */
function* textsOf(item: Item): Generator<[string, string]> {
  yield ['name', item.name.toLowerCase()];
  for (const [columnId, value] of Object.entries(item.values)) {
    if (typeof value === 'string') yield [columnId, value.toLowerCase()];
  }
}
