import type { Account } from '../account.js';
import { cellText } from '../column-text.js';
import type { Group, Item, Mark } from '../model.js';
import { ITEMS_BOARD, SUBITEMS_BOARD } from '../shape.js';
import type { AccountState } from '../state.js';
import { Changes, pointsOf } from './changes.js';

/** What subitems are called, as one and as several, and the titles above them and their quantities. */
export interface SizeWords {
  one: string;
  many: string;
  heading: string;
  quantity: string;
}

function pluralOf(word: string): string {
  return /(?:s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

/** What a visitor has chosen to see: archived items or not, and since when changes are highlighted. */
export class BoardPage {
  readonly state: AccountState;
  readonly points: readonly Mark[];
  readonly since: Mark | null;
  readonly changes: Changes;
  readonly showArchived: boolean;
  readonly changedOnly: boolean;
  /** What is searched for. */
  readonly words: string;

  constructor(account: Account, query: URLSearchParams) {
    this.state = account.store.state;
    this.showArchived = query.get('archived') === '1';
    this.changedOnly = query.get('changed') === '1';
    this.words = query.get('q') ?? '';
    this.points = pointsOf(this.state);
    this.since = this.#chosen(query.get('after'));
    this.changes = new Changes(this.state, this.since);
  }

  /** The point after that request; by default the last one. */
  #chosen(after: string | null): Mark | null {
    if (after === 'none') return null;
    if (after === null || !/^\d+$/.test(after)) return this.points.at(-1) ?? null;
    const n = Number(after);
    return this.points.find((point) => point.n === n) ?? { n, at: '', label: `Request ${n}` };
  }

  get groups(): Group[] {
    return this.state.board(ITEMS_BOARD).groups.filter((group) => group.state === 'active');
  }

  /** An item that left since the chosen point is shown among the others: its leaving is a change. */
  isShown(item: Item): boolean {
    if (this.changes.of(item) !== null) return true;
    return !this.changedOnly && (item.state === 'active' || this.showArchived);
  }

  itemsOf(group: Group): Item[] {
    return this.state.inOrder(group.id).filter((item) => this.isShown(item));
  }

  /** The sizes of an item in their order. */
  sizesOf(item: Item): Item[] {
    return this.state
      .inOrder(item.id)
      .filter((size) => size.state === 'active' || item.state !== 'active' || this.showArchived);
  }

  text(item: Item, columnId: string): string {
    const column = this.state.board(item.boardId).columns.get(columnId);
    return column === undefined ? '' : (cellText(column, item.values[columnId] ?? null) ?? '');
  }

  title(boardId: string, columnId: string): string {
    return this.state.board(boardId).columns.get(columnId)?.title ?? columnId;
  }

  /** Columns whose values stand in the row of an item. */
  get rowColumns(): readonly string[] {
    return this.state.shape.rowColumns;
  }

  /** Null where items have no subitems. */
  get sizeWords(): SizeWords | null {
    const { subitems } = this.state.shape;
    if (subitems === undefined) return null;
    const heading = this.title(SUBITEMS_BOARD, subitems.labelColumn);
    const quantity = this.title(SUBITEMS_BOARD, subitems.quantityColumn);
    return { one: heading.toLowerCase(), many: pluralOf(heading.toLowerCase()), heading, quantity };
  }

  quantity(size: Item): number {
    const { subitems } = this.state.shape;
    return subitems === undefined ? 0 : Number(this.text(size, subitems.quantityColumn));
  }

  /** Every filled column of an item, but for its sizes' quantity, in the order of the board. */
  filled(item: Item): { title: string; text: string }[] {
    const columns = [...this.state.board(item.boardId).columns.values()];
    return columns
      .map((column) => ({ title: column.title, text: this.text(item, column.id) }))
      .filter(({ text }) => text !== '');
  }
}
