import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Item, StateChange } from './model.js';
import { type AccountShape, SHIPPED_SHAPE } from './shape.js';
import { AccountState } from './state.js';

/** The file of the changes in the folder of a board. */
export const JOURNAL = 'board.jsonl';

/**
 * The changes of the account, one JSON line each, appended. What has been flushed outlives a kill of this process;
 * a line cut in half by the kill was never answered for, and is dropped when the file is opened again.
 */
export class Journal {
  readonly #file: number;
  #waiting: string[] = [];

  private constructor(file: number) {
    this.#file = file;
  }

  /** Opens the journal of a folder and hands every change in it, oldest first, to `replay`. */
  static open(folder: string, replay: (change: StateChange) => void): Journal {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, JOURNAL);
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const whole = bytes.lastIndexOf('\n') + 1;
    for (const line of bytes.toString('utf8', 0, whole).split('\n')) {
      if (line !== '') replay(JSON.parse(line) as StateChange);
    }
    const file = openSync(path, 'a');
    if (whole < bytes.length) ftruncateSync(file, whole);
    return new Journal(file);
  }

  append(change: StateChange): void {
    this.#waiting.push(JSON.stringify(change));
  }

  /** Hands the appended changes to the operating system; call before any answer that tells of them. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.from(`${this.#waiting.join('\n')}\n`);
    this.#waiting = [];
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
  }

  /** Forgets everything. */
  clear(): void {
    this.#waiting = [];
    ftruncateSync(this.#file, 0);
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** The account's state together with its journal; without a folder it lives in memory only. */
export class Store {
  readonly #shape: AccountShape;
  #state: AccountState;
  readonly #journal: Journal | null;

  constructor(folder: string | null, shape = SHIPPED_SHAPE) {
    this.#shape = shape;
    this.#state = new AccountState(shape);
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
    this.#state = new AccountState(this.#shape);
  }

  close(): void {
    this.#journal?.close();
  }
}
