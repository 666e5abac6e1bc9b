import type { Archive } from '../../../shared/store/archives.js';

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
