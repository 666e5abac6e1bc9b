import { Ledger } from '../../shared/ledger/ledger.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { BoardReader } from '../../shared/monday/board.js';
import { MondayClient } from '../../shared/monday/client.js';
import { Pace } from '../../shared/monday/pace.js';
import type { Warehouse } from '../../shared/warehouse/warehouse.js';
import type { PushContext } from './run.js';
import type { Session } from './session.js';

export type Connection = Pick<
  Session,
  'warehouse' | 'ledger' | 'mapping' | 'client' | 'pace' | 'reader' | 'access' | 'clock' | 'log'
> & { boardId: string; policy: PushContext['settings']['DELETE_POLICY'] };

/** The board's client and what paces it. `signal` ends waiting and reading, never a mutation that is out. */
export function connect({ settings, clock, log }: PushContext, warehouse: Warehouse, signal: AbortSignal): Connection {
  const boardId = settings.MONDAY_BOARD_ID;
  const client = new MondayClient({
    url: settings.MONDAY_API_URL,
    token: settings.MONDAY_API_TOKEN,
    timeoutMs: settings.MONDAY_TIMEOUT_MS,
    clock,
    log,
  });
  const pace = new Pace({ clock, minIntervalMs: settings.MONDAY_MIN_INTERVAL_MS, signal });
  const access = { client, pace, clock, signal };
  return {
    warehouse,
    ledger: new Ledger(boardId),
    mapping: loadMapping(settings.MAPPING_FILE),
    client,
    pace,
    access,
    reader: new BoardReader(access),
    clock,
    log,
    boardId,
    policy: settings.DELETE_POLICY,
  };
}
