import { z } from 'zod';
import { jsonText } from '../../../shared/ground/json-text.js';
import { CHANGE_SET_STATES } from '../../../shared/store/states.js';
import { loadStatement } from '../../../shared/warehouse/port/statements.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';

/** Why a customer was left out, as detect noted it. */
const braked = z.object({
  reason: z.string(),
  known: z.number().optional(),
  changed: z.number().optional(),
  deleted: z.number().optional(),
  left: z.number().optional(),
});

const changeSetRow = z
  .object({
    customer: z.string(),
    state: z.enum(CHANGE_SET_STATES),
    new_lines: z.number(),
    changed_lines: z.number(),
    deleted_lines: z.number(),
    rekeyed_lines: z.number(),
    note: jsonText(braked).nullable(),
  })
  .transform((row) => ({
    customer: row.customer,
    state: row.state,
    new: row.new_lines,
    changed: row.changed_lines,
    deleted: row.deleted_lines,
    rekeyed: row.rekeyed_lines,
    braked: row.note,
  }));

/** What a run found of one customer. */
export type FoundChanges = z.infer<typeof changeSetRow>;

export async function readFoundChanges(queryable: Queryable, runId: string): Promise<FoundChanges[]> {
  const rows = await queryable.query(loadStatement('change-sets/select-change-sets-for-report'), { run_id: runId });
  return rows.map((row) => changeSetRow.parse(row));
}

const foundRow = z.object({
  run_id: z.string(),
  new: z.coerce.number(),
  changed: z.coerce.number(),
  deleted: z.coerce.number(),
  rekeyed: z.coerce.number(),
});

/** Lines of all customers that went on, by change. */
export type FoundLines = Omit<z.infer<typeof foundRow>, 'run_id'>;

export const NOTHING_FOUND: FoundLines = { new: 0, changed: 0, deleted: 0, rekeyed: 0 };

/** What each of these runs found; a run that found nothing is not in it. */
export async function countFoundLines(
  queryable: Queryable,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, FoundLines>> {
  const rows = await queryable.query(loadStatement('change-sets/count-found-lines'), { run_ids: runIds });
  return new Map(rows.map((row) => foundRow.parse(row)).map(({ run_id: runId, ...found }) => [runId, found]));
}
