import type { Connection } from '../model/connect.js';
import type { SendSession } from '../send/session.js';

/** What a push brings its lines to their state with: it reads the board, sends, and records. */
export interface Session extends SendSession, Pick<Connection, 'reader' | 'access' | 'log'> {
  /** Lines that are sent whole before the next ones begin. */
  readonly waveLines: number;
}
