import { z } from 'zod';
import { plural } from '../ground/text.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import type { Braked } from './change-sets.js';
import type { LineFailure } from './failures.js';
import { BRAKE_REASONS } from './states.js';

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

const count = z.number().optional();

/** A braked customer in the outputs of a run. */
export const brakedSchema = z.object({
  customer: z.string(),
  reason: z.enum(BRAKE_REASONS),
  known: count,
  changed: count,
  deleted: count,
  left: count,
});

type Numbers = { [Name in keyof Braked]: Braked[Name] | undefined } & Pick<Braked, 'reason'>;

/** Why a customer was braked, in numbers, and who can say whether it is intended. */
export function brakedWords({ reason, known = 0, changed = 0, deleted = 0, left = 0 }: Numbers): string {
  switch (reason) {
    case 'CHANGES':
      return `${changed} of ${known} known lines changed: ask the owner of the source`;
    case 'DELETES':
      return `${deleted} of ${known} known lines vanished: ask the owner of the source`;
    case 'SCOPE':
      return `${left} of ${known} known lines left scope by a name or word that the mapping does not know: add it to the mapping, or correct the source`;
    case 'RESTORED':
      return 'its board was taken back to an archive and stays so';
  }
}

/** Rule 5: rows of the source that take no part in a run. */
export function unsoundText(rows: number): string {
  return `${plural(rows, 'row of the source is', 'rows of the source are')} left out, because ${rows === 1 ? 'its uuid is' : 'their uuids are'} missing, malformed or in another row too`;
}
