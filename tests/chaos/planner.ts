import type { Account } from '../../local/board/account.js';
import { ApiError } from '../../local/board/api-error.js';
import { carryOutEdit, editSchema } from '../../local/board/hand/edits.js';
import type { Column, Item } from '../../local/board/model.js';
import { ITEMS_BOARD, SUBITEMS_BOARD } from '../../local/board/shape.js';
import type { Hand } from './schedule.js';

/** The group with which a board begins: nothing of ours is in it, and it may be the last. */
const FIRST_GROUP = 'topics';
/** The column of an item that is written to, for which few lines have a value, and the text. */
const TEXT = 'text_mkr5ej2x';
const BY_HAND = 'by hand';

/** Where a column is. */
type At = Pick<Extract<Hand, { kind: 'managed' }>, 'column' | 'board'>;

/** A planner who changes the board by hand while a schedule plays, and mends later what keeps it from being filled. */
export class Planner {
  readonly #account: Account;
  /** What takes an edit back, the latest last. */
  readonly #mends: unknown[] = [];
  /** The titles that renamed groups had. */
  readonly titles = new Map<string, string>();
  /** What was written into cells of items that had never held anything, by item and column. */
  readonly filled = new Map<string, Record<string, string>>();
  acted = false;

  constructor(account: Account) {
    this.#account = account;
  }

  /** Carries out what there is something for; tells what was done. */
  carryOut(hand: Hand): string | undefined {
    const done = this.#edit(hand);
    if (done === undefined) return undefined;
    this.acted = true;
    return `a planner's hand: ${JSON.stringify(done)}`;
  }

  /** Takes back, in turn, what can be: a planner who is asked for it. */
  mend(): void {
    for (const mend of this.#mends.splice(0).reverse()) this.#do(mend);
  }

  #edit(hand: Hand): unknown {
    switch (hand.kind) {
      case 'group':
        return this.#group(hand);
      case 'column':
        return this.#column(hand);
      case 'label':
        return this.#label(hand);
      case 'rule':
        return this.#rule(hand);
      case 'managed':
        return this.#managed(hand);
      case 'board':
        return this.#do({ archiveBoard: true }, { restoreBoard: true });
      default:
        return this.#item(hand);
    }
  }

  #group({ to, place }: Extract<Hand, { kind: 'group' }>): unknown {
    const groups = this.#board.groups.filter(({ id, state }) => state === 'active' && id !== FIRST_GROUP);
    const group = groups[place % Math.max(1, groups.length)];
    if (group === undefined) return undefined;
    // Not brought back: its lines may have new items by then, and would be there twice by hand.
    if (to === 'archive') return this.#do({ archiveGroup: group.id });
    if (to === 'delete') return this.#do({ deleteGroup: group.id });
    if (!this.titles.has(group.id)) this.titles.set(group.id, group.title);
    return this.#do({ renameGroup: group.id, title: `${group.title} (old)` });
  }

  #column({ to, ...at }: Extract<Hand, { kind: 'column' }>): unknown {
    const known = this.#columnOf(at);
    if (known === undefined) return undefined;
    const { column, board } = at;
    switch (to) {
      case 'rename':
        return this.#do({ renameColumn: column, board, title: `${known.title} (old)` });
      case 'archive':
        return this.#do({ archiveColumn: column, board }, { restoreColumn: column, board });
      case 'delete':
        return this.#do({ deleteColumn: column, board }, { restoreColumn: column, board });
      case 'retype': {
        const other = known.type === 'numbers' ? 'text' : 'numbers';
        return this.#do(
          { retypeColumn: column, board, type: other },
          { retypeColumn: column, board, type: known.type },
        );
      }
    }
  }

  #label({ kind: _, to, place, ...at }: Extract<Hand, { kind: 'label' }>): unknown {
    const labels = this.#columnOf(at)?.labels.filter(({ label }) => label !== null) ?? [];
    const label = labels[place % Math.max(1, labels.length)];
    if (label === undefined) return undefined;
    if (to === 'deactivate') return this.#do({ deactivateLabel: label.id, ...at }, { activateLabel: label.id, ...at });
    // Back again only where nobody has made the label anew.
    if (to === 'rename') {
      return this.#do({ renameLabel: label.id, to: `${label.label} OLD`, ...at }, () =>
        this.#has(at, label.label) ? undefined : { renameLabel: label.id, to: label.label, ...at },
      );
    }
    return this.#do({ deleteLabel: label.id, ...at }, () =>
      this.#has(at, label.label) ? undefined : { addLabel: label.label, ...at },
    );
  }

  #rule({ column, board, rule }: Extract<Hand, { kind: 'rule' }>): unknown {
    const wanted = rule === 'required' ? { required: true } : { rule: { doesNotContain: rule } };
    return this.#do({ column, board, ...wanted }, { column, board, required: false, rule: null });
  }

  #managed({ column, board }: Extract<Hand, { kind: 'managed' }>): unknown {
    return this.#do({ column, board, managed: true }, { column, board, managed: false });
  }

  #item({ kind, to, place }: Extract<Hand, { kind: 'item' | 'size' }>): unknown {
    const { state } = this.#account.store;
    const items = [...state.items.values()].filter(
      (item: Item) => item.state === 'active' && (item.parentId === null) === (kind === 'item'),
    );
    const item = items[place % Math.max(1, items.length)];
    if (item === undefined) return undefined;
    if (to === 'edit') {
      if (kind === 'size') return this.#do({ item: item.id, values: { numeric_mkra7j8e: '77' } });
      if (!(TEXT in item.values)) this.filled.set(item.id, { [TEXT]: BY_HAND });
      return this.#do({ item: item.id, values: { name: BY_HAND, [TEXT]: BY_HAND } });
    }
    return this.#do(to === 'archive' ? { archive: item.id } : { delete: item.id });
  }

  get #board() {
    return this.#account.store.state.board(ITEMS_BOARD);
  }

  #columnOf({ column, board }: At): Column | undefined {
    const { state } = this.#account.store;
    return state.board(board === undefined ? ITEMS_BOARD : SUBITEMS_BOARD).columns.get(column);
  }

  #has(at: At, label: string | null): boolean {
    return this.#columnOf(at)?.labels.some((each) => each.label === label) ?? true;
  }

  #do(edit: unknown, mend?: unknown): unknown {
    const wanted: unknown = typeof edit === 'function' ? edit() : edit;
    if (wanted === undefined) return undefined;
    try {
      carryOutEdit(this.#account, editSchema.parse(wanted));
    } catch (error) {
      // Two hands may be in each other's way, such as at the last group.
      if (error instanceof ApiError) return undefined;
      throw error;
    }
    if (mend !== undefined) this.#mends.push(mend);
    return wanted;
  }
}
