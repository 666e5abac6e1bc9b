import { z } from 'zod';
import { TryAgainError } from '../../../shared/ground/errors.js';
import type { Settings } from '../../../shared/runtime/settings.js';
import { readRestored } from '../../../shared/store/change-set-figures.js';
import { comparedRuns } from '../../../shared/store/run-figures.js';
import { OPEN_BATCH_STATES } from '../../../shared/store/states.js';
import {
  loadStatement,
  quoteColumns,
  quoteIdentifier,
  type Statement,
} from '../../../shared/warehouse/port/statements.js';
import type { Parameters, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { EXPIRED, type Expired } from './expired.js';

/** Rows a statement: it holds their locks for a second or so. */
const CHUNK = 5_000;
const DAY_MS = 86_400_000;

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

const countRow = z.object({ rows: z.coerce.number() });

/**
 * Removes what has served its time from the pipeline's tables, or with `dryRun` only counts it; gives the number of rows
 * by name. Stopped in between it has removed whole rows in an order that leaves nothing dangling: run again, it goes on.
 */
export async function pruneTables(warehouse: Warehouse, options: PruneOptions): Promise<Map<string, number>> {
  const parameters = await momentsOf(warehouse, options);
  const rows = new Map<string, number>();
  for (const expired of EXPIRED)
    rows.set(
      expired.name,
      options.dryRun
        ? await count(warehouse, expired, parameters)
        : await remove(warehouse, expired, parameters, options),
    );
  return rows;
}

/** Fixed at the start, so that nothing expires between a table and the one it refers to. */
async function momentsOf(warehouse: Warehouse, { now, retention }: PruneOptions): Promise<Parameters> {
  const before = (days: number): number => now.getTime() - days * DAY_MS;
  const batches = before(retention.BATCH_RETENTION_DAYS);
  const failures = before(retention.ERR_RETENTION_DAYS);
  return {
    open_states: OPEN_BATCH_STATES,
    kept_runs: await readKeptRuns(warehouse),
    // What is staged goes before its batch, whatever the settings say.
    staging_before: new Date(Math.max(before(retention.STAGING_RETENTION_DAYS), batches)),
    failures_before: new Date(failures),
    held_before: new Date(Math.min(failures, now.getTime() - retention.ERR_RETRY_AFTER)),
    batches_before: new Date(batches),
  };
}

/** Runs that are needed whatever their age: the newest, and restores whose customers are not released yet. */
async function readKeptRuns(warehouse: Warehouse): Promise<number[]> {
  const restores = await readRestored(warehouse);
  return [...(await comparedRuns(warehouse)), ...restores.map(({ seq }) => seq)];
}

async function count(warehouse: Warehouse, expired: Expired, parameters: Parameters): Promise<number> {
  const [row] = await warehouse.query(statementOf('retention/count-expired', expired), parameters);
  return countRow.parse(row).rows;
}

async function remove(
  warehouse: Warehouse,
  expired: Expired,
  parameters: Parameters,
  { signal, chunk = CHUNK }: PruneOptions,
): Promise<number> {
  const statement = statementOf('retention/delete-expired', expired);
  let removed = 0;
  for (;;) {
    if (signal.aborted)
      throw new TryAgainError('STOPPED', 'Stopped while pruning. What is removed is removed; run again to go on.');
    const rows = await warehouse.execute(statement, { ...parameters, most: chunk });
    removed += rows;
    if (rows < chunk) return removed;
  }
}

/** A statement of prune for one of these tables. */
export function statementOf(name: string, { table, keys, expired }: Expired): Statement {
  const target = quoteIdentifier(table);
  return loadStatement(name).with({
    table: target,
    keys: quoteColumns(keys, 't'),
    sameKeys: keys.map((key) => `e.${quoteIdentifier(key)} = ${target}.${quoteIdentifier(key)}`).join(' AND '),
    expired,
  });
}
