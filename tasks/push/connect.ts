import { loadMapping } from '../../shared/mapping/mapping.js';
import { connectAccount } from '../../shared/monday/connect.js';
import { Ledger } from '../../shared/store/ledger.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { PushContext } from './run.js';
import type { Session } from './session.js';

export type Connection = Pick<
  Session,
  'warehouse' | 'ledger' | 'mapping' | 'client' | 'pace' | 'reader' | 'access' | 'clock' | 'log'
> & { boardId: string; policy: PushContext['settings']['DELETE_POLICY'] };

/** The board's client and what paces it. `signal` ends waiting and reading, never a mutation that is out. */
export function connect({ settings, clock, log }: PushContext, warehouse: Warehouse, signal: AbortSignal): Connection {
  const boardId = settings.MONDAY_BOARD_ID;
  return {
    ...connectAccount(settings, { clock, log, signal }),
    warehouse,
    ledger: new Ledger(boardId),
    mapping: loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL),
    clock,
    log,
    boardId,
    policy: settings.DELETE_POLICY,
  };
}
