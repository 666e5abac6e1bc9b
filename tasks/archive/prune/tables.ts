import { DAY_MS } from '../../../shared/ground/clock.js';
import { TryAgainError } from '../../../shared/ground/errors.js';
import type { Settings } from '../../../shared/runtime/settings.js';
import { readRestored } from '../../../shared/store/change-set-figures.js';
import { countExpired, deleteExpired, EXPIRED, type Expired, type Moments } from '../../../shared/store/retention.js';
import { comparedRuns } from '../../../shared/store/run-figures.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';

/** Rows a statement: it holds their locks for a second or so. */
const CHUNK = 5_000;

export type Retention = Settings<
  'STAGING_RETENTION_DAYS' | 'ERR_RETENTION_DAYS' | 'BATCH_RETENTION_DAYS' | 'ERR_RETRY_AFTER'
>;

export interface PruneOptions {
  now: Date;
  retention: Retention;
  dryRun: boolean;
  /** Aborts between two statements. */
  signal: AbortSignal;
  chunk?: number;
}

/**
 * Removes what has served its time from the pipeline's tables, or with `dryRun` only counts it; gives the number of rows
 * by name. Stopped in between it has removed whole rows in an order that leaves nothing dangling: run again, it goes on.
 */
export async function pruneTables(warehouse: Warehouse, options: PruneOptions): Promise<Map<string, number>> {
  const moments = await momentsOf(warehouse, options);
  const rows = new Map<string, number>();
  for (const expired of EXPIRED)
    rows.set(
      expired.name,
      options.dryRun
        ? await countExpired(warehouse, expired, moments)
        : await remove(warehouse, expired, moments, options),
    );
  return rows;
}

/** Fixed at the start, so that nothing expires between a table and the one it refers to. */
async function momentsOf(warehouse: Warehouse, { now, retention }: PruneOptions): Promise<Moments> {
  const before = (days: number): number => now.getTime() - days * DAY_MS;
  const batches = before(retention.BATCH_RETENTION_DAYS);
  const failures = before(retention.ERR_RETENTION_DAYS);
  return {
    keptRuns: await readKeptRuns(warehouse),
    // What is staged goes before its batch, whatever the settings say.
    stagingBefore: new Date(Math.max(before(retention.STAGING_RETENTION_DAYS), batches)),
    failuresBefore: new Date(failures),
    heldBefore: new Date(Math.min(failures, now.getTime() - retention.ERR_RETRY_AFTER)),
    batchesBefore: new Date(batches),
  };
}

/** Runs that are needed whatever their age: the newest, and restores whose customers are not released yet. */
async function readKeptRuns(warehouse: Warehouse): Promise<number[]> {
  const restores = await readRestored(warehouse);
  return [...(await comparedRuns(warehouse)), ...restores.map(({ seq }) => seq)];
}

async function remove(
  warehouse: Warehouse,
  expired: Expired,
  moments: Moments,
  { signal, chunk = CHUNK }: PruneOptions,
): Promise<number> {
  let removed = 0;
  for (;;) {
    if (signal.aborted)
      throw new TryAgainError('STOPPED', 'Stopped while pruning. What is removed is removed; run again to go on.');
    const rows = await deleteExpired(warehouse, expired, moments, chunk);
    removed += rows;
    if (rows < chunk) return removed;
  }
}
