import { z } from 'zod';
import { jsonText } from '../../shared/ground/json-text.js';
import type { Outcome } from '../../shared/runtime/task.js';
import { itemsOfLines, type LineItem } from '../../shared/store/ledger.js';
import { RUN_KINDS } from '../../shared/store/states.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';

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
    kind: z.enum(RUN_KINDS),
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
    differences: jsonText(differences).nullable(),
    state: z.string(),
    batch_id: z.string().nullable(),
    status: z.string().nullable(),
  })
  .transform((row) => ({
    runId: row.run_id,
    kind: row.kind,
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
    differences: row.differences,
  }));
const lineRow = z.object({ line_key: z.string() });

type LineChange = z.infer<typeof changeRow>;

/** Every change that was found for a line, newest first, by its line key or any uuid it had. */
export async function explainLine(warehouse: Warehouse, uuid: string, json: boolean): Promise<Outcome> {
  const lines = await warehouse.query(loadStatement('snapshot/select-lines-of-uuid'), { uuid });
  const parameters = { line_keys: lines.map((row) => lineRow.parse(row).line_key) };
  const items = await itemsOfLines(warehouse, parameters.line_keys);
  const changes = (await warehouse.query(loadStatement('changes/select-line-changes'), parameters)).map((row) =>
    changeRow.parse(row),
  );
  if (json) return { lines: [JSON.stringify({ uuid, lineKeys: parameters.line_keys, items, changes })] };
  const lists = parameters.line_keys.map((lineKey) =>
    describeLine(
      lineKey,
      items.filter((item) => item.lineKey === lineKey),
      changes.filter((change) => change.lineKey === lineKey),
    ),
  );
  return {
    lines: lists.length === 0 ? [`Neither the snapshot nor a change set that is kept has ${uuid}.`] : lists.flat(),
  };
}

function describeLine(lineKey: string, items: readonly LineItem[], changes: readonly LineChange[]): string[] {
  const place = items.map(describeItem).join(', ');
  const found = changes.length === 0 ? ['No change set that is kept names it.'] : changes.flatMap(describeChange);
  return [`line ${lineKey}  ${place === '' ? 'not on a board' : place}`, ...found];
}

function describeItem({ boardId, itemId, archived }: LineItem): string {
  if (itemId === null) return archived ? `archived on board ${boardId}` : `not made yet on board ${boardId}`;
  return `item ${itemId} on board ${boardId}`;
}

function describeChange(change: LineChange): string[] {
  const batch =
    change.batchId === null ? `change set ${change.state}` : `batch ${change.batchId} ${change.batchStatus}`;
  const marks = [change.kind === 'RESTORE' ? 'restore' : '', change.dry ? 'dry' : '', change.held ? 'held back' : ''];
  const told = marks.filter((mark) => mark !== '').join(', ');
  const head = `${change.at}  ${change.change} (${change.reason})  ${change.customer}  run ${change.runId}  ${batch}${told === '' ? '' : `  ${told}`}`;
  const moves = [
    ...(change.oldCustomer === null ? [] : [`    customer: ${change.oldCustomer} -> ${change.customer}`]),
    ...(change.oldUuid === null ? [] : [`    record_uuid: ${change.oldUuid} -> ${change.recordUuid}`]),
  ];
  const details = change.differences?.map(
    ({ kind, name, before, after }) => `    ${kind} ${name}: ${before ?? '(empty)'} -> ${after ?? '(empty)'}`,
  );
  return [head, ...moves, ...(details ?? [])];
}
