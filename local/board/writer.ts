import { ApiError } from './api-error.js';
import { type CheckedValues, checkName, checkValues } from './column-values.js';
import { drawInteger } from './draw.js';
import type { Limits } from './limits.js';
import type { Board, Group, Item, ItemValues, RecordState } from './model.js';
import type { ReadLag } from './read-lag.js';
import type { AccountState } from './state.js';
import type { Store } from './store.js';
import { validate } from './validations.js';

/** The group that subitems are said to be in. */
const SUBITEMS_GROUP = 'topics';

/** On whose behalf something is written. */
export interface Author {
  /** Number of the request, or null for an edit by hand. */
  request: number | null;
  now: Date;
  /** Until when filters do not see what is written, in milliseconds; null: at once. */
  hiddenUntil: number | null;
}

export interface Position {
  method: 'before_at' | 'after_at' | undefined;
  relativeTo: string | undefined;
}

/** Writes items and groups: checks first, then commits, then lists the effect. */
export class Writer {
  readonly #store: Store;
  readonly #limits: Limits;
  readonly #lag: ReadLag;
  readonly #author: Author;
  readonly #seed: number;

  constructor(parts: { store: Store; limits: Limits; lag: ReadLag; seed: number }, author: Author) {
    this.#store = parts.store;
    this.#limits = parts.limits;
    this.#lag = parts.lag;
    this.#seed = parts.seed;
    this.#author = author;
  }

  get #state(): AccountState {
    return this.#store.state;
  }

  get #at(): string {
    return this.#author.now.toISOString();
  }

  /** The board of that id, or the error that the API answers with. */
  board(id: string): Board {
    const board = this.#state.boards.get(id);
    if (board === undefined || board.state !== 'active') {
      const message = 'The board does not exist. Please check your board ID and try again';
      throw new ApiError('InvalidBoardIdException', message, { error_data: { board_id: Number(id) } });
    }
    return board;
  }

  /** An item that can still be written to. */
  activeItem(id: string): Item {
    const item = this.anyItem(id);
    if (this.#isInactive(item)) {
      const message = 'Cannot change column value for inactive items';
      throw ApiError.verbatim({ message, extensions: {}, alone: 200 });
    }
    if (item.state !== 'active') throw new ApiError('ResourceNotFoundException', `The item ${id} is ${item.state}.`);
    return item;
  }

  /** Items of an archived board or group are there, and refuse changes. */
  #isInactive(item: Item): boolean {
    const top = item.parentId === null ? item : this.#state.item(item.parentId);
    const board = this.#state.board(item.boardId);
    return board.state === 'archived' || groupOf(this.#state.board(top.boardId), top)?.state === 'archived';
  }

  anyItem(id: string): Item {
    const item = this.#state.items.get(id);
    if (item === undefined) throw new ApiError('InvalidItemIdException', `There is no item ${id}.`);
    return item;
  }

  activeGroup(board: Board, id: string | undefined): Group {
    const active = board.groups.filter((group) => group.state === 'active');
    const group = id === undefined ? active[0] : active.find((each) => each.id === id);
    if (group === undefined)
      throw new ApiError('ResourceNotFoundException', `Group not found: ${id ?? 'none is active'}`);
    return group;
  }

  check(
    board: Board,
    given: Record<string, unknown>,
    createLabels: boolean,
    item?: Item,
    simple = false,
  ): CheckedValues {
    const previous = item?.values ?? {};
    const fresh = item === undefined;
    return checkValues(given, { board, previous, createLabels, simple, fresh, now: this.#at });
  }

  createItem(
    board: Board,
    groupId: string | undefined,
    name: string,
    checked: CheckedValues,
    position: Position,
  ): Item {
    if (board.kind !== 'items') {
      throw new ApiError('InvalidBoardIdException', 'Subitems are created by create_subitem, under their parent.');
    }
    refuseName(checked);
    if (this.#state.activeCount(board.id) >= this.#limits.itemsLimit) {
      throw new ApiError('ItemsLimitationException', `The board already has ${this.#limits.itemsLimit} items.`);
    }
    const group = this.activeGroup(board, groupId);
    this.#validate(board, checked.values, null);
    return this.#add(board, group.id, null, checkName(name), checked, this.#place(group.id, position));
  }

  createSubitem(parent: Item, name: string, board: Board, checked: CheckedValues): Item {
    refuseName(checked);
    const siblings = this.#state.inOrder(parent.id);
    if (siblings.filter((each) => each.state === 'active').length >= this.#limits.subitemsLimit) {
      throw new ApiError('SubitemsLimitationException', `An item has at most ${this.#limits.subitemsLimit} subitems.`);
    }
    this.#validate(board, checked.values, null);
    return this.#add(board, SUBITEMS_GROUP, parent.id, checkName(name), checked, siblings.length);
  }

  /** The board of the subitems of an item. */
  subitemsBoard(parent: Item): Board {
    const columns = this.board(parent.boardId).columns.values();
    const subtasks = [...columns].find((column) => column.type === 'subtasks' && !column.archived);
    const ids = subtasks?.settings['boardIds'];
    if (!Array.isArray(ids)) throw new ApiError('NoSubitemsColumnInThisBoard');
    return this.board(String(ids[0]));
  }

  changeValues(item: Item, checked: CheckedValues): Item {
    this.#validate(this.#state.board(item.boardId), checked.values, item.id);
    this.#commitLabels(item.boardId, checked);
    this.#hide(item.id, item);
    const { values } = checked;
    this.#store.commit({ type: 'values', id: item.id, name: checked.name ?? item.name, values, at: this.#at });
    this.#store.recordEffect(this.#author.request, 'updated', item);
    return item;
  }

  /** Archives, deletes or restores an item with its subitems; what is so already stays as it is, what is deleted too. */
  setState(item: Item, state: RecordState): Item {
    if (item.state === state) return item;
    for (const each of [item, ...this.#state.inOrder(item.id)]) {
      if (each.state === 'deleted' || each.state === state) continue;
      this.#hide(each.id, each);
      this.#store.commit({ type: 'state', id: each.id, state, at: this.#at });
      this.#store.recordEffect(this.#author.request, state, each);
    }
    return item;
  }

  move(item: Item, groupId: string): Item {
    if (item.parentId !== null) throw new ApiError('InvalidArgumentException', 'A subitem moves with its parent only.');
    const group = this.activeGroup(this.board(item.boardId), groupId);
    this.#hide(item.id, item);
    this.#store.commit({ type: 'move', id: item.id, groupId: group.id, at: this.#at });
    this.#store.recordEffect(this.#author.request, 'moved', item);
    return item;
  }

  /** A copy with all values, the key included, and with copies of the subitems. */
  duplicate(item: Item): Item {
    const copyOf = (source: Item): CheckedValues => ({ values: { ...source.values }, name: null, labels: [] });
    const board = this.board(item.boardId);
    const position: Position = { method: 'after_at', relativeTo: item.id };
    const copy = this.createItem(board, item.groupId, item.name, copyOf(item), position);
    for (const subitem of this.#state.inOrder(item.id)) {
      if (subitem.state === 'active') {
        this.createSubitem(copy, subitem.name, this.board(subitem.boardId), copyOf(subitem));
      }
    }
    return copy;
  }

  createGroup(board: Board, title: string, position: Position): Group {
    if (title.length === 0 || title.length > 255) {
      throw new ApiError('InvalidArgumentException', 'A group name has 1 to 255 characters.');
    }
    const others = board.groups.length;
    const number = drawInteger(36 ** 5, 36 ** 6 - 1, this.#seed, 'group', board.id, others);
    const group: Group = { id: `group_${number.toString(36)}${others}`, title, state: 'active' };
    // Without a position a group goes to the top.
    const index = placeIn(board.groups, { ...position, method: position.method ?? 'after_at' }, others);
    this.#store.commit({ type: 'group', boardId: board.id, group, index });
    this.#effect('group.created', group.id, title);
    return group;
  }

  /** Deletes a group with its items; a board keeps at least one. */
  deleteGroup(board: Board, id: string): Group {
    return this.setGroupState(board, this.activeGroup(board, id), 'deleted');
  }

  /** Archives, deletes or restores a group with its items; what was archived before the group stays so. */
  setGroupState(board: Board, group: Group, state: RecordState): Group {
    const active = board.groups.filter((each) => each.state === 'active');
    if (state !== 'active' && active.length === 1 && active[0]?.id === group.id) {
      throw new ApiError('DeleteLastGroupException');
    }
    const items = this.#state.inOrder(group.id);
    const taken = items.filter((item) => item.state === 'active').map(({ id }) => id);
    const moved = state === 'active' ? items.filter(({ id }) => group.taken?.includes(id) ?? true) : items;
    for (const item of moved) this.setState(item, state);
    const { taken: _, ...rest } = group;
    const changed = { ...rest, state, ...(state === 'archived' ? { taken } : {}) };
    return this.changeGroup(board, changed, state === 'active' ? 'restored' : state);
  }

  changeGroup(board: Board, group: Group, kind: string): Group {
    this.#store.commit({ type: 'groupChanged', boardId: board.id, group });
    this.#effect(`group.${kind}`, group.id, group.title);
    return group;
  }

  /** A planner's rules hold for what the API writes; a planner's own hand is not held to them. */
  #validate(board: Board, values: ItemValues, itemId: string | null): void {
    if (this.#author.request !== null) validate(board, values, itemId);
  }

  #effect(kind: string, id: string, key: string): void {
    const { request } = this.#author;
    if (request !== null) this.#store.commit({ type: 'effect', n: request, effect: { kind, id, key } });
  }

  #place(groupId: string, position: Position): number {
    const bottom = this.#state.countIn(groupId);
    // Only a place beside another item needs the others: a group may hold ten thousand.
    return placeIn(position.relativeTo === undefined ? [] : this.#state.inOrder(groupId), position, bottom);
  }

  #commitLabels(boardId: string, checked: CheckedValues): void {
    for (const { columnId, label } of checked.labels) {
      this.#store.commit({ type: 'label', boardId, columnId, label });
      this.#effect('label.created', columnId, label.label ?? '');
    }
  }

  #hide(id: string, item: Item | null): void {
    const { hiddenUntil } = this.#author;
    if (hiddenUntil !== null) this.#lag.hide(id, item, hiddenUntil);
  }

  #add(
    board: Board,
    groupId: string,
    parentId: string | null,
    name: string,
    checked: CheckedValues,
    index: number,
  ): Item {
    this.#commitLabels(board.id, checked);
    const values: ItemValues = Object.fromEntries(Object.entries(checked.values).filter(([, value]) => value !== null));
    const id = this.#state.nextId();
    this.#hide(id, null);
    const item: Item = {
      id,
      boardId: board.id,
      name,
      groupId,
      parentId,
      state: 'active',
      values,
      createdAt: this.#at,
      updatedAt: this.#at,
      request: this.#author.request,
    };
    this.#store.commit({ type: 'item', item, index });
    this.#store.recordEffect(this.#author.request, 'created', item);
    return item;
  }
}

function groupOf(board: Board, item: Item): Group | undefined {
  return board.groups.find((group) => group.id === item.groupId);
}

function refuseName(checked: CheckedValues): void {
  if (checked.name !== null) {
    throw new ApiError('InvalidColumnIdException', 'The name of a new item is given as item_name, not as a column.');
  }
}

/** Where a new entry goes among others: beside one of them, at the top (after_at alone), or at the bottom. */
function placeIn(others: readonly { id: string }[], { method, relativeTo }: Position, bottom: number): number {
  if (relativeTo === undefined) return method === 'after_at' ? 0 : bottom;
  const place = others.findIndex((each) => each.id === relativeTo);
  if (place < 0) throw new ApiError('InvalidArgumentException', `There is no ${relativeTo} to put it next to.`);
  return method === 'before_at' ? place : place + 1;
}
