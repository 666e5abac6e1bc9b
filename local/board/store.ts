import { Journal } from './journal.js';
import type { Item, StateChange } from './model.js';
import { AccountState } from './state.js';

/** The account's state together with its journal; without a folder it lives in memory only. */
export class Store {
  #state = new AccountState();
  readonly #journal: Journal | null;

  constructor(folder: string | null) {
    this.#journal = folder === null ? null : Journal.open(folder, (change) => this.#state.apply(change));
  }

  get state(): AccountState {
    return this.#state;
  }

  commit(change: StateChange): void {
    // Written first: the state keeps the objects of the change and will change them later.
    this.#journal?.append(change);
    this.#state.apply(change);
  }

  /** Lists an effect under the request that caused it; an edit by hand has none. */
  recordEffect(request: number | null, kind: string, item: Item): void {
    if (request === null) return;
    const what = item.parentId === null ? 'item' : 'subitem';
    const effect = { kind: `${what}.${kind}`, id: item.id, key: this.#state.keyOf(item) };
    this.commit({ type: 'effect', n: request, effect });
  }

  flush(): void {
    this.#journal?.flush();
  }

  reset(): void {
    this.#journal?.clear();
    this.#state = new AccountState();
  }

  close(): void {
    this.#journal?.close();
  }
}
