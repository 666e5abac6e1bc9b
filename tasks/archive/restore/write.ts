import { batchId as batchIdOf } from '../../../shared/ground/ids.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { insertBatch } from '../../../shared/store/batches.js';
import { insertChangeSets, type NewChangeSet, supersede } from '../../../shared/store/change-sets.js';
import { loadChanges, type NewChange } from '../../../shared/store/changes.js';
import { type LockPatience, runsLock, withLock } from '../../../shared/store/locks.js';
import { rememberHashedColumns } from '../../../shared/store/mappings.js';
import { loadRestoredLines, type RestoredLine } from '../../../shared/store/restored-lines.js';
import { insertRestoreRun } from '../../../shared/store/runs.js';
import type { Queryable, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { ArchiveTable } from '../file/archive-table.js';
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

/**
 * Rule 27: writes the run, what it supersedes, its change set and its batch in one transaction: all of it is there or
 * nothing. Hold the customer's lock. Rule 28: unless it is dry, which supersedes nothing.
 */
export async function writeRestore(warehouse: Warehouse, restore: Restore, patience: LockPatience): Promise<void> {
  await withLock(warehouse, runsLock(warehouse), patience, () =>
    warehouse.transaction(async (transaction) => {
      // Done again after a commit whose answer was lost, it finds its own run.
      if (await insertRun(transaction, restore)) await writeContent(transaction, restore);
    }),
  );
}

function insertRun(transaction: Queryable, restore: Restore): Promise<boolean> {
  const { runId, archiveId, customer, dry, mapping, outputs, now } = restore;
  const mappingVersion = mapping.version;
  return insertRestoreRun(transaction, { runId, customer, dry, mappingVersion, archiveId, outputs }, now);
}

async function writeContent(transaction: Queryable, restore: Restore): Promise<void> {
  const { runId, customer, dry, table, plan, now } = restore;
  const { lines } = plan;
  if (!dry) await supersede(transaction, [customer], { runId, now });
  await rememberHashedColumns(transaction, table.hashedColumns, now);
  await insertChangeSets(transaction, runId, [changeSet(restore)]);
  if (lines.length === 0) return;
  await loadChanges(transaction, runId, [lines.map((line) => newChange(restore, line))]);
  await loadRestoredLines(transaction, { runId, customer, columns: table.keptColumns }, restoredLines(lines));
  const batch = { batchId: batchIdOf(runId, customer), runId, customer, type: 'RESTORE', dry } as const;
  await insertBatch(transaction, { ...batch, lines: lines.length, heldBack: 0 }, now);
}

function changeSet({ customer, plan }: Restore): NewChangeSet {
  const counts = countsOf(plan);
  return {
    customer,
    state: 'BATCHED',
    new: counts.new,
    changed: counts.changed,
    deleted: 0,
    rekeyed: 0,
    unchanged: counts.unchanged,
    pendingDeletes: 0,
    movedOut: 0,
    outOfScope: 0,
    known: counts.unchanged + counts.changed,
    braked: undefined,
  };
}

function newChange({ customer }: Restore, line: PlannedLine): NewChange {
  const { archived, recordUuid, change, reason, differences } = line;
  return {
    lineKey: archived.lineKey,
    customer,
    oldCustomer: null,
    recordUuid,
    oldUuid: null,
    change,
    reason,
    rowHash: archived.rowHash,
    differences: change === 'CHANGED' ? differences : null,
  };
}

function* restoredLines(lines: readonly PlannedLine[]): Generator<RestoredLine> {
  for (const { archived, recordUuid } of lines) yield { ...archived, recordUuid };
}
