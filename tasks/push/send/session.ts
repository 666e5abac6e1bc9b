import type { BoardState } from '../model/board-state.js';
import type { Connection } from '../model/connect.js';
import type { Recording } from '../write/recording.js';
import type { BoardWatch } from './board-watch.js';
import type { Progress } from './progress.js';

/** Points at which a test may stop the process; in production nothing happens there. */
export type Checkpoint = (moment: 'claimed' | 'begun' | 'answered' | 'recorded') => Promise<void> | void;

/** What a push sends with. */
export interface SendSession extends Recording, Pick<Connection, 'client' | 'pace' | 'boardId'> {
  readonly board: BoardState;
  readonly watch: BoardWatch;
  /** Rule 18: how long an unread request may still land, in milliseconds. */
  readonly settleMs: number;
  /** Aborts when nothing new may be sent: a signal, the time that was given, a lost lock. */
  readonly stop: AbortController;
  readonly progress: Progress;
  readonly checkpoint: Checkpoint;
}
