import { type BatchFigures, batchFigures } from '../../../shared/store/batch-figures.js';
import { countStagedRowsOfRuns, type StagedCount, sumRows } from '../../../shared/store/staged-counts.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';

/** The changes of one customer in one run, how far they came and what that took. */
export type RunBatch = BatchFigures;

/** The batches of these runs. Staged rows are counted as they are now; where they are pruned, as promote last saw them. */
export async function readRunBatches(queryable: Queryable, runIds: readonly string[]): Promise<RunBatch[]> {
  const live = await countStagedRowsOfRuns(queryable, runIds);
  const batches = await batchFigures(queryable, runIds);
  return batches.map((batch) => ({ ...batch, counts: live.get(batch.batchId) ?? batch.counts }));
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
