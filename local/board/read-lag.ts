import type { Item } from './model.js';

/** What filters know of an item. */
export type Seen = Pick<Item, 'id' | 'boardId' | 'name' | 'groupId' | 'state' | 'values'>;

/** Keeps what filters still see of items that were written a moment ago. Look-ups by id are not affected. */
export class ReadLag {
  readonly #hidden = new Map<string, { until: number; before: Seen | null }>();

  /** From now until `until`, filters see the item as it is before the change, or not at all when it is new. */
  hide(id: string, item: Item | null, until: number): void {
    const earlier = this.#hidden.get(id);
    const before = item === null ? null : { ...item, values: { ...item.values } };
    this.#hidden.set(id, { until, before: earlier === undefined ? before : earlier.before });
  }

  seen(item: Item, now: number): Seen | null {
    const hidden = this.#hidden.get(item.id);
    if (hidden === undefined) return item;
    if (hidden.until > now) return hidden.before;
    this.#hidden.delete(item.id);
    return item;
  }

  /** Items whose latest change filters may not have seen yet. */
  ids(): Iterable<string> {
    return this.#hidden.keys();
  }

  clear(): void {
    this.#hidden.clear();
  }
}
