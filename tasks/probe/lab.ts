import { z } from 'zod';
import { FixFirstError } from '../../shared/ground/errors.js';
import { outcomeOfAlias } from '../../shared/monday/answer.js';
import {
  type BoardItem,
  type BoardShape,
  itemSchema,
  pageSchema,
  shapeSchema,
} from '../../shared/monday/board-replies.js';
import { wordsOf } from '../../shared/monday/errors.js';
import type { MutationField } from '../../shared/monday/operations.js';
import { isLoopback } from '../../shared/runtime/setting-forms.js';
import { ACCEPTED, type Exchange, verdict } from './calls.js';
import { columnTitle, isMarked, itemName, NotMeasured } from './measure.js';
import { Requests, type RequestsOptions } from './requests.js';

/** Pauses in seconds before each look for what was just written; 70 s in all, as long as push waits. */
const LOOKS_S = [0, 3, 10, 22, 35] as const;
export const LOOKS = LOOKS_S.length;

const COLUMN_TYPES = ['text', 'numbers', 'long_text', 'link', 'dropdown', 'status'] as const;
export type LabColumn = (typeof COLUMN_TYPES)[number];

export interface NewItem {
  alias: string;
  /** Goes behind the mark of the probe's names; `name` is taken as it is. */
  what?: string;
  name?: string;
  values?: Readonly<Record<string, unknown>>;
  createLabels?: boolean;
}

/** A board to measure on: what a probe makes and reads there. */
export class Lab extends Requests {
  readonly boardId: string;
  /** Whether the board has a column for subitems by now. */
  hasSubitemsColumn = true;
  #groupId: string | undefined;
  #columns: ReadonlyMap<LabColumn, string> | undefined;

  constructor(options: RequestsOptions & { boardId: string }) {
    super(options);
    this.boardId = options.boardId;
  }

  /** The group that holds everything of this probe. */
  get groupId(): string {
    if (this.#groupId === undefined) throw new NotMeasured('the group of the probe was not created');
    return this.#groupId;
  }

  async makeGroup(title: string): Promise<void> {
    const made = await this.send([
      { alias: 'group', operation: 'createGroup', variables: { boardId: this.boardId, title } },
    ]);
    this.#groupId = idOf(made, 'group');
  }

  async shape(boardId = this.boardId): Promise<BoardShape | undefined> {
    const schema = z.object({ boards: z.array(shapeSchema.nullable()).nullable() });
    const { boards } = await this.data('getBoardShape', { ids: [boardId] }, schema);
    return boards?.find((board) => board?.id === boardId) ?? undefined;
  }

  /** The active items of one page: a scratch board has no more. */
  async items(columnIds: readonly string[] = []): Promise<BoardItem[]> {
    const schema = z.object({ boards: z.array(z.object({ items_page: pageSchema }).nullable()) });
    const { boards } = await this.data('getItemsPage', { boardId: this.boardId, columnIds, limit: 500 }, schema);
    return boards[0]?.items_page.items ?? [];
  }

  /** Every active item of a board, however many pages they take. */
  everyItem(boardId = this.boardId): Promise<BoardItem[]> {
    return this.reader.allItems(boardId, []);
  }

  async itemsById(ids: readonly string[], columnIds: readonly string[] = []): Promise<Map<string, BoardItem>> {
    const schema = z.object({ items: z.array(itemSchema.nullable()) });
    const { items } = await this.data('getItemsById', { ids, columnIds }, schema);
    return new Map(items.flatMap((item) => (item === null ? [] : [[item.id, item] as const])));
  }

  /** Ids of the items that a filter finds by texts of a column. */
  async find(columnId: string, texts: readonly string[], boardId = this.boardId): Promise<string[]> {
    const variables = { boardId, keyColumn: columnId, keys: texts, columnIds: [columnId] };
    const schema = z.object({ items_page_by_column_values: pageSchema });
    const { items_page_by_column_values: page } = await this.data('getItemsByKey', variables, schema);
    return page.items.map(({ id }) => id);
  }

  /** Seconds until `look` sees it; undefined when it never did. */
  async secondsUntil(look: () => Promise<boolean>): Promise<number | undefined> {
    let seconds = 0;
    for (const pause of LOOKS_S) {
      await this.clock.wait(pause * 1_000, this.signal);
      seconds += pause;
      if (await look()) return seconds;
    }
    return undefined;
  }

  newItem({ alias, what = 'item', name, values = {}, createLabels = false }: NewItem): MutationField {
    const columnValues = JSON.stringify(values);
    const { boardId, groupId } = this;
    return {
      alias,
      operation: 'createItem',
      variables: { boardId, groupId, name: name ?? itemName(what), columnValues, createLabels },
    };
  }

  newSubitem(alias: string, parentId: string, what: string): MutationField {
    return { alias, operation: 'createSubitem', variables: { parentId, name: itemName(what), columnValues: '{}' } };
  }

  change(
    alias: string,
    itemId: string,
    values: Readonly<Record<string, unknown>>,
    createLabels = false,
  ): MutationField {
    const columnValues = JSON.stringify(values);
    return {
      alias,
      operation: 'changeValues',
      variables: { boardId: this.boardId, itemId, columnValues, createLabels },
    };
  }

  newColumn(alias: string, what: string, type: string): MutationField {
    return {
      alias,
      operation: 'createColumnOfType',
      variables: { boardId: this.boardId, title: columnTitle(what), type },
    };
  }

  /** Makes one item, and gives its id. */
  async makeItem(item: Omit<NewItem, 'alias'> = {}): Promise<string> {
    return idOf(await this.send([this.newItem({ alias: 'item', ...item })]), 'item');
  }

  /** Id of a column of the probe of that type; all are made in one request when the first is needed. */
  async column(type: LabColumn): Promise<string> {
    this.#columns ??= await this.#makeColumns();
    const id = this.#columns.get(type);
    if (id === undefined) throw new NotMeasured(`a column of the type ${type} could not be created`);
    return id;
  }

  async #makeColumns(): Promise<ReadonlyMap<LabColumn, string>> {
    const made = await this.send(COLUMN_TYPES.map((type) => this.newColumn(type, type, type)));
    return new Map(
      COLUMN_TYPES.flatMap((type) => (verdict(made, type) === ACCEPTED ? [[type, idOf(made, type)] as const] : [])),
    );
  }
}

/** The id that a mutation has answered with. */
export function idOf({ answer }: Exchange, alias: string): string {
  const outcome = outcomeOfAlias(answer, alias);
  const parsed = z.object({ id: z.coerce.string() }).safeParse(outcome.kind === 'done' ? outcome.data : undefined);
  if (parsed.success) return parsed.data.id;
  const why = outcome.kind === 'done' ? 'an answer without an id' : wordsOf(outcome.failure);
  throw new NotMeasured(`what it needs could not be created (${why})`);
}

/** A new board comes with two. */
const MOST_GROUPS = 2;

export interface Candidate {
  shape: BoardShape;
  items: readonly BoardItem[];
  apiUrl: string;
  /** MONDAY_BOARD_ID: the board that push writes to. */
  boardOfPush: string | undefined;
}

/** Why this is no scratch board; undefined when it is one. Not a word of it names what is on the board. */
export function objection({ shape, items, apiUrl, boardOfPush }: Candidate): string | undefined {
  const { id, state, hierarchy, groups, columns, itemsCount } = shape;
  const active = groups.filter((group) => group.active);
  if (active.some(isMarked) || columns.some((column) => isMarked(column) && !column.archived)) {
    return `Board ${id} still holds what an earlier probe has made: run probe --board ${id} --clean-up first.`;
  }
  if (state !== 'active') return `Board ${id} is ${state}: name an active one.`;
  if (items.length > 0 || (itemsCount ?? 0) > 0) {
    return `Board ${id} is not empty, it holds ${Math.max(items.length, itemsCount ?? 0)} items: make a new board for the probe.`;
  }
  if (hierarchy !== 'classic')
    return `Board ${id} is ${hierarchy}, not classic: the pipeline writes to classic boards only.`;
  if (active.length > MOST_GROUPS) {
    return `Board ${id} has ${active.length} groups, so it is in use: make a new board for the probe.`;
  }
  // A simulator has one board, and it is as good as any.
  if (id === boardOfPush && !isLoopback(apiUrl)) {
    return `Board ${id} is MONDAY_BOARD_ID, the board that push writes to: make a new board for the probe.`;
  }
  return undefined;
}

export function refuseUnlessScratch(candidate: Candidate): void {
  const said = objection(candidate);
  if (said !== undefined) throw new FixFirstError('BOARD_IN_USE', said);
}
