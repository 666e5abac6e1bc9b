import { z } from 'zod';
import { FixFirstError, TryAgainError } from '../ground/errors.js';
import {
  accountSchema,
  type BoardItem,
  type BoardShape,
  idPageSchema,
  itemsSchema,
  type ListedItem,
  type Page,
  pageSchema,
  parentsSchema,
  shapesSchema,
  statesSchema,
} from './board-replies.js';
import { readDivided, type Untold } from './divided-reads.js';
import type { Failure } from './errors.js';
import { type Answers, IDS_PER_REQUEST, type Opened, type Opening, readOpening } from './opening-read.js';
import type { QueryName } from './operations.js';
import { type BoardAccess, CursorLostError, PartRefusedError, type ReadOptions, runQuery } from './queries.js';
import { untilDone } from './until-done.js';

const ITEMS_PER_PAGE = 500;
/** Small enough that the answer is one page of 500 even when every key is on the board several times. */
const KEYS_PER_REQUEST = 100;
/** Reading subitems multiplies the cost and has a limit of its own. */
const PARENTS_PER_REQUEST = 25;
/** A cursor lives an hour; losing it so often in one scan is not chance. */
const MAX_SCANS = 3;
/** So many pages in a row without anything new lead nowhere, whatever their cursors. */
const MAX_IDLE_PAGES = 20;
/** How often an answer that silently lacks a part is requested again. */
const READS_OF_NULL = 4;

/** The token's user, and the daily calls of the account. */
export interface AccountDetails {
  userId: string;
  accountId: string;
  tier: string | undefined;
  dailyCalls: number | undefined;
}

/** An item on the board whose values the board refuses to return. */
export interface UnreadItem {
  id: string;
  parentId: string | undefined;
  failure: Failure;
}

/** Items of a board: all, or those that a filter of the API lets through. */
interface WhichItems {
  boardId: string;
  filter?: {
    operator: 'and';
    rules: readonly { column_id: string; compare_value: readonly unknown[]; operator: string }[];
  };
}

/**
 * Reads the board. Every read is repeated until it is answered in full, and its reply is checked before use. If a
 * read by keys or ids is given `untold`, refusals of single items are collected there, and the others are read.
 */
export class BoardReader {
  readonly #access: BoardAccess;
  #opened: Opened | undefined;

  constructor(access: BoardAccess) {
    this.#access = access;
  }

  /** Reads in one request what the first reads will need, so that they need no requests of their own. */
  async open(opening: Opening): Promise<void> {
    this.#opened = await readOpening(this.#access, opening);
  }

  /** The result of the combined read, while it is recent enough. */
  get #fresh(): Opened | undefined {
    return this.#opened?.isFresh() ? this.#opened : undefined;
  }

  /** The daily calls are only for a forecast: a token that may not see them works as well. */
  async account(): Promise<AccountDetails> {
    const { me, platform_api } =
      this.#fresh?.account ??
      (await this.#query('getAccount', {}, accountSchema, { optional: ['platform_api'] }).catch((error: unknown) => {
        if (error instanceof FixFirstError) return this.#query('getAccountAlone', {}, accountSchema);
        throw error;
      }));
    return {
      userId: me.id,
      accountId: me.account.id,
      tier: me.account.tier ?? me.account.plan?.tier ?? undefined,
      dailyCalls: platform_api?.daily_limit?.total ?? platform_api?.daily_limit?.base ?? undefined,
    };
  }

  /** The current state of the board, not a cached one. */
  async shape(boardId: string): Promise<BoardShape> {
    const known = this.#fresh?.boards.take([boardId]).found.get(boardId);
    if (known !== undefined) return known;
    const { boards } = await this.#query('getBoardShape', { ids: [boardId] }, shapesSchema);
    const board = boards.find(({ id }) => id === boardId);
    if (board === undefined) throw notThere(boardId);
    return board;
  }

  /** All active items whose key column holds one of the keys, copies included. Keys match whole, ignoring case. */
  async itemsByKey(
    boardId: string,
    keyColumn: string,
    keys: readonly string[],
    { columnIds = [keyColumn], untold }: { columnIds?: readonly string[]; untold?: Untold } = {},
  ): Promise<BoardItem[]> {
    const schema = z.object({ items_page_by_column_values: pageSchema });
    const read = (chunk: readonly string[], options: ReadOptions) => {
      const variables = { boardId, keyColumn, keys: chunk, columnIds, limit: ITEMS_PER_PAGE };
      const first = async () =>
        (await this.#query('getItemsByKey', variables, schema, options)).items_page_by_column_values;
      return allPages(first, (cursor) => this.#nextPage(cursor, columnIds, options));
    };
    return readDivided(keys, KEYS_PER_REQUEST, read, untold);
  }

  /** The items with these ids in any state; deleted ids are absent. */
  async itemsById(ids: readonly string[], columnIds: readonly string[], untold?: Untold): Promise<BoardItem[]> {
    const opened = this.#fresh;
    const { found, rest } = take(opened?.items, ids, sameList(opened?.itemColumns, columnIds));
    const read = async (chunk: readonly string[], options: ReadOptions) =>
      (await this.#query('getItemsById', { ids: chunk, columnIds }, itemsSchema, options)).items;
    return [...found.values(), ...(await readDivided(rest, IDS_PER_REQUEST, read, untold))];
  }

  /** The states of the items or subitems with these ids; deleted ids are absent from the map. */
  async statesOf(ids: readonly string[], untold?: Untold): Promise<ReadonlyMap<string, string>> {
    const { found, rest } = take(this.#fresh?.states, ids);
    const read = async (chunk: readonly string[], options: ReadOptions) =>
      (await this.#query('getItemStates', { ids: chunk }, statesSchema, options)).items;
    const items = await readDivided(rest, IDS_PER_REQUEST, read, untold);
    return new Map([...found, ...items.map(({ id, state }) => [id, state] as const)]);
  }

  /**
   * The subitems of each parent; a parent that is gone is absent from the map. Their states are asked for by id: below
   * `subitems` the API answers the whole request with INTERNAL_SERVER_ERROR for certain ones, each time.
   */
  async subitemsOf(
    parentIds: readonly string[],
    columnIds: readonly string[],
    untold?: Untold,
  ): Promise<ReadonlyMap<string, readonly BoardItem[]>> {
    const opened = this.#fresh;
    const known = take(opened?.parents, parentIds, sameList(opened?.subitemColumns, columnIds));
    const read = async (chunk: readonly string[], options: ReadOptions) =>
      (await this.#query('getSubitems', { parentIds: chunk, columnIds }, parentsSchema, options)).items;
    const parents = [...known.found.values(), ...(await readDivided(known.rest, PARENTS_PER_REQUEST, read, untold))];
    const found = parents.map(
      ({ id, subitems }) => [id, subitems.map((subitem) => ({ ...subitem, parentId: id }))] as const,
    );
    const ids = found.flatMap(([, subitems]) => subitems.map(({ id }) => id));
    const hidden: Untold | undefined = untold === undefined ? undefined : new Map();
    const states = await this.statesOf(ids, hidden);
    for (const [parentId, subitems] of found)
      for (const { id } of subitems) {
        const failure = hidden?.get(id);
        if (failure !== undefined) untold?.set(parentId, failure);
      }
    const withStates = (subitems: readonly BoardItem[]) =>
      subitems.flatMap((subitem) => {
        const state = states.get(subitem.id);
        return state === undefined ? [] : [{ ...subitem, state }];
      });
    return new Map(found.map(([id, subitems]) => [id, withStates(subitems)]));
  }

  /**
   * All active items of a board; a subitems board can be read in the same way by its own id. Where `unread` is given and
   * a page is refused, the items are listed and read by their ids, and those that the board does not tell of stand in it.
   */
  async allItems(boardId: string, columnIds: readonly string[], unread?: UnreadItem[]): Promise<BoardItem[]> {
    return unread === undefined
      ? this.#allAtOnce({ boardId }, columnIds)
      : this.#allButUnread({ boardId }, columnIds, unread);
  }

  /** The same of the items in which each of these text columns is empty. Filters run on an index, which may be behind. */
  async itemsWithout(
    boardId: string,
    emptyColumns: readonly string[],
    columnIds: readonly string[],
    unread: UnreadItem[],
  ): Promise<BoardItem[]> {
    const rules = emptyColumns.map((id) => ({ column_id: id, compare_value: [], operator: 'is_empty' }));
    return this.#allButUnread({ boardId, filter: { operator: 'and', rules } }, columnIds, unread);
  }

  async #allButUnread(which: WhichItems, columnIds: readonly string[], unread: UnreadItem[]): Promise<BoardItem[]> {
    try {
      return await this.#allAtOnce(which, columnIds, { parts: ITEMS_PER_PAGE });
    } catch (error) {
      if (!(error instanceof PartRefusedError)) throw error;
    }
    const listed = await this.#listItems(which);
    const untold: Untold = new Map();
    const ids = listed.map(({ id }) => id);
    const items = await this.itemsById(ids, columnIds, untold);
    for (const { id, parentId } of listed) {
      const failure = untold.get(id);
      if (failure !== undefined) unread.push({ id, parentId, failure });
    }
    return items.filter((item) => item.state === 'active' && item.boardId === which.boardId);
  }

  #allAtOnce(which: WhichItems, columnIds: readonly string[], options: ReadOptions = {}): Promise<BoardItem[]> {
    const schema = z.object({ boards: z.array(z.object({ items_page: pageSchema })) });
    const variables = { ...which, columnIds, limit: ITEMS_PER_PAGE };
    const first = async () => firstOf(which.boardId, await this.#query('getItemsPage', variables, schema, options));
    return allPages(first, (cursor) => this.#nextPage(cursor, columnIds, options));
  }

  /** The ids of active items, without their values. */
  #listItems(which: WhichItems): Promise<ListedItem[]> {
    const schema = z.object({ boards: z.array(z.object({ items_page: idPageSchema })) });
    const nextSchema = z.object({ next_items_page: idPageSchema });
    const limit = ITEMS_PER_PAGE;
    const first = async () => firstOf(which.boardId, await this.#query('getItemIds', { ...which, limit }, schema));
    return allPages(
      first,
      async (cursor) => (await this.#query('getNextItemIds', { cursor, limit }, nextSchema)).next_items_page,
    );
  }

  async #nextPage(cursor: string, columnIds: readonly string[], options: ReadOptions): Promise<Page> {
    const schema = z.object({ next_items_page: pageSchema });
    const variables = { cursor, columnIds, limit: ITEMS_PER_PAGE };
    return (await this.#query('getNextItemsPage', variables, schema, options)).next_items_page;
  }

  async #query<Schema extends z.ZodType>(
    name: QueryName,
    variables: Record<string, unknown>,
    schema: Schema,
    options: ReadOptions = {},
  ): Promise<z.output<Schema>> {
    return untilDone(this.#access, async (attempt) => {
      const { data, requestId } = await runQuery(this.#access, name, variables, options);
      const parsed = schema.safeParse(data);
      if (parsed.success) return { done: parsed.data };
      const { path = [], message = '' } = parsed.error.issues[0] ?? {};
      const place = path.join('.');
      if (valueAt(data, path) !== null)
        throw new FixFirstError(
          'API_ANSWER_INVALID',
          `The board's answer to ${name} does not have the expected format at "${place}": ${message}. ` +
            "Compare the operations with the API's schema: npm run schema:check.",
          { where: { requestId } },
        );
      if (attempt >= READS_OF_NULL) {
        const error = new TryAgainError(
          'API_ANSWER_INCOMPLETE',
          `The board's answer to ${name} had no value at "${place}" in ${attempt} attempts. Run the task again later.`,
          { where: { requestId } },
        );
        throw options.parts === undefined ? error : new PartRefusedError(leftOut(path), error);
      }
      return { again: [{}] };
    });
  }
}

const SAME_PAGE = 'The board could not be read: it leads from a page back to an earlier one. Run the task again later.';

/** From the first page to the last, each item once even if the board changes meanwhile; again when the cursor is lost. */
async function allPages<Item extends { id: string }>(
  firstPage: () => Promise<Page<Item>>,
  nextPage: (cursor: string) => Promise<Page<Item>>,
): Promise<Item[]> {
  for (let scan = 1; ; scan++) {
    try {
      const items = new Map<string, Item>();
      const cursors = new Set<string>();
      let idle = 0;
      for (let page = await firstPage(); ; page = await nextPage(page.cursor)) {
        const known = items.size;
        for (const item of page.items) items.set(item.id, item);
        if (page.cursor === null) return [...items.values()];
        idle = items.size === known ? idle + 1 : 0;
        if (idle > MAX_IDLE_PAGES || (cursors.has(page.cursor) && idle > 0))
          throw new CursorLostError(SAME_PAGE, { where: {} });
        cursors.add(page.cursor);
      }
    } catch (error) {
      if (!(error instanceof CursorLostError) || scan >= MAX_SCANS) throw error;
    }
  }
}

function firstOf<Page>(boardId: string, { boards: [board] }: { boards: { items_page: Page }[] }): Page {
  if (board === undefined) throw notThere(boardId);
  return board.items_page;
}

/** What is known already; of that nothing where it was read in another way. */
function take<Value>(answers: Answers<Value> | undefined, ids: readonly string[], alike = true) {
  return (alike ? answers : undefined)?.take(ids) ?? { found: new Map<string, Value>(), rest: ids };
}

const sameList = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  a !== undefined && a.length === b.length && a.every((text, index) => text === b[index]);

/** Null in a list, or in place of one, means that something is missing, never "nothing". */
function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], data);
}

function notThere(boardId: string): FixFirstError {
  return new FixFirstError(
    'BOARD_NOT_FOUND',
    `Board ${boardId} does not exist, or the token has no access to it: check MONDAY_BOARD_ID and the token's user.`,
  );
}

function leftOut(path: readonly PropertyKey[]): Failure {
  return {
    code: 'NO_DATA',
    message: 'The answer leaves it out and does not say why.',
    reaction: 'unknown',
    beforeExecution: false,
    path: path.map((step) => (typeof step === 'number' ? step : String(step))),
  };
}
