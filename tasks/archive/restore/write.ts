import { batchId as batchIdOf } from '../../../shared/ground/ids.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { insertBatch } from '../../../shared/store/batches.js';
import { type LockPatience, RUNS_LOCK, withLock } from '../../../shared/store/locks.js';
import { rememberHashedColumns } from '../../../shared/store/remembered.js';
import { bulkColumns, tableNamed, warehouseTables } from '../../../shared/store/schema/tables.js';
import { supersede } from '../../../shared/store/supersede.js';
import { loadStatement } from '../../../shared/warehouse/port/statements.js';
import type { ArrayRow, BulkColumn, Queryable, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { ArchiveTable } from '../archive-table.js';
import { countsOf, type PlannedLine, type RestorePlan } from './plan.js';

export interface Restore {
  readonly runId: string;
  readonly archiveId: number;
  readonly customer: string;
  readonly dry: boolean;
  readonly mapping: Mapping;
  readonly table: ArchiveTable;
  readonly plan: RestorePlan;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly now: Date;
}

const TABLES = warehouseTables({ kept: [], board: [] });
const IDENTITY = ['run_id', 'line_key', 'record_uuid', 'customer', 'row_hash', 'mapping_version', 'sizes'];
const CHANGE = [
  'run_id',
  'line_key',
  'customer',
  'record_uuid',
  'change',
  'reason',
  'row_hash',
  'differences',
] as const;

/**
 * Writes the run, what it supersedes, its change set and its batch in one transaction: all of it is there or nothing.
 * Hold the customer's lock, unless it is dry.
 */
export async function writeRestore(warehouse: Warehouse, restore: Restore, patience: LockPatience): Promise<void> {
  await withLock(warehouse, RUNS_LOCK, patience, () =>
    warehouse.transaction(async (transaction) => {
      // Done again after a commit whose answer was lost, it finds its own run.
      if (await insertRun(transaction, restore)) await writeContent(transaction, restore);
    }),
  );
}

async function insertRun(transaction: Queryable, restore: Restore): Promise<boolean> {
  const { runId, archiveId, customer, dry, mapping, outputs, now } = restore;
  const inserted = await transaction.execute(loadStatement('runs/insert-restore-run'), {
    run_id: runId,
    run_key: runId,
    dry: Number(dry),
    filter: JSON.stringify([customer]),
    mapping_version: mapping.version,
    archive_id: archiveId,
    now,
    outputs: JSON.stringify(outputs),
  });
  return inserted === 1;
}

async function writeContent(transaction: Queryable, restore: Restore): Promise<void> {
  const { runId, customer, dry, table, plan, now } = restore;
  const { lines } = plan;
  if (!dry) await supersede(transaction, [customer], { runId, now });
  await rememberHashedColumns(transaction, table.hashedColumns, now);
  await transaction.execute(loadStatement('change-sets/insert-change-sets'), {
    run_id: runId,
    rows: [changeSetRow(restore)],
  });
  if (lines.length === 0) return;
  const changeColumns = bulkColumns(tableNamed(TABLES, 'MON_Change'), CHANGE);
  await transaction.bulkLoad(
    'MON_Change',
    changeColumns,
    rowsOf(lines, (line) => changeRow(restore, line)),
  );
  const restoredColumns = [
    ...bulkColumns(tableNamed(TABLES, 'MON_RestoredLine'), IDENTITY),
    ...table.keptColumns.map((name): BulkColumn => ({ name, type: 'text' })),
  ];
  await transaction.bulkLoad(
    'MON_RestoredLine',
    restoredColumns,
    rowsOf(lines, (line) => restoredRow(restore, line)),
  );
  const batch = { batchId: batchIdOf(runId, customer), runId, customer, type: 'RESTORE', dry } as const;
  await insertBatch(transaction, { ...batch, lines: lines.length, heldBack: 0 }, now);
}

function changeSetRow({ customer, plan }: Restore) {
  const counts = countsOf(plan);
  return {
    customer,
    state: 'BATCHED',
    new_lines: counts.new,
    changed_lines: counts.changed,
    deleted_lines: 0,
    rekeyed_lines: 0,
    unchanged_lines: counts.unchanged,
    pending_deletes: 0,
    moved_out: 0,
    out_of_scope: 0,
    known_lines: counts.unchanged + counts.changed,
    note: null,
  };
}

function changeRow({ runId, customer }: Restore, line: PlannedLine): ArrayRow {
  const { archived, recordUuid, change, reason, differences } = line;
  const told = change === 'CHANGED' ? JSON.stringify(differences) : null;
  return [runId, archived.lineKey, customer, recordUuid, change, reason, archived.rowHash, told];
}

function restoredRow({ runId, customer }: Restore, { archived, recordUuid }: PlannedLine): ArrayRow {
  const { lineKey, rowHash, mappingVersion, sizes, values } = archived;
  return [runId, lineKey, recordUuid, customer, rowHash, mappingVersion, sizes, ...values];
}

function* rowsOf(lines: readonly PlannedLine[], row: (line: PlannedLine) => ArrayRow): Generator<ArrayRow> {
  for (const line of lines) yield row(line);
}
