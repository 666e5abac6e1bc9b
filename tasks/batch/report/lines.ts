import { z } from 'zod';
import { jsonText } from '../../../shared/ground/json-text.js';
import { CHANGES, REASONS, ROW_STATES } from '../../../shared/store/states.js';
import { loadStatement } from '../../../shared/warehouse/port/statements.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';

const difference = z.object({
  kind: z.enum(['column', 'size']),
  name: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

const lineRow = z
  .object({
    line_key: z.string(),
    change: z.enum(CHANGES),
    reason: z.enum(REASONS),
    held: z.number(),
    old_customer: z.string().nullable(),
    differences: jsonText(z.array(difference)).nullable(),
    stg_status: z.enum(ROW_STATES).nullable(),
    stg_action: z.string().nullable(),
    stg_monday_item_id: z.coerce.string().nullable(),
    stg_error_message: z.string().nullable(),
    stg_request_id: z.string().nullable(),
    group: z.string().nullable(),
    title: z.string().nullable(),
  })
  .transform((row) => ({
    lineKey: row.line_key,
    change: row.change,
    reason: row.reason,
    held: row.held === 1,
    oldCustomer: row.old_customer,
    differences: row.differences ?? [],
    status: row.stg_status,
    action: row.stg_action,
    itemId: row.stg_monday_item_id,
    error: row.stg_error_message,
    requestId: row.stg_request_id,
    group: row.group,
    title: row.title,
  }));

/** A changed line and what became of it. */
export type ReportedLine = z.infer<typeof lineRow>;

/** The first changed lines of one customer, those that failed before the others. */
export async function readLines(
  queryable: Queryable,
  runId: string,
  customer: string,
  most: number,
): Promise<ReportedLine[]> {
  const rows = await queryable.query(loadStatement('changes/select-lines'), { run_id: runId, customer, most });
  return rows.map((row) => lineRow.parse(row));
}
