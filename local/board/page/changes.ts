import type { Item, Mark, RequestEntry } from '../model.js';
import type { AccountState } from '../state.js';

/** A pause of that length in the writes parts one run from the next, where no mark does. */
const IDLE_MS = 60_000;

/** What happened to an item or subitem since a point; the most telling of several. */
export type ChangeKind = 'created' | 'archived' | 'deleted' | 'moved' | 'updated';
const MOST_TELLING: readonly ChangeKind[] = ['created', 'deleted', 'archived', 'moved', 'updated'];

/** The points of the log that changes can be seen since, the oldest first: the marks, or else the ends of pauses. */
export function pointsOf(state: AccountState): readonly Mark[] {
  return state.marks.length > 0 ? apart(state.marks) : endsOfPauses(state.requests);
}

/** Marks with nothing between them are one point: nobody could choose the one and not the other. */
function apart(marks: readonly Mark[]): Mark[] {
  const points = new Map<number, Mark>();
  for (const mark of marks) {
    const same = points.get(mark.n);
    points.set(mark.n, same === undefined ? mark : { ...mark, label: `${same.label}, ${mark.label}` });
  }
  return [...points.values()];
}

function endsOfPauses(requests: readonly RequestEntry[]): Mark[] {
  const writes = requests.filter((request) => request.effects.length > 0);
  return writes
    .filter((request, place) => {
      const before = writes[place - 1];
      return before === undefined || Date.parse(request.at) - Date.parse(before.at) > IDLE_MS;
    })
    .map((request) => ({ n: request.n - 1, at: request.at, label: 'Writes' }));
}

/** The changes since a point by id. A changed size counts as a change of its item too. */
export class Changes {
  readonly #kinds = new Map<string, ChangeKind>();

  constructor(state: AccountState, since: Mark | null) {
    if (since === null) return;
    for (const request of state.requests.slice(since.n)) {
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
