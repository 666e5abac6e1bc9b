import { DAY_MS } from '../../../shared/ground/clock.js';
import { TryAgainError } from '../../../shared/ground/errors.js';
import { groupBy } from '../../../shared/ground/lists.js';
import { plural } from '../../../shared/ground/text.js';
import type { FlagsOf } from '../../../shared/runtime/flags.js';
import type { Metric } from '../../../shared/runtime/outputs.js';
import type { ContextOf, Outcome } from '../../../shared/runtime/task.js';
import { type Archive, ArchiveStore, archivePlace } from '../../../shared/store/archives.js';
import type { pruneCommand } from '../commands.js';
import { faultOf, isGone } from '../file/read.js';
import { pruneTables } from './tables.js';

type Dated = Pick<Archive, 'id' | 'customer' | 'snapshotDate' | 'retentionUntil'>;

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

type PruneContext = ContextOf<typeof pruneCommand>;

/** Removes archives and rows of the pipeline's tables past their retention, or with `dryRun` only says which. */
export async function runPrune(context: PruneContext, { dryRun }: FlagsOf<typeof pruneCommand>): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const archives = await pruneArchives(context, dryRun);
  const warehouse = await context.warehouse();
  const rows = await pruneTables(warehouse, { now: clock.now(), retention: settings, dryRun, signal });
  log.info(told([['archives', archives.removed], ...rows], dryRun));
  const metrics: Metric[] = [['archives', archives.removed] as const, ...rows].map(([of, value]) => ({
    name: 'pruned',
    type: 'counter',
    value,
    tags: { of },
  }));
  const outcome: Outcome = { outputs: { ...archives, ...Object.fromEntries(rows), dryRun } };
  return dryRun ? outcome : { ...outcome, metrics };
}

/** `Removed 3 archives, 12 staged sizes.` */
function told(counts: readonly (readonly [name: string, count: number])[], dryRun: boolean): string {
  const found = counts.filter(([, count]) => count > 0);
  if (found.length === 0) return `Nothing is past its retention${dryRun ? '' : ': nothing was removed'}.`;
  const words = found.map(([name, count]) => {
    const many = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return plural(count, many.replace(/(ch)es$|s$/, '$1'), many);
  });
  return `${dryRun ? 'Would remove' : 'Removed'} ${words.join(', ')}.`;
}

/**
 * Rule 27: of each customer whose archives that stay are all damaged, the newest sound one among those that would go.
 * Without it nothing would be left to restore.
 */
async function lastSoundAmong(
  expired: readonly Archive[],
  archives: readonly Archive[],
  store: ArchiveStore,
  signal: AbortSignal,
): Promise<Archive[]> {
  const found: Archive[] = [];
  const going = new Set(expired);
  for (const own of groupBy(archives, ({ customer }) => customer).values()) {
    if (!own.some((archive) => going.has(archive))) continue;
    const newestFirst = [...own].sort((a, b) => b.id - a.id);
    const staying = newestFirst.filter((archive) => !going.has(archive));
    for (const archive of [...staying, ...newestFirst.filter((each) => going.has(each))]) {
      if (signal.aborted) throw new TryAgainError('STOPPED', 'Stopped before anything was removed; run again.');
      if (!(await isSound(archive, store))) continue;
      if (going.has(archive)) found.push(archive);
      break;
    }
  }
  return found;
}

/** One that another prune has removed meanwhile can be restored as little as a damaged one. */
async function isSound(archive: Archive, store: ArchiveStore): Promise<boolean> {
  const parquet = await store.parquet(archive.id).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  return parquet !== undefined && (await faultOf(parquet, archive)) === undefined;
}

async function pruneArchives({ settings, clock, log, signal }: PruneContext, dryRun: boolean) {
  const store = await ArchiveStore.at(archivePlace(settings), clock, signal);
  try {
    const archives = await store.list();
    const past = expiredArchives(archives, {
      now: clock.now(),
      retentionDays: settings.ARCHIVE_RETENTION_DAYS,
      maxPerCustomer: settings.ARCHIVE_MAX_PER_CUSTOMER,
    });
    const lastSound = await lastSoundAmong(past, archives, store, signal);
    for (const { id, customer } of lastSound)
      log.warn(`Archive ${id} is kept past its retention: every newer one of its customer is damaged.`, { customer });
    const expired = past.filter((archive) => !lastSound.includes(archive));
    for (const { id, customer, snapshotDate } of expired)
      log.info(`${dryRun ? 'Would remove' : 'Removing'} archive ${id} of ${snapshotDate.toISOString()}.`, { customer });
    if (!dryRun) await store.delete(expired.map(({ id }) => id));
    const bytes = expired.reduce((sum, archive) => sum + archive.bytes, 0);
    return { archives: archives.length, removed: expired.length, bytes };
  } finally {
    await store.close();
  }
}
