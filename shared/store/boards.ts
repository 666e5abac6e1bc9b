import { DAY_MS, startOfDay } from '../ground/clock.js';
import { FixFirstError } from '../ground/errors.js';
import type { CallsOfDay } from '../monday/rate-limits.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { BOARDS } from './schema/board-tables.js';

// MON_Board: the board that was used first, and what is used of its account.

const blocks = blocksOf('boards');

const select = blocks.rows(
  'select-board',
  {},
  rowOf(BOARDS, ['board_id']).transform((row) => row.board_id),
);

/**
 * Rule 24: the board of the first push is the board for ever.
 * @throws FixFirstError for another one.
 */
export async function refuseOtherBoard(queryable: Queryable, boardId: string): Promise<void> {
  const others = (await select(queryable, {})).filter((known) => known !== boardId);
  if (others.length === 0) return;
  throw new FixFirstError(
    'BOARD_OTHER',
    `The ledger belongs to board ${others.join(', ')}, but MONDAY_BOARD_ID is ${boardId}. Correct MONDAY_BOARD_ID, or use a database of its own for another board.`,
  );
}

const insert = blocks.touches('insert-board', { board_id: 'bigint', now: 'datetime' });
const remove = blocks.touches('delete-board', { board_id: 'bigint' });

/**
 * Remembers the first board; does nothing when it is remembered. Two pushes of different boards may both be the first:
 * whoever sees the other's board afterwards takes its own back, so that one remains at most. To be called outside of a
 * transaction.
 * @throws FixFirstError where another board is remembered.
 */
export async function rememberBoard(queryable: Queryable, boardId: string, now: Date): Promise<void> {
  const isFirst = (await insert(queryable, { board_id: boardId, now })) === 1;
  try {
    await refuseOtherBoard(queryable, boardId);
  } catch (error) {
    if (isFirst) await remove(queryable, { board_id: boardId });
    throw error;
  }
}

const selectSubitems = blocks.rows(
  'select-subitems-board',
  { board_id: 'bigint' },
  rowOf(BOARDS, ['subitems_board_id']).transform((row) => row.subitems_board_id),
);

/** Where the subitems of a board were last: to be read with it, and to be believed only once the board says so again. */
export async function subitemsBoardOf(queryable: Queryable, boardId: string): Promise<string | undefined> {
  const [known] = await selectSubitems(queryable, { board_id: boardId });
  return known ?? undefined;
}

const updateSubitems = blocks.touches('update-subitems-board', { board_id: 'bigint', subitems_board_id: 'bigint' });

/** Remembers where the subitems of the remembered board are. */
export async function rememberSubitemsBoard(
  queryable: Queryable,
  boardId: string,
  subitemsBoardId: string,
): Promise<void> {
  await updateSubitems(queryable, { board_id: boardId, subitems_board_id: subitemsBoardId });
}

const updatePerDay = blocks.touches('update-calls-per-day', { board_id: 'bigint', calls: 'int', now: 'datetime' });

/** Remembers how many calls the account has in a day; what is known stays where the API does not say. */
export async function rememberDailyCalls(
  queryable: Queryable,
  boardId: string,
  { dailyCalls, now }: { dailyCalls: number | undefined; now: Date },
): Promise<void> {
  if (dailyCalls === undefined || dailyCalls <= 0) return;
  await updatePerDay(queryable, { board_id: boardId, calls: dailyCalls, now });
}

const addBlock = blocks.touches('add-calls', {
  board_id: 'bigint',
  day: 'datetime',
  calls: 'decimal',
  used_up: 'int?',
});

/** Adds requests to those of their day. Before the first push there is no board to count them for. */
export async function addCalls(queryable: Queryable, boardId: string, days: readonly CallsOfDay[]): Promise<void> {
  for (const { day, calls, isUsedUp } of days)
    await addBlock(queryable, {
      board_id: boardId,
      day,
      calls,
      used_up: isUsedUp === undefined ? null : Number(isUsedUp),
    });
}

const selectCalls = blocks.rows(
  'select-calls',
  {},
  rowOf(BOARDS, ['calls_per_day', 'calls_per_day_at', 'calls_day', 'calls_made', 'calls_used_up']),
);

/** What this pipeline has used of its account's calls of a day. */
export interface CallsToday {
  /** Calls since midnight UTC. */
  made: number;
  /** The API refuses further ones, however many we count: others use the account too. */
  isUsedUp: boolean;
  /** How many the account has in a day and since when we know; undefined where the API never said. */
  limit: { calls: number; toldAt: Date } | undefined;
  /** When the next day begins. */
  resetsAt: Date;
}

export async function callsToday(queryable: Queryable, now: Date): Promise<CallsToday> {
  const [row] = await selectCalls(queryable, {});
  const today = startOfDay(now);
  const isToday = row?.calls_day?.getTime() === today.getTime();
  const { calls_per_day: calls = null, calls_per_day_at: toldAt = null } = row ?? {};
  return {
    made: isToday ? Number(row?.calls_made ?? 0) : 0,
    isUsedUp: isToday && row?.calls_used_up === 1,
    limit: calls === null || toldAt === null ? undefined : { calls, toldAt },
    resetsAt: new Date(today.getTime() + DAY_MS),
  };
}
