import { z } from 'zod';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import type { LineFailure } from './failures.js';

const refusedRow = z
  .object({
    reason: z.string(),
    column_name: z.string().nullable(),
    line_key: z.string().nullable(),
    size_label: z.string().nullable(),
    error_message: z.string(),
    request_id: z.string().nullable(),
    title: z.string().nullable(),
    item_id: z.string().nullable(),
    board_url: z.string().nullable(),
  })
  .transform((row) => ({
    title: row.title,
    lineKey: row.line_key,
    size: row.size_label,
    column: row.column_name,
    reason: row.reason,
    message: row.error_message,
    requestId: row.request_id,
    itemId: row.item_id,
    boardUrl: row.board_url,
  }));

/** A line or a size that was newly refused. */
export type RefusedLine = z.infer<typeof refusedRow>;

const selectRefused = blocksOf('failures').rows(
  'select-refused',
  { batch_id: 'uuid', step: 'text', most: 'int' },
  refusedRow,
);

/** The first lines and sizes that became errors in this batch at this step; `countFailures` counts all of them. */
export function readRefused(
  queryable: Queryable,
  { batchId, step, most }: { batchId: string; step: LineFailure['step']; most: number },
): Promise<RefusedLine[]> {
  return selectRefused(queryable, { batch_id: batchId, step, most });
}
