import type { Clock } from '../../../shared/ground/clock.js';
import { type Log, messageOf } from '../../../shared/ground/errors.js';
import { followedBy } from '../../../shared/ground/followed-by.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { openMapping } from '../../../shared/mapping/open-mapping.js';
import { type AccountConnection, connectAccount } from '../../../shared/monday/connect.js';
import type { ContextOf } from '../../../shared/runtime/task.js';
import { addCalls } from '../../../shared/store/boards.js';
import { Ledger } from '../../../shared/store/ledger.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { pushCommand } from '../commands.js';

export type PushContext = ContextOf<typeof pushCommand>;

/** The board and what is known of it: the account's client with what paces it, and our tables. */
export interface Connection extends AccountConnection {
  readonly warehouse: Warehouse;
  readonly ledger: Ledger;
  readonly mapping: Mapping;
  readonly clock: Clock;
  readonly log: Log;
  readonly boardId: string;
  readonly policy: PushContext['settings']['DELETE_POLICY'];
}

/** `signal` ends waiting and reading, never a mutation that is out. */
export async function connect(
  { settings, clock, log }: PushContext,
  warehouse: Warehouse,
  signal: AbortSignal,
): Promise<Connection> {
  const boardId = settings.MONDAY_BOARD_ID;
  return {
    ...connectAccount(settings, { clock, log, signal }),
    warehouse,
    ledger: new Ledger(boardId),
    mapping: await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL),
    clock,
    log,
    boardId,
    policy: settings.DELETE_POLICY,
  };
}

/** Whatever comes of the work, what it has used of the account's day is counted. */
export async function counted<Result>(
  { warehouse, boardId, pace, log }: Pick<Connection, 'warehouse' | 'boardId' | 'pace' | 'log'>,
  work: () => Promise<Result>,
): Promise<Result> {
  return followedBy(work, () => addCalls(warehouse, boardId, pace.takeCalls()), notCounted(log));
}

/** What is said of calls that could not be counted where something else has failed first. */
export function notCounted(log: Log): (error: unknown) => void {
  return (error) => log.warn(`The calls of this step could not be counted: ${messageOf(error)}`);
}
