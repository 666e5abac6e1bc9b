import { FixFirstError, TryAgainError } from '../../../shared/ground/errors.js';
import type { BoardState, LiveColumn } from '../model/board-state.js';
import { readBoard } from '../model/board-state.js';
import { PushStopped } from '../model/stopping.js';

/**
 * What the board has become while it was pushed to: as it was; different in what values are made for, so that they are to
 * be sent again; or no longer one that can be pushed to.
 */
export type BoardChange = 'none' | 'again' | FixFirstError;

/** Rule 21: reads the board again when it refuses something: a planner may have changed it since it was read. */
export class BoardWatch {
  readonly #connection: Parameters<typeof readBoard>[0];
  readonly #board: BoardState;
  #readAt = Number.NEGATIVE_INFINITY;
  #version = 0;

  constructor(connection: Parameters<typeof readBoard>[0], board: BoardState) {
    this.#connection = connection;
    this.#board = board;
  }

  /** Counts the changes: values are made for one version of the board. */
  get version(): number {
    return this.#version;
  }

  /** Whether it has changed for a request; what was read after it had left needs no further look. */
  async look(request: { at: Date; boardVersion: number }, now: Date): Promise<BoardChange> {
    if (request.boardVersion !== this.#version) return 'again';
    if (request.at.getTime() < this.#readAt) return 'none';
    try {
      const fresh = await readBoard(this.#connection);
      this.#readAt = now.getTime();
      this.#board.topGroupId = fresh.topGroupId;
      const changed = differ(fresh.items, this.#board.items) || differ(fresh.subitems, this.#board.subitems);
      // The answer to another request may have caused a read meanwhile.
      if (!changed) return request.boardVersion === this.#version ? 'none' : 'again';
      this.#version += 1;
      this.#board.items = fresh.items;
      this.#board.subitems = fresh.subitems;
      this.#board.remembered = fresh.remembered;
      return 'again';
    } catch (error) {
      if (error instanceof FixFirstError) return error;
      // The answer that was read is recorded all the same, and no line fails while nobody knows what the board is.
      if (error instanceof TryAgainError || error instanceof PushStopped) return 'again';
      throw error;
    }
  }
}

function differ(fresh: ReadonlyMap<string, LiveColumn>, known: ReadonlyMap<string, LiveColumn>): boolean {
  return [...known.values()].some((column) => {
    const now = fresh.get(column.id);
    return now !== undefined && (now.type !== column.type || !sameLabels(now, column));
  });
}

function sameLabels({ labels }: LiveColumn, known: LiveColumn): boolean {
  return labels.size === known.labels.size && [...labels].every(([text, id]) => known.labels.get(text) === id);
}
