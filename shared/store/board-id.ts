import { z } from 'zod';
import { FixFirstError } from '../ground/errors.js';
import { loadStatement } from '../warehouse/port/statements.js';
import type { Queryable } from '../warehouse/port/warehouse.js';

const boardRow = z.object({ board_id: z.string() });

/** Rule 24: the board of the first push is the board for ever. */
export async function refuseOtherBoard(queryable: Queryable, boardId: string): Promise<void> {
  const rows = await queryable.query(loadStatement('boards/select-board'));
  const known = rows.map((row) => boardRow.parse(row).board_id);
  if (known.length === 0 || known.includes(boardId)) return;
  throw new FixFirstError(
    `The ledger belongs to board ${known.join(', ')}, but MONDAY_BOARD_ID is ${boardId}. Correct MONDAY_BOARD_ID, or use a database of its own for another board.`,
  );
}

export async function rememberBoard(queryable: Queryable, boardId: string, now: Date): Promise<void> {
  await queryable.execute(loadStatement('boards/insert-board'), { board_id: boardId, now });
}
