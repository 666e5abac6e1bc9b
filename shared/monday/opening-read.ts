import type { z } from 'zod';
import type { Clock } from '../ground/clock.js';
import { chunks } from '../ground/lists.js';
import type { Answer } from './answer.js';
import {
  accountSchema,
  type BoardItem,
  type BoardShape,
  itemsSchema,
  parentsSchema,
  type Subitems,
  shapesSchema,
  statesSchema,
} from './board-replies.js';
import { serialise } from './client.js';
import { answerOf, composeQuery, type QueryField, type QueryName } from './operations.js';
import type { BoardAccess } from './queries.js';
import { untilDone } from './until-done.js';

/** An older result is read again. */
const FRESH_MS = 60_000;
/** The API takes at most this many. */
export const IDS_PER_REQUEST = 100;

/** What a push of a few known lines reads first. */
export interface Opening {
  /** The board, and that of its subitems if known. */
  boardIds: readonly string[];
  itemIds: readonly string[];
  itemColumns: readonly string[];
  /** Items whose subitems are read with these columns. */
  parentIds: readonly string[];
  subitemColumns: readonly string[];
  /** Subitems whose states are read. */
  subitemIds: readonly string[];
}

/** Answers by id, each used once: a second request goes to the board. */
export class Answers<Value> {
  readonly #known = new Map<string, Value>();

  add(id: string, value: Value): void {
    this.#known.set(id, value);
  }

  /** The answers for these ids, and the ids without one. */
  take(ids: readonly string[]): { found: Map<string, Value>; rest: readonly string[] } {
    const found = new Map<string, Value>();
    for (const id of ids) {
      const value = this.#known.get(id);
      if (value !== undefined) found.set(id, value);
      this.#known.delete(id);
    }
    return { found, rest: ids.filter((id) => !found.has(id)) };
  }
}

/** The complete answers of one request. Everything else is read separately, with the handling of such reads. */
export interface Opened {
  account: z.output<typeof accountSchema> | undefined;
  boards: Answers<BoardShape>;
  items: Answers<BoardItem>;
  parents: Answers<Subitems>;
  states: Answers<string>;
  /** The columns that items and subitems were read with. */
  itemColumns: readonly string[];
  subitemColumns: readonly string[];
  isFresh(): boolean;
}

/** The name of the first query's field: a token that may not see it works as well. */
const CALLS_OF_A_DAY = 'r0_platform_api';

/** A read that a limit keeps back is sent again: in parts it would be refused as well, and cost more. */
const ATTEMPTS = 3;

/** Undefined if it fails for another reason than a limit, or again and again: the reads that follow report the cause. */
export function readOpening(access: BoardAccess, opening: Opening): Promise<Opened | undefined> {
  const { client, pace, signal } = access;
  const fields = fieldsOf(opening);
  const load: Partial<Record<QueryName, number>> = {};
  for (const { operation } of fields) load[operation] = (load[operation] ?? 0) + 1;
  const post = { body: serialise(composeQuery(fields)), ...(signal === undefined ? {} : { signal }) };
  return untilDone(access, async (attempt) => {
    const answer = await pace.schedule(load, () => client.send(post));
    if (answer.kind === 'refused' && answer.failure.reaction === 'retry' && attempt < ATTEMPTS)
      return { again: [answer.failure] };
    return { done: openedBy(answer, opening, fields, access.clock) };
  });
}

function openedBy(
  answer: Answer,
  opening: Opening,
  fields: readonly QueryField[],
  clock: Pick<Clock, 'now'>,
): Opened | undefined {
  if (answer.kind !== 'answered' || !answer.failures.every(({ path }) => path?.[0] === CALLS_OF_A_DAY))
    return undefined;
  const staleAt = answer.startedAt.getTime() + FRESH_MS;
  const opened: Opened = {
    account: undefined,
    boards: new Answers(),
    items: new Answers(),
    parents: new Answers(),
    states: new Answers(),
    itemColumns: opening.itemColumns,
    subitemColumns: opening.subitemColumns,
    isFresh: () => clock.now().getTime() <= staleAt,
  };
  for (const field of fields) keep(opened, field.operation, answerOf(field, answer.data));
  return opened;
}

function keep(opened: Opened, operation: QueryName, answer: object): void {
  const { boards, items, parents, states } = opened;
  switch (operation) {
    case 'getAccount':
      opened.account = accountSchema.safeParse(answer).data;
      break;
    case 'getBoardShape':
      for (const board of shapesSchema.safeParse(answer).data?.boards ?? []) boards.add(board.id, board);
      break;
    case 'getItemsById':
      for (const item of itemsSchema.safeParse(answer).data?.items ?? []) items.add(item.id, item);
      break;
    case 'getSubitems':
      for (const parent of parentsSchema.safeParse(answer).data?.items ?? []) parents.add(parent.id, parent);
      break;
    default:
      for (const { id, state } of statesSchema.safeParse(answer).data?.items ?? []) states.add(id, state);
  }
}

function fieldsOf(opening: Opening): QueryField[] {
  const { boardIds, itemIds, itemColumns, parentIds, subitemColumns, subitemIds } = opening;
  const fields: Omit<QueryField, 'alias'>[] = [
    { operation: 'getAccount', variables: {} },
    { operation: 'getBoardShape', variables: { ids: boardIds } },
    ...[...chunks(itemIds, IDS_PER_REQUEST)].map((ids) => ({
      operation: 'getItemsById' as const,
      variables: { ids, columnIds: itemColumns },
    })),
    ...(parentIds.length === 0
      ? []
      : [{ operation: 'getSubitems' as const, variables: { parentIds, columnIds: subitemColumns } }]),
    ...[...chunks(subitemIds, IDS_PER_REQUEST)].map((ids) => ({
      operation: 'getItemStates' as const,
      variables: { ids },
    })),
  ];
  return fields.map((field, index) => ({ alias: `r${index}`, ...field }));
}
