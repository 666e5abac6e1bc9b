import { z } from 'zod';
import type { Outcome } from '../../shared/task.js';
import { loadStatement } from '../../shared/warehouse/statements.js';
import type { Warehouse } from '../../shared/warehouse/warehouse.js';

const differences = z.array(
  z.object({
    kind: z.enum(['column', 'size']),
    name: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
  }),
);
const time = z.union([z.date(), z.string()]).transform((value) => new Date(value).toISOString());
const changeRow = z
  .object({
    run_id: z.string(),
    started_at: time,
    dry: z.number(),
    line_key: z.string(),
    record_uuid: z.string().nullable(),
    old_uuid: z.string().nullable(),
    customer: z.string(),
    old_customer: z.string().nullable(),
    change: z.string(),
    reason: z.string(),
    held: z.number(),
    differences: z.string().nullable(),
    state: z.string(),
    batch_id: z.string().nullable(),
    status: z.string().nullable(),
  })
  .transform((row) => ({
    runId: row.run_id,
    at: row.started_at,
    dry: row.dry === 1,
    lineKey: row.line_key,
    recordUuid: row.record_uuid,
    oldUuid: row.old_uuid,
    customer: row.customer,
    oldCustomer: row.old_customer,
    change: row.change,
    reason: row.reason,
    held: row.held === 1,
    state: row.state,
    batchId: row.batch_id,
    batchStatus: row.status,
    differences: row.differences === null ? null : differences.parse(JSON.parse(row.differences)),
  }));
const itemRow = z.object({ board_id: z.coerce.string(), monday_id: z.coerce.string().nullable() });

type LineChange = z.infer<typeof changeRow>;

/** Every change that was found for a line, newest first, by its line key or any uuid it had. */
export async function explainLine(warehouse: Warehouse, uuid: string, json: boolean): Promise<Outcome> {
  const rows = await warehouse.query(loadStatement('detect/select-line-changes'), { uuid });
  const changes = rows.map((row) => changeRow.parse(row));
  const lineKeys = [...new Set(changes.map(({ lineKey }) => lineKey))];
  const found = await warehouse.query(loadStatement('detect/select-line-items'), { line_keys: lineKeys });
  const items = found.map((row) => itemRow.parse(row)).map((row) => ({ boardId: row.board_id, itemId: row.monday_id }));
  if (json) return { text: JSON.stringify({ uuid, items, changes }) };
  if (changes.length === 0) return { text: `No change set that is kept names ${uuid}.` };
  const heading = items.map(({ boardId, itemId }) => `item ${itemId ?? 'not made yet'} on board ${boardId}`).join(', ');
  return { text: [heading === '' ? 'not on a board' : heading, ...changes.map(describeChange)].join('\n') };
}

function describeChange(change: LineChange): string {
  const batch =
    change.batchId === null ? `change set ${change.state}` : `batch ${change.batchId} ${change.batchStatus}`;
  const marks = [change.dry ? 'dry' : '', change.held ? 'held back' : ''].filter((mark) => mark !== '').join(', ');
  const head = `${change.at}  ${change.change} (${change.reason})  ${change.customer}  run ${change.runId}  ${batch}${marks === '' ? '' : `  ${marks}`}`;
  const details = change.differences?.map(
    ({ kind, name, before, after }) => `    ${kind} ${name}: ${before ?? '(empty)'} -> ${after ?? '(empty)'}`,
  );
  return [head, ...(details ?? [])].join('\n');
}
