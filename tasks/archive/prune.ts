import type { Outcome, TaskContext } from '../../shared/task.js';
import { type Archive, ArchiveStore } from './store.js';

type Dated = Pick<Archive, 'id' | 'customer' | 'snapshotDate' | 'retentionUntil'>;

const DAY_MS = 86_400_000;

/**
 * Rule 27: the archives that may go. The newest of each customer stays, whatever its age; of the others those that are
 * older than `retentionDays` or past their own date, and those beyond `maxPerCustomer`.
 */
export function expiredArchives<T extends Dated>(
  archives: readonly T[],
  limits: { now: Date; retentionDays: number; maxPerCustomer: number },
): T[] {
  const oldest = limits.now.getTime() - limits.retentionDays * DAY_MS;
  const today = limits.now.toISOString().slice(0, 10);
  const seen = new Map<string, number>();
  return [...archives]
    .sort((a, b) => b.id - a.id)
    .filter(({ customer, snapshotDate, retentionUntil }) => {
      const newer = seen.get(customer) ?? 0;
      seen.set(customer, newer + 1);
      if (newer === 0) return false;
      const old = snapshotDate.getTime() < oldest || (retentionUntil !== null && retentionUntil < today);
      return old || newer >= limits.maxPerCustomer;
    });
}

/** Removes archives past their retention, or with `dryRun` only says which. */
export async function runPrune(
  { settings, clock, log }: TaskContext<'ARCHIVE_URL' | 'ARCHIVE_RETENTION_DAYS' | 'ARCHIVE_MAX_PER_CUSTOMER'>,
  flags: { dryRun: boolean },
): Promise<Outcome> {
  const store = new ArchiveStore(settings.ARCHIVE_URL, clock);
  try {
    const archives = await store.list();
    const expired = expiredArchives(archives, {
      now: clock.now(),
      retentionDays: settings.ARCHIVE_RETENTION_DAYS,
      maxPerCustomer: settings.ARCHIVE_MAX_PER_CUSTOMER,
    });
    for (const { id, customer, snapshotDate } of expired)
      log.info(`${flags.dryRun ? 'Would remove' : 'Removing'} archive ${id} of ${snapshotDate.toISOString()}.`, {
        customer,
      });
    if (!flags.dryRun) await store.delete(expired.map(({ id }) => id));
    const bytes = expired.reduce((sum, archive) => sum + archive.bytes, 0);
    return { outputs: { archives: archives.length, removed: expired.length, bytes, dryRun: flags.dryRun } };
  } finally {
    await store.close();
  }
}
