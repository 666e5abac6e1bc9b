import { LongStep } from '../../shared/ground/activity.js';
import { DAY_MS, partsUntilStopped } from '../../shared/ground/clock.js';
import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import { roundTo } from '../../shared/ground/numbers.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { openMapping } from '../../shared/mapping/open-mapping.js';
import type { FlagsOf } from '../../shared/runtime/flags.js';
import type { Outputs } from '../../shared/runtime/outputs.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { type Archive, ArchiveStore, archivePlace } from '../../shared/store/archives.js';
import { type Batch, isOpen, stateOf } from '../../shared/store/batches.js';
import { customersAsked } from '../../shared/store/customers-asked.js';
import { customerLock, withBatch, withLock } from '../../shared/store/locks.js';
import { batchSaid } from '../../shared/store/said-ids.js';
import type { Lock, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { archiveCommand } from './commands.js';
import { faultOf } from './file/read.js';
import { CustomerSnapshot } from './file/snapshot.js';
import { type WrittenArchive, writeArchive } from './file/write.js';

type ArchiveContext = ContextOf<typeof archiveCommand>;

/** Rule 27: archives the snapshot of one customer: of a batch that is promoted, or by name. */
export async function runArchive(
  context: ArchiveContext,
  flags: FlagsOf<typeof archiveCommand>,
  openStore = ArchiveStore.at,
): Promise<Outcome> {
  const { settings, clock, signal, log } = context;
  const mapping = await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const warehouse = await context.warehouse();
  const takeUp = { waitMs: settings.LOCK_WAIT, signal, log };
  const archived = async (held: Pick<Work, 'customer' | 'lock' | 'batch'>): Promise<Outcome> => {
    const store = await openStore(archivePlace(settings), clock, signal);
    try {
      const archive = await archiveCustomer({ context, warehouse, mapping, store, ...held });
      const status = held.batch?.status ?? (archive ? 'ARCHIVED' : 'EMPTY');
      return { outputs: outputsOf(archive, held.customer, status) };
    } finally {
      await store.close();
    }
  };
  if (flags.batchId !== undefined)
    return withBatch(
      warehouse,
      await batchSaid(warehouse, flags.batchId),
      { step: 'archive', clock, ...takeUp },
      {
        work: ({ batch, lock }) => archived({ customer: batch.customer, lock, batch }),
        otherwise: (batch) => Promise.resolve(nothingArchived(batch)),
      },
    );
  const [customer] = await customersAsked(warehouse, mapping, flags.customer);
  if (customer === undefined) throw new FixFirstError('FLAG_INVALID', 'Give --batch-id or --customer.');
  return withLock(warehouse, customerLock(warehouse, customer), takeUp, (lock) =>
    archived({ customer, lock, batch: undefined }),
  );
}

/** An open batch is archived later, when promote has closed it. */
function nothingArchived(batch: Batch): Outcome {
  const later = isOpen(batch.status) && !batch.dry;
  return { outputs: { ...outputsOf(undefined, batch.customer, 'PARTIAL'), ...(later ? {} : stateOf(batch)) } };
}

interface Work {
  context: ArchiveContext;
  warehouse: Warehouse;
  mapping: Mapping;
  customer: string;
  store: ArchiveStore;
  lock: Lock;
  batch: Batch | undefined;
}

/** The archive that holds the customer's snapshot; undefined for a customer that never had a line. */
async function archiveCustomer(work: Work): Promise<Archive | undefined> {
  const { context, warehouse, mapping, customer, store, batch } = work;
  const where = { customer, batchId: batch?.batchId };
  const done = batch && (await store.newest(customer, batch.batchId));
  if (done && (await faultOf(await store.parquet(done.id), done)) === undefined) {
    context.log.info(`The batch is archived already, as archive ${done.id}.`, where);
    return done;
  }
  const snapshot = new CustomerSnapshot(warehouse, mapping, customer);
  const table = await snapshot.table(batch?.batchId ?? null);
  const { clock, log, signal } = context;
  const step = new LongStep({ what: 'Archiving', unit: 'lines', clock, log, where });
  const lines = partsUntilStopped(snapshot.lines(table), signal, (chunk) => step.advance(chunk.length));
  const written = await writeArchive(table, lines).finally(() => step.end());
  const newest = await store.newest(customer);
  if (written.rows === 0 && newest === undefined) {
    context.log.info('Nothing to archive: the snapshot has no line of this customer.', where);
    return undefined;
  }
  const archive = await keep(work, written);
  const unchanged = archive.id === newest?.id;
  const verb = unchanged ? 'Unchanged since' : 'Kept as';
  // Summed up by the dashboard: only what was added.
  if (!unchanged) context.emitMetrics([{ name: 'archive_bytes', type: 'counter', value: archive.bytes }]);
  context.log.info(
    `${verb} archive ${archive.id}: ${archive.rows} lines, ${archive.bytes} bytes, ${(archive.saved * 100).toFixed(1)} % less than CSV.`,
    where,
  );
  return archive;
}

function keep({ context, customer, store, lock, batch }: Work, written: WrittenArchive): Promise<Archive> {
  const { clock, settings } = context;
  const snapshotDate = clock.now();
  return store.keep(
    {
      ...written,
      snapshotDate,
      saved: share(written),
      retentionUntil: dayAfter(snapshotDate, settings.ARCHIVE_RETENTION_DAYS),
    },
    {
      isSound: async (parquet, newest) => (await faultOf(parquet, newest)) === undefined,
      check: async (parquet) => {
        const fault = await faultOf(parquet, written);
        if (fault !== undefined)
          throw new TryAgainError(
            'ARCHIVE_MISMATCH',
            `The archive was read back and is not what was written: ${fault}. Nothing was kept.`,
            {
              where: { customer, batchId: batch?.batchId },
            },
          );
        if (lock.lost.aborted)
          throw new TryAgainError(
            'LOCK_LOST',
            "The customer's lock was lost while its lines were read, so they may be torn. Nothing was kept.",
            { where: { customer }, cause: lock.lost.reason },
          );
      },
    },
  );
}

/** Share saved against CSV, with the four digits that the table keeps. A few lines take more than CSV. */
function share({ bytes, csvBytes }: WrittenArchive): number {
  return Math.max(-99, roundTo(1 - bytes / csvBytes, 4));
}

function dayAfter(date: Date, days: number): string {
  return new Date(date.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}

function outputsOf(archive: Archive | undefined, customer: string, status: string): Outputs {
  return {
    status,
    customer,
    archiveId: archive?.id ?? null,
    rows: archive?.rows ?? 0,
    unacknowledged: archive?.unacknowledged ?? 0,
    bytes: archive?.bytes ?? 0,
    csvBytes: archive?.csvBytes ?? 0,
    saved: archive?.saved ?? 0,
  };
}
