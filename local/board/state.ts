import type {
  Board,
  Column,
  Group,
  Item,
  KeptAnswer,
  Mark,
  RecordState,
  RequestEntry,
  StateChange,
  StoredLabel,
} from './model.js';
import { type AccountShape, emptyBoards } from './shape.js';
import { TextIndex } from './text-index.js';

/** Item ids of the account begin here: above 2^31, as real ones are. */
const FIRST_ID = 9_400_000_000;

/** What is kept of requests: the board shows nothing of it. */
const BESIDE_THE_BOARD: ReadonlySet<StateChange['type']> = new Set(['request', 'effect', 'answer', 'kept', 'mark']);

/** Everything the account holds, in memory. It changes only by `apply`, so replaying the journal gives the same. */
export class AccountState {
  readonly shape: AccountShape;
  readonly boards: Map<string, Board>;
  readonly items = new Map<string, Item>();
  readonly requests: RequestEntry[] = [];
  readonly kept = new Map<string, KeptAnswer>();
  readonly index = new TextIndex();
  /** Ids of the items of a group, or of the subitems of an item, in their order on the board. */
  readonly #order = new Map<string, string[]>();
  #lastId = FIRST_ID;
  readonly #active = new Map<string, number>();
  readonly marks: Mark[] = [];
  /** Grows with each change of what the board shows. */
  version = 0;

  constructor(shape: AccountShape) {
    this.shape = shape;
    this.boards = emptyBoards(shape);
  }

  apply(change: StateChange): void {
    if (!BESIDE_THE_BOARD.has(change.type)) this.version += 1;
    switch (change.type) {
      case 'group':
        this.board(change.boardId).groups.splice(change.index, 0, change.group);
        break;
      case 'groupChanged':
        this.#putGroup(this.board(change.boardId), change.group);
        break;
      case 'boardState':
        this.board(change.boardId).state = change.state;
        break;
      case 'item':
        this.#addItem(change.item, change.index);
        break;
      case 'values':
        this.#changeValues(change);
        break;
      case 'state':
        this.#setState(this.item(change.id), change.state, change.at);
        break;
      case 'move':
        this.#move(change);
        break;
      case 'column':
        this.#putColumn(change.boardId, change.column, change.after);
        break;
      case 'columnDeleted':
        this.#deleteColumn(this.board(change.boardId), change.id);
        break;
      case 'label':
        this.#addLabel(change.boardId, this.column(change.boardId, change.columnId), change.label);
        break;
      case 'request':
        this.requests.push({ ...change.entry, effects: [...change.entry.effects] });
        break;
      case 'effect':
        this.request(change.n).effects.push(change.effect);
        break;
      case 'answer':
        Object.assign(this.request(change.n), { status: change.status, replayed: change.replayed });
        break;
      case 'kept':
        this.kept.set(change.kept.cacheKey, change.kept);
        break;
      case 'mark':
        this.marks.push(change.mark);
    }
  }

  board(id: string): Board {
    const board = this.boards.get(id);
    if (board === undefined) throw new Error(`There is no board ${id}.`);
    return board;
  }

  column(boardId: string, id: string): Column {
    const column = this.board(boardId).columns.get(id);
    if (column === undefined) throw new Error(`There is no column ${id} on the board ${boardId}.`);
    return column;
  }

  item(id: string): Item {
    const item = this.items.get(id);
    if (item === undefined) throw new Error(`There is no item ${id}.`);
    return item;
  }

  request(n: number): RequestEntry {
    const entry = this.requests[n - 1];
    if (entry === undefined) throw new Error(`There is no request ${n}.`);
    return entry;
  }

  /** The next id of an item; ids grow. */
  nextId(): string {
    return String(this.#lastId + 1);
  }

  /** Items of a group, or subitems of an item, in order, whatever their state. */
  inOrder(groupOrParentId: string): Item[] {
    return (this.#order.get(groupOrParentId) ?? []).map((id) => this.item(id));
  }

  /** How many items a group, or subitems an item, has, whatever their state. */
  countIn(groupOrParentId: string): number {
    return this.#order.get(groupOrParentId)?.length ?? 0;
  }

  /** All items of a board in the order in which it shows them. */
  itemsOf(board: Board): Item[] {
    if (board.kind === 'items') return board.groups.flatMap((group) => this.inOrder(group.id));
    return [...this.items.values()].filter((item) => item.boardId === board.id);
  }

  activeCount(boardId: string): number {
    return this.#active.get(boardId) ?? 0;
  }

  keyOf(item: Item): string | null {
    const key = item.values[this.shape.keyColumn];
    return typeof key === 'string' ? key : null;
  }

  #listOf(item: Item): string[] {
    const list = this.#order.get(item.parentId ?? item.groupId) ?? [];
    this.#order.set(item.parentId ?? item.groupId, list);
    return list;
  }

  #addItem(item: Item, index: number): void {
    this.items.set(item.id, item);
    this.#listOf(item).splice(index, 0, item.id);
    this.#lastId = Math.max(this.#lastId, Number(item.id));
    this.index.add(item);
    this.#countActive(item, 1);
  }

  #changeValues(change: Extract<StateChange, { type: 'values' }>): void {
    const item = this.item(change.id);
    this.index.remove(item);
    item.name = change.name;
    Object.assign(item.values, change.values);
    item.updatedAt = change.at;
    this.index.add(item);
  }

  #setState(item: Item, state: RecordState, at: string): void {
    this.#countActive(item, -1);
    item.state = state;
    item.updatedAt = at;
    this.#countActive(item, 1);
  }

  #countActive(item: Item, by: number): void {
    if (item.state === 'active') this.#active.set(item.boardId, this.activeCount(item.boardId) + by);
  }

  #addLabel(boardId: string, column: Column, label: StoredLabel): void {
    const changed = { ...column, labels: [...column.labels, label], revision: column.revision + 1 };
    this.#putColumn(boardId, changed, null);
  }

  #move(change: Extract<StateChange, { type: 'move' }>): void {
    const item = this.item(change.id);
    const list = this.#listOf(item);
    list.splice(list.indexOf(item.id), 1);
    item.groupId = change.groupId;
    item.updatedAt = change.at;
    this.#listOf(item).push(item.id);
  }

  #deleteColumn(board: Board, id: string): void {
    const column = board.columns.get(id);
    if (column !== undefined) board.deletedColumns.set(id, column);
    board.columns.delete(id);
  }

  /** Not changed in place: an answer from a cache keeps the group that it has seen. */
  #putGroup(board: Board, group: Group): void {
    const place = board.groups.findIndex((each) => each.id === group.id);
    if (place < 0) throw new Error(`There is no group ${group.id} on the board ${board.id}.`);
    board.groups.splice(place, 1, group);
  }

  #putColumn(boardId: string, column: Column, after: string | null): void {
    const board = this.board(boardId);
    board.deletedColumns.delete(column.id);
    const columns = [...board.columns.values()].filter((each) => each.id !== column.id);
    const known = [...board.columns.keys()].indexOf(column.id);
    const behind = columns.findIndex((each) => each.id === after) + 1;
    columns.splice(known >= 0 ? known : behind || columns.length, 0, column);
    board.columns = new Map(columns.map((each) => [each.id, each]));
  }
}
