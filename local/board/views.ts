import type { Account } from './account.js';
import { ApiError } from './api-error.js';
import { type ColumnAnswer, cellOf } from './column-text.js';
import { revisionOf } from './column-writer.js';
import type { Execution } from './execution.js';
import type { ItemsQuery } from './filters.js';
import { oldSettings, viewLabels } from './labels.js';
import type { Limits } from './limits.js';
import type { Board, Column, Group, Item } from './model.js';
import type { ItemsPage } from './pages.js';
import type { AccountState } from './state.js';

// Objects as the schema shows them. graphql-js reads a field, or calls it with the arguments and the execution.

const CREATOR = '1';

export interface PageArguments {
  limit: number;
  cursor?: string | null;
  query_params?: ItemsQuery | null;
}

export interface PageView {
  cursor: string | null;
  items: ItemView[];
}

function viewPage(page: ItemsPage, state: AccountState): PageView {
  return { cursor: page.cursor, items: page.items.map((item) => new ItemView(item, state)) };
}

/** The page that a cursor stands for. */
export function nextPage(cursor: string, limit: number, account: Account): PageView {
  const { state } = account.store;
  return viewPage(
    account.pages.next(cursor, limit, account.now(), (id) => state.item(id)),
    state,
  );
}

/** The page of a board that a cursor stands for, or else the first of the items that `find` gives. */
export function pageOf(
  board: Board,
  { cursor, limit }: { cursor?: string | null; limit: number },
  { account }: Execution,
  find: () => Item[],
): PageView {
  if (board.kind === 'subitems' && account.limits.subitemsBoardQueries === 0) {
    throw new ApiError('InvalidArgumentException', `The board ${board.id} is a subitems board.`);
  }
  if (cursor) return nextPage(cursor, limit, account);
  return viewPage(account.pages.first(find(), limit, account.now()), account.store.state);
}

/** A page of a board or of one of its groups. */
function itemsPage(board: Board, groupId: string | null, args: PageArguments, execution: Execution): PageView {
  if (args.cursor && args.query_params) {
    throw new ApiError('InvalidArgumentException', 'A cursor brings its query along: give one of the two.');
  }
  return pageOf(board, args, execution, () => execution.filters.byQuery(board, groupId, args.query_params ?? {}));
}

export function viewColumn(column: Column, limits: Limits): Record<string, unknown> {
  const labelled = column.type === 'status' || column.type === 'dropdown';
  const settings = labelled
    ? { ...column.settings, labels: viewLabels(column, limits.coloursByName === 1) }
    : column.settings;
  const old = labelled ? { ...column.settings, ...oldSettings(column) } : column.settings;
  return { ...column, revision: revisionOf(column), settings, settings_str: JSON.stringify(old) };
}

export class GroupView {
  readonly #board: Board;
  readonly #group: Group;

  constructor(board: Board, group: Group) {
    this.#board = board;
    this.#group = group;
  }

  get id(): string {
    return this.#group.id;
  }
  get title(): string {
    return this.#group.title;
  }
  get archived(): boolean {
    return this.#group.state === 'archived';
  }
  get deleted(): boolean {
    return this.#group.state === 'deleted';
  }
  get position(): string {
    return String(this.#board.groups.indexOf(this.#group) + 1);
  }
  items_page(args: PageArguments, execution: Execution): PageView {
    return itemsPage(this.#board, this.#group.id, args, execution);
  }
}

/** A board; `structure` are its groups and columns, which may come from a cache. */
export class BoardView {
  readonly #board: Board;
  readonly #structure: Pick<Board, 'groups' | 'columns'>;

  constructor(board: Board, structure: Pick<Board, 'groups' | 'columns'> = board) {
    this.#board = board;
    this.#structure = structure;
  }

  get id(): string {
    return this.#board.id;
  }
  get name(): string {
    return this.#board.name;
  }
  get state(): string {
    return this.#board.state;
  }
  url(_args: unknown, { account }: Execution): string {
    return boardUrl(account, this.#board.id);
  }
  readonly hierarchy_type = 'classic';
  get type(): string {
    return this.#board.kind === 'items' ? 'board' : 'sub_items_board';
  }
  items_count(_args: unknown, { account }: Execution): number {
    return account.store.state.activeCount(this.#board.id);
  }
  items_limit(_args: unknown, { account }: Execution): number {
    return account.limits.itemsLimit;
  }
  groups({ ids }: { ids?: string[] | null }): GroupView[] {
    const groups = this.#structure.groups.filter(
      (group) => group.state === 'active' && (ids?.includes(group.id) ?? true),
    );
    return groups.map((group) => new GroupView(this.#board, group));
  }
  top_group(): GroupView | null {
    return this.groups({})[0] ?? null;
  }
  columns(
    { ids, types }: { ids?: string[] | null; types?: string[] | null },
    { limits }: Execution,
  ): Record<string, unknown>[] {
    return [...this.#structure.columns.values()]
      .filter((column) => (ids?.includes(column.id) ?? true) && (types?.includes(column.type) ?? true))
      .map((column) => viewColumn(column, limits));
  }
  items_page(args: PageArguments, execution: Execution): PageView {
    return itemsPage(this.#board, null, args, execution);
  }
}

/** As monday.com has it; this board's page answers there. */
function boardUrl({ url }: Account, boardId: string): string {
  return `${url}/boards/${boardId}`;
}

function wholeSeconds(moment: string): string {
  return moment.replace(/\.\d+Z$/, 'Z');
}

export class ItemView {
  readonly #item: Item;
  readonly #state: AccountState;
  /** Read below `subitems` of its parent. */
  readonly #nested: boolean;

  constructor(item: Item, state: AccountState, nested = false) {
    this.#item = item;
    this.#state = state;
    this.#nested = nested;
  }

  get id(): string {
    return this.#item.id;
  }
  get name(): string {
    return this.#item.name;
  }
  /** Some subitems end the whole request when their state is asked for below `subitems`; by their ids they answer. */
  state(_args: unknown, execution: Execution): string {
    if (this.#nested) execution.enterNestedState(this.#item.id);
    return this.#item.state;
  }
  url(_args: unknown, { account }: Execution): string {
    return `${boardUrl(account, this.#item.boardId)}/pulses/${this.#item.id}`;
  }
  get created_at(): string {
    return wholeSeconds(this.#item.createdAt);
  }
  get updated_at(): string {
    return wholeSeconds(this.#item.updatedAt);
  }
  readonly creator_id = CREATOR;

  board(): BoardView {
    return new BoardView(this.#state.board(this.#item.boardId));
  }

  group(): GroupView | { id: string; title: string; position: string } {
    const board = this.#state.board(this.#item.boardId);
    const group = board.groups.find((each) => each.id === this.#item.groupId);
    return group ? new GroupView(board, group) : { id: this.#item.groupId, title: 'Subitems', position: '1' };
  }

  parent_item(): ItemView | null {
    const { parentId } = this.#item;
    return parentId === null ? null : new ItemView(this.#state.item(parentId), this.#state);
  }

  subitems(_args: unknown, execution: Execution): ItemView[] {
    execution.enterSubitems();
    const active = this.#state.inOrder(this.#item.id).filter((item) => item.state === 'active');
    return active.map((item) => new ItemView(item, this.#state, true));
  }

  column_values(
    { ids, types }: { ids?: string[] | null; types?: string[] | null },
    { limits }: Execution,
  ): ColumnAnswer[] {
    const { columns } = this.#state.board(this.#item.boardId);
    const wanted = ids ? [...new Set(ids)].flatMap((id) => columns.get(id) ?? []) : [...columns.values()];
    return wanted
      .filter((column) => column.type !== 'name' && !column.archived && (types?.includes(column.type) ?? true))
      .map((column) => this.#cell(column, limits));
  }

  #cell(column: Column, limits: Limits): ColumnAnswer {
    const stored = this.#item.values[column.id] ?? null;
    const cell = { ...cellOf(column, stored, limits.userZoneMinutes), column: () => viewColumn(column, limits) };
    const computed: Record<string, string> = { item_id: this.#item.id, last_updated: this.updated_at };
    return column.type in computed ? { ...cell, text: computed[column.type] ?? '' } : cell;
  }
}
