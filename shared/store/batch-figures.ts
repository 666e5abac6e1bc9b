import { z } from 'zod';
import { jsonText } from '../ground/parsing.js';
import type { Mapping } from '../mapping/mapping.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { isOfOtherMapping } from './batches.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { type RunOutputs, runOutputs } from './runs.js';
import { BATCHES } from './schema/batch-tables.js';
import { RUNS } from './schema/run-tables.js';
import { type StagedCount, stagedCountRow } from './staged-counts.js';
import { BATCH_STATES, OPEN_BATCH_STATES } from './states.js';

// Figures of batches: lists, reports, usage.

const blocks = blocksOf('batches');

const selectOfRun = blocks.rows(
  'select-batches-of-run',
  { run_id: 'uuid' },
  rowOf(BATCHES, ['batch_id', 'customer_name', 'total_records']).transform((row) => ({
    batchId: row.batch_id,
    customer: row.customer_name,
    lines: row.total_records,
  })),
);

/** The batches of a run, smallest first. */
export function batchesOfRun(queryable: Queryable, runId: string) {
  return selectOfRun(queryable, { run_id: runId });
}

const list = blocks.rows(
  'list-batches',
  { statuses: 'text[]', with_dry: 'flag', everyone: 'flag', customers: 'text[]', most: 'int' },
  rowOf(BATCHES, [
    'batch_id',
    'run_id',
    'customer_name',
    'status',
    'dry',
    'total_records',
    'held_back',
    'start_time',
    'end_time',
    'superseded_by',
    'last_error',
  ])
    .extend({ failed: z.coerce.number() })
    .transform((row) => ({
      batchId: row.batch_id,
      runId: row.run_id,
      customer: row.customer_name,
      status: row.status,
      dry: row.dry === 1,
      lines: row.total_records,
      failed: row.failed,
      heldBack: row.held_back,
      startedAt: row.start_time,
      endedAt: row.end_time,
      supersededBy: row.superseded_by,
      lastError: row.last_error,
    })),
);
export type ListedBatch = Awaited<ReturnType<typeof list>>[number];

/** Batches of these customers or of all, newest first; open ones without those of dry runs. */
export function listBatches(
  queryable: Queryable,
  { open, customers, most }: { open: boolean; customers: readonly string[] | undefined; most: number },
): Promise<ListedBatch[]> {
  return list(queryable, {
    statuses: open ? OPEN_BATCH_STATES : BATCH_STATES,
    with_dry: open ? 0 : 1,
    everyone: customers === undefined ? 1 : 0,
    customers: customers ?? [],
    most,
  });
}

const selectOpen = blocks.rows(
  'select-open-batches',
  { statuses: 'text[]', most: 'int' },
  rowOf(BATCHES, ['batch_id', 'customer_name', 'status', 'start_time', 'last_error', 'staged_as'])
    .extend({ archive_id: z.coerce.number().nullable() })
    .transform((row) => ({
      batchId: row.batch_id,
      customer: row.customer_name,
      status: row.status,
      startedAt: row.start_time,
      lastError: row.last_error,
      stagedAs: row.staged_as,
      /** The archive that it restores; null for a batch of detect. */
      archiveId: row.archive_id,
    })),
);

/** Batches that are not finished, newest first, those of dry runs left out. */
export function openBatches(queryable: Queryable, most: number) {
  return selectOpen(queryable, { statuses: OPEN_BATCH_STATES, most });
}

const selectOpenRestore = blocks.rows(
  'select-open-restore',
  { archive_id: 'bigint', customer: 'text', open_states: 'text[]' },
  rowOf(BATCHES, ['batch_id', 'staged_as']).extend({ outputs: runOutputs }),
);

/**
 * The outputs of the run that restores this archive, while its batch is not finished and can be by this mapping: staged by
 * another one, every push of it would be refused.
 */
export async function openRestore(
  queryable: Queryable,
  { archiveId, customer, mapping }: { archiveId: number; customer: string; mapping: Mapping },
): Promise<RunOutputs | undefined> {
  const parameters = { archive_id: archiveId, customer, open_states: OPEN_BATCH_STATES };
  const open = await selectOpenRestore(queryable, parameters);
  return open.find(({ staged_as: stagedAs }) => !isOfOtherMapping({ stagedAs }, mapping))?.outputs;
}

const expected = z.number().optional();
const forecast = z.object({
  requests: z.number(),
  points: z.number(),
  minutes: z.number(),
  itemsToCreate: expected,
  itemsToUpdate: expected,
  itemsToArchive: expected,
  itemsUnchanged: expected,
  subitemsToCreate: expected,
  subitemsToUpdate: expected,
});
const selectFigures = blocks.rows(
  'select-batches',
  { run_ids: 'uuid[]' },
  rowOf(BATCHES, [
    'batch_id',
    'run_id',
    'customer_name',
    'status',
    'end_time',
    'staging_started',
    'staging_load_completed',
    'push_started',
    'items_creation_completed',
    'promotion_started',
    'promotion_completed',
    'api_calls_made',
    'mutations_asked',
    'mutations_accepted',
    'board_url',
    'last_error',
  ])
    .extend({
      points_used: z.coerce.number(),
      staged_counts: jsonText(z.array(stagedCountRow)).nullable(),
      forecast: jsonText(forecast).nullable(),
    })
    .transform((row) => ({
      batchId: row.batch_id,
      runId: row.run_id,
      customer: row.customer_name,
      status: row.status,
      endedAt: row.end_time,
      stage: { from: row.staging_started, to: row.staging_load_completed },
      push: { from: row.push_started, to: row.items_creation_completed },
      promote: { from: row.promotion_started, to: row.promotion_completed },
      requests: row.api_calls_made,
      points: row.points_used,
      mutations: { asked: row.mutations_asked, accepted: row.mutations_accepted },
      counts: row.staged_counts ?? [],
      forecast: row.forecast,
      boardUrl: row.board_url,
      lastError: row.last_error,
    })),
);
/** The changes of one customer in one run, their progress and cost. */
export type BatchFigures = Awaited<ReturnType<typeof selectFigures>>[number];

/** Batches of these runs by customer; `counts` as promote kept them. */
export function batchFigures(queryable: Queryable, runIds: readonly string[]): Promise<BatchFigures[]> {
  return selectFigures(queryable, { run_ids: runIds });
}

const setStagedCounts = blocks.touches('set-staged-counts', { batch_id: 'uuid', staged_counts: 'text' });

/** Stores the results of the staged rows, which are pruned long before their batch. */
export async function keepStagedCounts(
  transaction: Queryable,
  batchId: string,
  counts: readonly StagedCount[],
): Promise<void> {
  await setStagedCounts(transaction, { batch_id: batchId, staged_counts: JSON.stringify(counts) });
}

const setForecastBlock = blocks.touches('set-forecast', { batch_id: 'uuid', forecast: 'text', board_url: 'text?' });

/** Stores the forecast of a push, and the address of its board. */
export async function setForecast(
  queryable: Queryable,
  batchId: string,
  { forecast, boardUrl }: { forecast: unknown; boardUrl: string | undefined },
): Promise<void> {
  const kept = { forecast: JSON.stringify(forecast), board_url: boardUrl ?? null };
  await setForecastBlock(queryable, { batch_id: batchId, ...kept });
}

const addUsageBlock = blocks.touches('add-usage', {
  batch_id: 'uuid',
  requests: 'int',
  points: 'int',
  asked: 'int',
  accepted: 'int',
});

/** Adds what a push has used of the account. */
export async function addUsage(
  queryable: Queryable,
  batchId: string,
  usage: { requests: number; points: number; asked: number; accepted: number },
): Promise<void> {
  await addUsageBlock(queryable, { batch_id: batchId, ...usage });
}

const selectRecent = blocks.rows(
  'select-recent-pushes',
  { most_mutations: 'int', most: 'int' },
  rowOf(BATCHES, ['push_started', 'items_creation_completed', 'mutations_asked']),
);

/** Larger pushes are limited by the account's points, and do not show how long a mutation takes. */
const MOST_MUTATIONS = 50;
const RECENT = 21;

/** Median milliseconds per mutation in the last small pushes, reads included. Undefined before the first. */
export async function recentMutationMs(queryable: Queryable): Promise<number | undefined> {
  const pushes = await selectRecent(queryable, { most_mutations: MOST_MUTATIONS, most: RECENT });
  const took = pushes.flatMap(({ push_started: from, items_creation_completed: to, mutations_asked: mutations }) =>
    from === null || to === null || to < from ? [] : [(to.getTime() - from.getTime()) / mutations],
  );
  return took.sort((a, b) => a - b)[Math.floor(took.length / 2)];
}

const selectCallsOfRuns = blocks.rows(
  'select-calls-of-runs',
  { since: 'datetime' },
  rowOf(RUNS, ['run_id', 'started_at'])
    .extend({ calls: z.coerce.number() })
    .transform(({ run_id, started_at, calls }) => ({ runId: run_id, startedAt: started_at, calls })),
);

/** What the pushes of each run took that began since a moment, dry runs left out. */
export function callsOfRuns(queryable: Queryable, since: Date) {
  return selectCallsOfRuns(queryable, { since });
}
