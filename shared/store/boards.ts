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
