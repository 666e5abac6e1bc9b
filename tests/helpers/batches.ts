import { batchId, newUuid } from '../../shared/ground/ids.js';
import type { Change, Reason } from '../../shared/store/states.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { mapping, sql, uuid } from './warehouse.js';

export interface ChangeOf {
  /** The line's number, see `uuid`. */
  line: number;
  change: Change;
  reason?: Reason;
  /** Number of the uuid the line had before. */
  oldUuid?: number;
  /** Number of the line key, when it is not the line's own. */
  lineKey?: number;
  hash?: string;
}

let seq = Date.now();

/** A run with one batch as detect and batch would leave it; returns the batch's id. */
export async function makeBatch(
  warehouse: Warehouse,
  changes: readonly ChangeOf[],
  options: { customer?: string; dry?: boolean } = {},
): Promise<string> {
  const customer = options.customer ?? 'GREYSON';
  const runId = newUuid();
  seq += 1;
  const common = { run_id: runId, customer };
  const now = new Date();
  const dry = options.dry ? 1 : 0;
  await sql(
    warehouse,
    `INSERT INTO dbo."MON_Run" ("run_id", "run_key", "seq", "state", "kind", "method", "dry", "mapping_version", "started_at")
     VALUES (@run_id, @run_key, @seq, 'DONE', 'SYNC', 'hash', @dry, @mapping_version, @now)`,
    { run_id: runId, run_key: runId, seq, dry, mapping_version: mapping.version, now },
  );
  await sql(
    warehouse,
    `INSERT INTO dbo."MON_ChangeSet" ("run_id", "customer", "state") VALUES (@run_id, @customer, 'BATCHED')`,
    common,
  );
  for (const { line, change, reason, oldUuid, lineKey, hash } of changes) {
    await sql(
      warehouse,
      `INSERT INTO dbo."MON_Change" ("run_id", "line_key", "customer", "record_uuid", "old_uuid", "change", "reason", "row_hash")
       VALUES (@run_id, @line_key, @customer, @record_uuid, @old_uuid, @change, @reason, @row_hash)`,
      {
        ...common,
        line_key: uuid(lineKey ?? line),
        record_uuid: uuid(line),
        old_uuid: oldUuid === undefined ? null : uuid(oldUuid),
        change,
        reason: reason ?? 'CONTENT',
        row_hash: hash ?? '0'.repeat(64),
      },
    );
  }
  const id = batchId(runId, customer);
  await sql(
    warehouse,
    `INSERT INTO dbo."MON_BatchProcessing" ("batch_id", "run_id", "customer_name", "batch_type", "status", "dry", "total_records", "start_time")
     VALUES (@batch_id, @run_id, @customer, 'CUSTOMER_DELTA', 'STARTED', @dry, @lines, @now)`,
    { ...common, batch_id: id, lines: changes.length, now, dry },
  );
  return id;
}
