import type { Batch } from '../../../shared/store/batches.js';
import type { Connection } from '../model/connect.js';
import type { Line } from '../model/unit.js';

/** What a push records, and where. */
export interface Recording extends Pick<Connection, 'warehouse' | 'ledger' | 'mapping' | 'clock'> {
  readonly batch: Batch;
  /** Rule 14: proves in each transaction that the batch is still ours. */
  readonly ownerToken: string;
  /** The staged lines by key. */
  readonly lines: ReadonlyMap<string, Line>;
  /** Lines whose acknowledgement this push has withdrawn. */
  readonly withdrawn: Set<string>;
}
