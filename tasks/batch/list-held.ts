import { z } from 'zod';
import { formatDuration } from '../../shared/ground/durations.js';
import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { Outcome } from '../../shared/runtime/task.js';
import { OPEN_BATCH_STATES } from '../../shared/store/states.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import { type ListContext, ofCustomers } from './list.js';
import type { ListOptions } from './options.js';

const heldRow = z
  .object({
    customer: z.string(),
    line_key: z.string(),
    record_uuid: z.string().nullable(),
    run_id: z.string(),
    step: z.string(),
    reason: z.string(),
    column_name: z.string().nullable(),
    size_label: z.string().nullable(),
    error_message: z.string(),
    request_id: z.string().nullable(),
    created_date: z.date(),
    last_seen_date: z.date(),
  })
  .transform((row) => ({
    customer: row.customer,
    lineKey: row.line_key,
    recordUuid: row.record_uuid,
    runId: row.run_id,
    step: row.step,
    reason: row.reason,
    column: row.column_name,
    size: row.size_label,
    message: row.error_message,
    requestId: row.request_id,
    failedSince: row.created_date,
    lastTried: row.last_seen_date,
  }));

type HeldLine = z.infer<typeof heldRow> & { retryAt: Date };

/** Lines that are held back since they failed for good, with the reasons: one for the line or each of its sizes. */
export async function listHeld({ settings, clock, ...context }: ListContext, options: ListOptions): Promise<Outcome> {
  const mapping = loadMapping(settings.MAPPING_FILE);
  const warehouse = await context.warehouse();
  const now = clock.now().getTime();
  const rows = await warehouse.query(loadStatement('failures/list-held'), {
    mapping_version: mapping.version,
    failed_after: new Date(now - settings.ERR_RETRY_AFTER),
    open_states: OPEN_BATCH_STATES,
    ...ofCustomers(options.customer && customersOf(mapping, options.customer)),
  });
  const held = rows
    .map((row) => heldRow.parse(row))
    .map((line): HeldLine => ({ ...line, retryAt: new Date(line.lastTried.getTime() + settings.ERR_RETRY_AFTER) }));
  if (options.json) return { lines: [JSON.stringify(held)] };
  return { lines: held.length === 0 ? ['No line is held back.'] : held.flatMap((line) => describeHeld(line, now)) };
}

function describeHeld(line: HeldLine, now: number): string[] {
  const { customer, lineKey, size, step, reason, message, failedSince, retryAt, requestId } = line;
  const times = `failed for ${formatDuration(now - failedSince.getTime())}, tried again in ${formatDuration(retryAt.getTime() - now)}`;
  const request = requestId === null ? '' : `  request ${requestId}`;
  return [
    `${customer}  ${lineKey}${size === null ? '' : ` ${size}`}  ${step} ${reason}  ${times}${request}`,
    `    ${message}`,
  ];
}
