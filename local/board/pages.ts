import { ApiError } from './api-error.js';
import { draw } from './draw.js';
import type { Item } from './model.js';

const PAGE_LIMIT = 500;
/** A cursor lives an hour from the first page on. */
const CURSOR_MS = 60 * 60_000;

interface Cursor {
  ids: string[];
  expiresAt: number;
}

export interface ItemsPage {
  cursor: string | null;
  items: Item[];
}

/** The open cursors. The order of the items is that of the first page; what has been archived since is left out. */
export class Pages {
  readonly #cursors = new Map<string, Cursor>();
  readonly #seed: number;
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  first(items: readonly Item[], limit: number, now: number): ItemsPage {
    checkLimit(limit);
    const rest = items.slice(limit).map((item) => item.id);
    return { items: items.slice(0, limit), cursor: this.#open(rest, now + CURSOR_MS) };
  }

  next(cursor: string, limit: number, now: number, find: (id: string) => Item): ItemsPage {
    checkLimit(limit);
    const open = this.#cursors.get(cursor);
    if (open === undefined) throw new ApiError('CursorException', 'The cursor is not one that was given out.');
    if (open.expiresAt <= now) {
      this.#cursors.delete(cursor);
      throw new ApiError('CursorExpiredError', 'The cursor has expired; begin again with the first page.');
    }
    const items = open.ids.slice(0, limit).map(find);
    return {
      items: items.filter((item) => item.state === 'active'),
      cursor: this.#open(open.ids.slice(limit), open.expiresAt),
    };
  }

  clear(): void {
    this.#cursors.clear();
  }

  #open(ids: string[], expiresAt: number): string | null {
    if (ids.length === 0) return null;
    this.#count += 1;
    const words = [draw(this.#seed, 'cursor', this.#count), this.#count, expiresAt];
    const cursor = Buffer.from(words.join(':')).toString('base64url');
    this.#cursors.set(cursor, { ids, expiresAt });
    return cursor;
  }
}

function checkLimit(limit: number): void {
  if (limit < 1 || limit > PAGE_LIMIT) {
    throw new ApiError('InvalidArgumentException', `The limit of a page is 1 to ${PAGE_LIMIT}, not ${limit}.`);
  }
}
