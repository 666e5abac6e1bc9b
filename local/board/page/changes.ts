import type { Item, RequestEntry } from '../model.js';
import type { BoardState } from '../state.js';

/** A pause of that length in the writes parts one run from the next, where no mark does. */
const IDLE_MS = 60_000;

/** A stretch of the log: the requests after `after`, up to and with `until`. */
export interface Stretch {
  after: number;
  until: number;
  at: string;
  label: string;
}

/** What happened to an item or subitem in a stretch; the most telling of several. */
export type ChangeKind = 'created' | 'archived' | 'deleted' | 'moved' | 'updated';
const MOST_TELLING: readonly ChangeKind[] = ['created', 'deleted', 'archived', 'moved', 'updated'];

/** The stretches of the log, the oldest first: between the marks, or else between the pauses. */
export function stretchesOf(state: BoardState): Stretch[] {
  const starts = state.marks.length > 0 ? state.marks : idleStarts(state.requests);
  return starts.map((start, place) => ({
    after: start.n,
    until: starts[place + 1]?.n ?? Number.POSITIVE_INFINITY,
    at: start.at,
    label: start.label,
  }));
}

function idleStarts(requests: readonly RequestEntry[]): { n: number; at: string; label: string }[] {
  const writes = requests.filter((request) => request.effects.length > 0);
  return writes
    .filter((request, place) => {
      const before = writes[place - 1];
      return before === undefined || Date.parse(request.at) - Date.parse(before.at) > IDLE_MS;
    })
    .map((request) => ({ n: request.n - 1, at: request.at, label: 'Writes' }));
}

/** The changes of a stretch by id. A changed size counts as a change of its item too. */
export class Changes {
  readonly #kinds = new Map<string, ChangeKind>();

  constructor(state: BoardState, stretch: Stretch | null) {
    if (stretch === null) return;
    for (const request of state.requests.slice(stretch.after, Math.min(stretch.until, state.requests.length))) {
      for (const { kind, id } of request.effects) {
        const item = state.items.get(id);
        if (item === undefined) continue;
        this.#note(id, kind.split('.')[1] as ChangeKind);
        if (item.parentId !== null) this.#note(item.parentId, 'updated');
      }
    }
  }

  #note(id: string, kind: ChangeKind): void {
    const known = this.#kinds.get(id);
    if (known === undefined || MOST_TELLING.indexOf(kind) < MOST_TELLING.indexOf(known)) this.#kinds.set(id, kind);
  }

  of(item: Item): ChangeKind | null {
    return this.#kinds.get(item.id) ?? null;
  }

  /** How many of these items changed, by kind. */
  count(items: readonly Item[]): { kind: ChangeKind; count: number }[] {
    return MOST_TELLING.map((kind) => ({ kind, count: items.filter((item) => this.of(item) === kind).length })).filter(
      ({ count }) => count > 0,
    );
  }
}
