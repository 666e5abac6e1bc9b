import type { Clock } from '../../shared/clock.js';
import { batchId, newUuid } from '../../shared/ids.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { Change, Reason } from '../../shared/states.js';
import { parseStatement } from '../../shared/warehouse/statements.js';
import type { Warehouse } from '../../shared/warehouse/warehouse.js';

/** All lines of a bench are this customer's, by its name in the source and in the warehouse. */
export const SOURCE_CUSTOMER = 'GREYSON CLOTHIERS';
export const CUSTOMER = 'GREYSON';

/** A batch that is not staged yet, of every line of the source, as detect and batch would have left it. */
export async function makeBatch(
  warehouse: Warehouse,
  mapping: Mapping,
  clock: Clock,
  what: { change: Change; reason: Reason },
): Promise<string> {
  const runId = newUuid();
  const id = batchId(runId, CUSTOMER);
  const parameters = {
    run_id: runId,
    id,
    customer: CUSTOMER,
    version: mapping.version,
    seq: Date.now(),
    now: clock.now(),
    hash: '0'.repeat(64),
    ...what,
  };
  for (const text of [
    `INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "mapping_version", "started_at") VALUES (@run_id, @id, @seq, 'DONE', 'SYNC', 'hash', @version, @now)`,
    `INSERT INTO dbo."MON_ChangeSet" ("run_id", "customer", "state") VALUES (@run_id, @customer, 'BATCHED')`,
    `INSERT INTO dbo."MON_Change" ("run_id", "line_key", "customer", "record_uuid", "change", "reason", "row_hash") SELECT @run_id, "record_uuid", @customer, "record_uuid", @change, @reason, @hash FROM dbo."ORDERS_UNIFIED"`,
    `INSERT INTO dbo."MON_BatchProcessing" ("batch_id", "run_id", "customer_name", "batch_type", "status", "start_time") VALUES (@id, @run_id, @customer, 'CUSTOMER_DELTA', 'STARTED', @now)`,
  ]) {
    await warehouse.execute(parseStatement('bench', text), parameters);
  }
  // As after the bulk load by which detect writes changes.
  if (warehouse.engine === 'postgres') await warehouse.execute(parseStatement('bench', 'ANALYZE dbo."MON_Change"'), {});
  return id;
}
