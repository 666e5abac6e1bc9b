import { z } from 'zod';
import { loadStatement } from '../warehouse/port/statements.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { ROW_STATES } from './states.js';

export const stagedCountRow = z.object({
  kind: z.enum(['items', 'subitems']),
  status: z.enum(ROW_STATES),
  /** What was done to it on the board; empty while nothing was. */
  action: z.string(),
  rows: z.coerce.number(),
});

/** How many staged rows of a batch are in one state after one action. */
export type StagedCount = z.infer<typeof stagedCountRow>;

export async function countStagedRows(queryable: Queryable, batchId: string): Promise<StagedCount[]> {
  const rows = await queryable.query(loadStatement('staging/count-rows'), { batch_id: batchId });
  return rows.map((row) => stagedCountRow.parse(row));
}

/** The sum over those of one kind that match. */
export function sumRows(
  counts: readonly StagedCount[],
  kind: StagedCount['kind'],
  matches: (count: StagedCount) => boolean,
): number {
  return counts.filter((each) => each.kind === kind && matches(each)).reduce((total, { rows }) => total + rows, 0);
}
