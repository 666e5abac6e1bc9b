import { sampleOrders } from '../../local/orders/sample.js';
import { loadOrders } from '../../local/orders/source-table.js';
import type { Clock } from '../../shared/ground/clock.js';
import { silentLog } from '../../shared/ground/errors.js';
import { batchId, newUuid } from '../../shared/ground/ids.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { readSettings } from '../../shared/runtime/settings.js';
import type { TaskContext } from '../../shared/runtime/task.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import type { Change, Reason } from '../../shared/store/states.js';
import { parseStatement } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { promoteCommand } from '../../tasks/promote/commands.js';
import { stageCommand } from '../../tasks/stage/commands.js';

/** All lines of a bench are this customer's, by its name in the source and in the warehouse. */
const SOURCE_CUSTOMER = 'GREYSON CLOTHIERS';
export const CUSTOMER = 'GREYSON';

/** Tables and sample lines in an empty database. */
export async function fillSource(warehouse: Warehouse, mapping: Mapping, clock: Clock, lines: number): Promise<void> {
  await migrate(warehouse, mapping, clock, { waitMs: 10_000, signal: new AbortController().signal });
  await loadOrders(warehouse, sampleOrders({ lines }));
  const rename = parseStatement('bench', `UPDATE dbo."ORDERS_UNIFIED" SET "CUSTOMER NAME" = @name`);
  await warehouse.execute(rename, { name: SOURCE_CUSTOMER });
}

const SETTINGS = [...stageCommand.settings, ...promoteCommand.settings] as const;

/** What runStage and runPromote need, on a warehouse that is open. */
export function taskContext(warehouse: Warehouse, clock: Clock): TaskContext<(typeof SETTINGS)[number]> {
  return {
    settings: readSettings(SETTINGS, { WAREHOUSE_URL: 'postgres://nobody@bench/bench' }),
    log: silentLog,
    clock,
    signal: new AbortController().signal,
    warehouse: () => Promise.resolve(warehouse),
    emitMetrics: () => undefined,
  };
}

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

/** The board that benches without one speak of. */
export const BOARD = 1;

export async function rememberBoard(warehouse: Warehouse, clock: Clock): Promise<void> {
  const insert = parseStatement(
    'bench',
    `INSERT INTO dbo."MON_Board" ("board_id", "remembered_at") VALUES (${BOARD}, @now)`,
  );
  await warehouse.execute(insert, { now: clock.now() });
}

/** Leaves a staged batch as a push does that has sent every line; `created` adds items and subitems to the ledger. */
export async function leaveAsPushed(
  warehouse: Warehouse,
  clock: Clock,
  id: string,
  { created }: { created: boolean },
): Promise<void> {
  const entry = (kind: string, size: string, table: string): string =>
    `INSERT INTO dbo."MON_Ledger" ("board_id", "kind", "ledger_key", "size", "updated_at") SELECT ${BOARD}, '${kind}', LOWER(CAST("line_key" AS VARCHAR(36))), ${size}, @now FROM dbo."${table}" WHERE "batch_id" = @id`;
  for (const text of [
    `UPDATE dbo."STG_MON_CustMasterSchedule" SET "stg_status" = 'API_SUCCESS', "stg_monday_item_id" = 1 WHERE "batch_id" = @id AND "stg_status" = 'PENDING'`,
    `UPDATE dbo."STG_MON_CustMasterSchedule_Subitems" SET "stg_status" = 'API_SUCCESS', "stg_monday_subitem_id" = 1 WHERE "batch_id" = @id`,
    `UPDATE dbo."MON_BatchProcessing" SET "status" = 'PUSHED' WHERE "batch_id" = @id`,
    ...(created
      ? [
          entry('item', `''`, 'STG_MON_CustMasterSchedule'),
          entry('size', '"Size"', 'STG_MON_CustMasterSchedule_Subitems'),
        ]
      : []),
  ])
    await warehouse.execute(parseStatement('bench', text), { id, now: clock.now() });
}
