import { FixFirstError } from '../ground/errors.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { BOARDS } from './schema/board-tables.js';

// MON_Board: the board that was used first.

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
  const known = await select(queryable, {});
  if (known.length === 0 || known.includes(boardId)) return;
  throw new FixFirstError(
    'BOARD_OTHER',
    `The ledger belongs to board ${known.join(', ')}, but MONDAY_BOARD_ID is ${boardId}. Correct MONDAY_BOARD_ID, or use a database of its own for another board.`,
  );
}

const insert = blocks.touches('insert-board', { board_id: 'bigint', now: 'datetime' });

/** Remembers the first board; does nothing when there is one. */
export async function rememberBoard(queryable: Queryable, boardId: string, now: Date): Promise<void> {
  await insert(queryable, { board_id: boardId, now });
}
