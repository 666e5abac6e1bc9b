import { z } from 'zod';
import { addTo } from '../ground/lists.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { LANDED, ROW_STATES } from './states.js';

// The number of staged rows of a batch in each state.

const blocks = blocksOf('staging');

export const stagedCountRow = z.object({
  kind: z.enum(['items', 'subitems']),
  status: z.enum(ROW_STATES),
  /** What was done about it on the board; empty while nothing was. */
  action: z.string(),
  rows: z.coerce.number(),
});

/** How many staged rows of a batch are in one state after one action. */
export type StagedCount = z.infer<typeof stagedCountRow>;

const countRows = blocks.rows('count-rows', { batch_id: 'uuid' }, stagedCountRow);

export function countStagedRows(queryable: Queryable, batchId: string): Promise<StagedCount[]> {
  return countRows(queryable, { batch_id: batchId });
}

const countOfRuns = blocks.rows(
  'count-staged-rows',
  { run_ids: 'uuid[]' },
  stagedCountRow.extend({ batch_id: z.string() }).transform(({ batch_id: batchId, ...count }) => ({ batchId, count })),
);

/** The counts of these runs' batches by batch id; batches without staged rows are missing. */
export async function countStagedRowsOfRuns(
  queryable: Queryable,
  runIds: readonly string[],
): Promise<Map<string, StagedCount[]>> {
  const found = new Map<string, StagedCount[]>();
  for (const { batchId, count } of await countOfRuns(queryable, { run_ids: runIds })) addTo(found, batchId, count);
  return found;
}

/** The sum over those of one kind that match. */
export function sumRows(
  counts: readonly StagedCount[],
  kind: StagedCount['kind'],
  matches: (count: StagedCount) => boolean,
): number {
  return counts.filter((each) => each.kind === kind && matches(each)).reduce((total, { rows }) => total + rows, 0);
}

const count = z.coerce.number();
const countStaged = blocks.rows(
  'count-staged',
  { batch_id: 'uuid' },
  z.object({ items: count, subitems: count, rejected: count, obsolete: count }),
);

/** The result of stage for a batch; sizes that push has added do not count. */
export async function countStagedLines(
  queryable: Queryable,
  batchId: string,
): Promise<{ items: number; subitems: number; rejected: number; obsolete: number }> {
  const [counts] = await countStaged(queryable, { batch_id: batchId });
  return counts ?? { items: 0, subitems: 0, rejected: 0, obsolete: 0 };
}

const countLines = blocks.rows(
  'count-lines',
  { batch_id: 'uuid' },
  z.object({ promoted: count, failed: count, open: count }),
  ['landed'],
);

/** Rule 25: lines of a batch that landed, failed, or are open, because they or a size wait for an answer or were never sent. */
export async function countLandedLines(
  queryable: Queryable,
  batchId: string,
): Promise<{ promoted: number; failed: number; open: number }> {
  const [counts] = await countLines(queryable, { batch_id: batchId }, { landed: LANDED });
  return counts ?? { promoted: 0, failed: 0, open: 0 };
}
