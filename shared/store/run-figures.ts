import { z } from 'zod';
import { FixFirstError } from '../ground/errors.js';
import { jsonText } from '../ground/parsing.js';
import { unmappedSchema } from '../mapper/unmapped.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { brakedSchema } from './refused.js';
import { rowOf } from './rows.js';
import { filterText, noRun, runFlagsOf } from './runs.js';
import { RUNS } from './schema/run-tables.js';

// Figures of runs, and what a later run needs from earlier ones.

const blocks = blocksOf('runs');

const count = z.number().catch(0);
const names = z.array(z.string()).catch([]);
/** The outputs of detect; absent while the run is unfinished. */
const told = z.object({
  customers: names,
  braked: z.array(brakedSchema).catch([]),
  unchanged: count,
  pendingDeletes: count,
  outOfScope: count,
  unsound: count,
  busy: names,
  unmapped: z.array(unmappedSchema).catch([]),
});

const figures = rowOf(RUNS, [
  'run_id',
  'run_key',
  'state',
  'kind',
  'method',
  'dry',
  'full',
  'allow_large_change',
  'confirm_deletes',
  'mapping_version',
  'source_rows',
  'started_at',
  'finished_at',
  'last_error',
])
  .extend({
    seq: z.coerce.number(),
    archive_id: z.coerce.number().nullable(),
    filter: filterText,
    outputs: jsonText(told).nullable(),
  })
  .transform((row) => ({
    runId: row.run_id,
    runKey: row.run_key,
    seq: row.seq,
    state: row.state,
    kind: row.kind,
    /** The archive that it restores; null for a run of detect. */
    archiveId: row.archive_id,
    ...runFlagsOf(row),
    mappingVersion: row.mapping_version,
    sourceRows: row.source_rows,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    /** Why detect has ended without finishing it; null of a run that is done, or whose detect works or was killed. */
    lastError: row.last_error,
    told: row.outputs ?? told.parse({}),
  }));
/** A run in reports. */
export type RunFigures = z.infer<typeof figures>;

const selectForReport = blocks.rows('select-run-for-report', { run_id: 'uuid' }, figures);

/**
 * A run by its id, or the newest one that was not dry.
 * @throws FixFirstError when there is no such run.
 */
export async function runFigures(queryable: Queryable, runId: string | undefined): Promise<RunFigures> {
  if (runId === undefined) {
    const [newest] = await newestRuns(queryable, Number.MAX_SAFE_INTEGER, 1);
    if (newest) return newest;
    throw new FixFirstError('RUN_NOT_FOUND', 'There is no run yet. Run detect first.');
  }
  const [run] = await selectForReport(queryable, { run_id: runId });
  return run ?? noRun(runId);
}

const selectNewest = blocks.rows('select-newest-runs-for-report', { seq: 'bigint', most: 'int' }, figures);

/** The newest runs up to a sequence number, newest first; dry ones are left out. */
export function newestRuns(queryable: Queryable, seq: number, most: number): Promise<RunFigures[]> {
  return selectNewest(queryable, { seq, most });
}

const keptAlert = z.object({
  /** Sentences. */
  reasons: z.array(z.string()),
  /** The result of the post to ALERT_URL. */
  post: z.enum(['accepted', 'refused', 'unanswered', 'not configured']),
});
/** The alert of batch watch about a run. */
export type KeptAlert = z.infer<typeof keptAlert>;

const updateAlert = blocks.touches('keep-alert', { run_id: 'uuid', alert: 'text', now: 'datetime' });

/** Stores the alert about a run; a later one about the same run replaces it. */
export async function keepAlert(queryable: Queryable, runId: string, alert: KeptAlert, now: Date): Promise<void> {
  await updateAlert(queryable, { run_id: runId, alert: JSON.stringify(alert), now });
}

const alertRow = rowOf(RUNS, ['run_id'])
  .extend({ alerted_at: z.date(), alert: jsonText(keptAlert) })
  .transform(({ run_id, alerted_at, alert }) => ({ runId: run_id, alertedAt: alerted_at, ...alert }));
const selectAlert = blocks.rows('select-alert', { run_id: 'uuid' }, alertRow);
const selectLastAlert = blocks.rows('select-last-alert', {}, alertRow);

/** The newest alert about a run; undefined before the first. */
export async function alertOf(queryable: Queryable, runId: string) {
  const [alert] = await selectAlert(queryable, { run_id: runId });
  return alert;
}

/** The newest alert of any run; undefined before the first. */
export async function lastAlert(queryable: Queryable) {
  const [alert] = await selectLastAlert(queryable, {});
  return alert;
}

const selectSizeLabels = blocks.rows(
  'select-size-labels',
  {},
  z.object({ size_labels: jsonText(z.array(z.string())) }),
);

/** The size columns that the newest finished run saw; undefined before the first. */
export async function previousSizes(queryable: Queryable): Promise<readonly string[] | undefined> {
  const [row] = await selectSizeLabels(queryable, {});
  return row?.size_labels;
}

const coverage = z.object({ customers: z.array(z.string()), busy: z.array(z.string()) });
const selectSince = blocks.rows(
  'select-runs-since',
  { seq: 'bigint' },
  rowOf(RUNS, ['run_id', 'started_at', 'allow_large_change'])
    .extend({ seq: z.coerce.number(), filter: filterText, outputs: jsonText(coverage) })
    .transform(({ run_id, started_at, seq, allow_large_change, filter, outputs: { customers, busy } }) => ({
      runId: run_id,
      startedAt: started_at,
      seq,
      allowLargeChange: allow_large_change === 1,
      /** Names of the chosen customers; null for all. */
      filter,
      /** Customers that it dealt with: all of its own but those that were busy. */
      customers: customers.filter((customer) => !busy.includes(customer)),
    })),
);

/** Finished runs of detect above a sequence number, dry ones left out. */
export function runsSince(queryable: Queryable, seq: number) {
  return selectSince(queryable, { seq });
}

const selectNewestForPrune = blocks.rows(
  'select-newest-runs-for-prune',
  {},
  z.object({ seq: z.coerce.number().nullable() }),
);

/** The sequence numbers of the runs with which the next one is compared; 0 if there is none. */
export async function comparedRuns(queryable: Queryable): Promise<number[]> {
  return (await selectNewestForPrune(queryable, {})).map(({ seq }) => seq ?? 0);
}
