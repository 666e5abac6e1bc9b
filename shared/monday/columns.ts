import { FixFirstError, TryAgainError } from '../ground/errors.js';
import { uuidV5 } from '../ground/ids.js';
import { outcomeOfAlias } from './answer.js';
import { BoardReader } from './board.js';
import { serialise } from './client.js';
import { wordsOf } from './errors.js';
import { composeMutation } from './operations.js';
import type { BoardAccess } from './queries.js';
import { untilDone } from './until-done.js';

const MAX_ATTEMPTS = 5;

/** A column with an id that we choose, see `isCreatableId`. */
export interface NewColumn {
  id: string;
  title: string;
  type: string;
}

/** The board refuses this one column; another may be created. */
export class ColumnRefusedError extends FixFirstError {}

/** The API lets a caller choose only ids of this form. */
export function isCreatableId(id: string): boolean {
  return /^[a-z_][a-z0-9_]{0,23}$/.test(id);
}

/**
 * Creates a column that the board lacks; true if this call created it. We choose its id, which is unique on the
 * board, so that a repeated create adds no second one; each attempt starts from the current state of the board.
 */
export async function makeColumn(access: BoardAccess, boardId: string, column: NewColumn): Promise<boolean> {
  const reader = new BoardReader(access);
  let generation = 1;
  return untilDone(access, async (attempt) => {
    const found = (await reader.shape(boardId)).columns.find(({ id }) => id === column.id);
    if (found !== undefined) return { done: attempt > 1 };
    const field = { alias: 'column', operation: 'createColumn', variables: { boardId, ...column } } as const;
    const body = serialise(composeMutation([field]));
    const post = { body, idempotencyKey: uuidV5(`column|${body}|${generation}`) };
    const answer = await access.pace.schedule({ createColumn: 1 }, () => access.client.send(post));
    const outcome = outcomeOfAlias(answer, 'column');
    if (outcome.kind === 'done') return { done: true };
    // Under the key of an answer that was read, the API would only return that answer again.
    if (outcome.kind === 'failed') generation += 1;
    const { failure } = outcome;
    const where = { requestId: answer.requestId };
    const said = `The column "${column.title}" (${column.id}) could not be created on board ${boardId}: ${wordsOf(failure)}.`;
    if (failure.reaction === 'stop')
      throw new FixFirstError(
        'BOARD_WRITE_REFUSED',
        `${said} Let the token's user change the board, or add it by hand.`,
        { where },
      );
    if (failure.reaction === 'park')
      throw new ColumnRefusedError(
        'BOARD_WRITE_REFUSED',
        `${said} The board keeps the ids of deleted columns: if it had one of this id, add another by hand and put its id into the mapping.`,
        { where },
      );
    if (attempt >= MAX_ATTEMPTS)
      throw new TryAgainError('BOARD_WRITE_FAILED', `${said} Run the task again.`, { where });
    return { again: [failure] };
  });
}
