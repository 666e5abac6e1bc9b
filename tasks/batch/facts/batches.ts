import { z } from 'zod';
import { jsonText } from '../../../shared/json-text.js';
import { type StagedCount, stagedCountRow, sumRows } from '../../../shared/staged-counts.js';
import { BATCH_STATES } from '../../../shared/states.js';
import { loadStatement } from '../../../shared/warehouse/statements.js';
import type { Queryable } from '../../../shared/warehouse/warehouse.js';

const time = z.date().nullable();
const forecast = z.object({ requests: z.number(), points: z.number(), minutes: z.number() });

const batchRow = z
  .object({
    batch_id: z.string(),
    run_id: z.string(),
    customer_name: z.string(),
    status: z.enum(BATCH_STATES),
    end_time: time,
    staging_started: time,
    staging_load_completed: time,
    push_started: time,
    items_creation_completed: time,
    promotion_started: time,
    promotion_completed: time,
    api_calls_made: z.number(),
    points_used: z.coerce.number(),
    mutations_asked: z.number(),
    mutations_accepted: z.number(),
    staged_counts: jsonText(z.array(stagedCountRow)).nullable(),
    forecast: jsonText(forecast).nullable(),
    last_error: z.string().nullable(),
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
    lastError: row.last_error,
  }));

/** The changes of one customer in one run, how far they came and what that took. */
export type RunBatch = z.infer<typeof batchRow>;

const liveCountRow = stagedCountRow.extend({ batch_id: z.string() });

/** The batches of these runs. Staged rows are counted as they are now; where they are pruned, as promote last saw them. */
export async function readRunBatches(queryable: Queryable, runIds: readonly string[]): Promise<RunBatch[]> {
  const parameters = { run_ids: runIds };
  const live = new Map<string, StagedCount[]>();
  for (const row of await queryable.query(loadStatement('report/count-staged-rows'), parameters)) {
    const { batch_id: batchId, ...counted } = liveCountRow.parse(row);
    live.set(batchId, [...(live.get(batchId) ?? []), counted]);
  }
  const rows = await queryable.query(loadStatement('report/select-batches'), parameters);
  return rows.map((row) => {
    const batch = batchRow.parse(row);
    return { ...batch, counts: live.get(batch.batchId) ?? batch.counts };
  });
}

/** What became of the rows of one kind. */
export interface Effects {
  created: number;
  updated: number;
  archived: number;
  failed: number;
  rejected: number;
  pending: number;
}

export function effectsOf(batches: readonly RunBatch[], kind: StagedCount['kind']): Effects {
  const counts = batches.flatMap((batch) => batch.counts);
  const landed = (action: string): number =>
    sumRows(counts, kind, (row) => row.status === 'API_SUCCESS' && row.action === action);
  const inState = (...states: string[]): number => sumRows(counts, kind, ({ status }) => states.includes(status));
  return {
    created: landed('CREATED'),
    updated: landed('UPDATED'),
    archived: landed('ARCHIVED'),
    failed: inState('API_FAILED'),
    rejected: inState('REJECTED'),
    pending: inState('PENDING', 'SENDING'),
  };
}

/** Lines that were staged and still had to go to the board. */
export function stagedLines(batches: readonly RunBatch[]): number {
  return sumRows(
    batches.flatMap(({ counts }) => counts),
    'items',
    ({ status }) => status !== 'OBSOLETE',
  );
}
