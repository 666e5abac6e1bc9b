import { partsUntilStopped } from '../../../shared/ground/clock.js';
import { FixFirstError, TryAgainError } from '../../../shared/ground/errors.js';
import { batchId as batchIdOf, newUuid } from '../../../shared/ground/ids.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import { openMapping } from '../../../shared/mapping/open-mapping.js';
import type { FlagsOf } from '../../../shared/runtime/flags.js';
import type { ContextOf, Outcome } from '../../../shared/runtime/task.js';
import { type Archive, ArchiveStore, archivePlace } from '../../../shared/store/archives.js';
import { openRestore } from '../../../shared/store/batch-figures.js';
import { customerLock, withLock } from '../../../shared/store/locks.js';
import { restoredColumns } from '../../../shared/store/restored-lines.js';
import type { RunOutputs } from '../../../shared/store/runs.js';
import { readKnownLines } from '../../../shared/store/snapshot-lines.js';
import { takenUuids } from '../../../shared/store/snapshot-look-ups.js';
import type { Lock, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { restoreCommand } from '../commands.js';
import type { ArchivedLine, ArchiveTable } from '../file/archive-table.js';
import { ArchiveFile, readSound } from '../file/read.js';
import { countsOf, estimateCost, planRestore, type RestorePlan, withoutTaken } from './plan.js';
import { describePlan, describeTakenUp } from './report.js';
import { writeRestore } from './write.js';

export type RestoreContext = ContextOf<typeof restoreCommand>;
export type RestoreFlags = FlagsOf<typeof restoreCommand>;

/** An archive whose lines have the hashes that they had. */
interface Content {
  archive: Archive;
  table: ArchiveTable;
  lines: ArchivedLine[];
}

interface Restoring {
  warehouse: Warehouse;
  mapping: Mapping;
  content: Content;
}

/** Rule 27: makes the run and the batch that take a customer's board back to an archive, or with `dryRun` a dry one. */
export async function runRestore(context: RestoreContext, flags: RestoreFlags): Promise<Outcome> {
  const { settings, signal, log } = context;
  const content = await readContent(context, flags.archiveId);
  const { customer } = content.archive;
  const warehouse = await context.warehouse();
  await refuseMissingColumns(warehouse, content.table);
  const mapping = await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const work = { warehouse, mapping, content };
  // A dry run holds nothing, so that no other process finds the customer busy.
  if (flags.dryRun) return restore(context, work, flags);
  return withLock(
    warehouse,
    customerLock(warehouse, customer),
    { waitMs: settings.LOCK_WAIT, signal, log },
    async (lock) => {
      const open = await openRestore(warehouse, { archiveId: flags.archiveId, customer, mapping });
      return open ? takeUp(context, open, flags) : restore(context, work, flags, lock);
    },
  );
}

async function readContent({ settings, clock, signal }: RestoreContext, archiveId: number): Promise<Content> {
  const store = await ArchiveStore.at(archivePlace(settings), clock, signal);
  try {
    const { archive, parquet } = await readSound(store, archiveId, 'Nothing was restored');
    const file = await ArchiveFile.open(parquet);
    const lines: ArchivedLine[] = [];
    for await (const chunk of partsUntilStopped(file.lines(), signal)) lines.push(...chunk.map(({ line }) => line));
    return { archive, table: file.table, lines };
  } finally {
    await store.close();
  }
}

/** Values that have no column to stand in would be lost, and with them the proof that they are the archived ones. */
async function refuseMissingColumns(warehouse: Warehouse, table: ArchiveTable): Promise<void> {
  const live = new Set(await restoredColumns(warehouse));
  const missing = table.keptColumns.filter((name) => !live.has(name));
  if (missing.length === 0) return;
  throw new FixFirstError(
    'TABLE_MISSING',
    `MON_RestoredLine lacks ${missing.map((name) => `"${name}"`).join(', ')}, which the archive holds. Run migrate, with the mapping of that time as well (MAPPING_FILE) if it read columns that the one in use does not.`,
    { where: { customer: table.customer } },
  );
}

function takeUp({ log }: RestoreContext, outputs: RunOutputs, { json }: RestoreFlags): Outcome {
  log.info('This archive is being restored already; its run and batch are given again.', {
    runId: String(outputs['runId']),
    customer: String(outputs['customer']),
  });
  return { outputs, lines: json ? [JSON.stringify(outputs)] : describeTakenUp(outputs) };
}

async function restore(
  { settings, clock, log, signal }: RestoreContext,
  { warehouse, mapping, content: { archive, table, lines } }: Restoring,
  { dryRun: dry, json }: RestoreFlags,
  lock?: Lock,
): Promise<Outcome> {
  const { customer } = archive;
  const lineKeys = lines.map(({ lineKey }) => lineKey);
  const known = await readKnownLines(warehouse, hashedColumns(mapping), { customer, lineKeys });
  const plan = await settlePlan(warehouse, planRestore({ mapping, table, archived: lines, known }));
  const runId = newUuid();
  const outputs = {
    status: dry ? 'DRY_RUN' : plan.lines.length > 0 ? 'STARTED' : 'UNCHANGED',
    customer,
    archiveId: archive.id,
    runId,
    batchId: plan.lines.length > 0 ? batchIdOf(runId, customer) : null,
    ...countsOf(plan),
    ...estimateCost(plan.lines, clock),
  };
  if (lock?.lost.aborted)
    throw new TryAgainError(
      'LOCK_LOST',
      "The customer's lock was lost while the lines were compared. Nothing was changed; run again.",
      {
        where: { customer },
        cause: lock.lost.reason,
      },
    );
  await writeRestore(
    warehouse,
    { runId, archiveId: archive.id, customer, dry, mapping, table, plan, outputs, now: clock.now() },
    { waitMs: settings.LOCK_WAIT, signal, log },
  );
  log.info(`${dry ? 'Would restore' : 'Restores'} ${plan.lines.length} lines from archive ${archive.id}.`, {
    runId,
    customer,
  });
  const text = json
    ? [JSON.stringify({ ...outputs, leftAloneLines: plan.leftAlone })]
    : describePlan(archive, plan, outputs);
  return { outputs, lines: text };
}

async function settlePlan(warehouse: Warehouse, plan: RestorePlan): Promise<RestorePlan> {
  const appearing = plan.lines
    .filter(({ change }) => change === 'NEW')
    .map(({ archived, recordUuid }) => ({ lineKey: archived.lineKey, recordUuid }));
  return withoutTaken(plan, await takenUuids(warehouse, appearing));
}
