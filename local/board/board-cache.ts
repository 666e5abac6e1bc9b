import type { Board } from './model.js';

type Structure = Pick<Board, 'groups' | 'columns'>;

/** Groups and columns of boards as they were a while ago, for answers that need not be the latest. */
export class BoardCache {
  readonly #cached = new Map<string, { at: number; structure: Structure }>();

  /** The structure of a board, at most `maxAgeMs` old. */
  structure(board: Board, now: number, maxAgeMs: number): Structure {
    const cached = this.#cached.get(board.id);
    if (cached !== undefined && now - cached.at < maxAgeMs) return cached.structure;
    const structure = { groups: [...board.groups], columns: new Map(board.columns) };
    this.#cached.set(board.id, { at: now, structure });
    return structure;
  }
}
