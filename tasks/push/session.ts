import type { Clock } from '../../shared/ground/clock.js';
import type { Log } from '../../shared/ground/log.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { BoardReader } from '../../shared/monday/board.js';
import type { MondayClient } from '../../shared/monday/client.js';
import type { Pace } from '../../shared/monday/pace.js';
import type { BoardAccess } from '../../shared/monday/queries.js';
import type { Batch } from '../../shared/store/batches.js';
import type { Ledger } from '../../shared/store/ledger.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { BoardState } from './board-state.js';
import type { BoardWatch } from './board-watch.js';
import type { Progress } from './progress.js';
import type { Line } from './unit.js';

/** Moments at which a test may stop the process; in production nothing happens there. */
export type Checkpoint = (moment: 'claimed' | 'begun' | 'answered' | 'recorded') => Promise<void> | void;

/** What every part of one push works with. */
export interface Session {
  readonly batch: Batch;
  /** The staged lines by key. */
  readonly lines: ReadonlyMap<string, Line>;
  /** Lines whose acknowledgement this push has withdrawn. */
  readonly withdrawn: Set<string>;
  /** Rule 14: proves in each transaction that the batch is still ours. */
  readonly ownerToken: string;
  readonly warehouse: Warehouse;
  readonly ledger: Ledger;
  readonly mapping: Mapping;
  readonly board: BoardState;
  readonly watch: BoardWatch;
  readonly client: MondayClient;
  readonly pace: Pace;
  readonly reader: BoardReader;
  readonly access: BoardAccess;
  readonly clock: Clock;
  readonly log: Log;
  /** Rule 18: how long an unread request may still land, in milliseconds. */
  readonly settleMs: number;
  /** Aborts when nothing new may be sent: a signal, the time that was given, a lost lock. */
  readonly stop: AbortController;
  readonly progress: Progress;
  readonly checkpoint: Checkpoint;
  /** Lines that are sent whole before the next ones begin. */
  readonly waveLines: number;
}
