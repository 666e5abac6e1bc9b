import { z } from 'zod';
import { formatDuration } from '../../shared/durations.js';
import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { BATCH_STATES, OPEN_BATCH_STATES } from '../../shared/states.js';
import type { Outcome, TaskContext } from '../../shared/task.js';
import { loadStatement } from '../../shared/warehouse/statements.js';
import type { ListOptions } from './options.js';

/** A few months of a busy schedule; older ones are for SQL. */
const MOST = 5_000;

const batchRow = z
  .object({
    batch_id: z.string(),
    run_id: z.string(),
    customer_name: z.string(),
    status: z.enum(BATCH_STATES),
    dry: z.number(),
    total_records: z.number(),
    failed: z.coerce.number(),
    held_back: z.number(),
    start_time: z.date(),
    end_time: z.date().nullable(),
    superseded_by: z.string().nullable(),
    last_error: z.string().nullable(),
  })
  .transform((row) => ({
    batchId: row.batch_id,
    runId: row.run_id,
    customer: row.customer_name,
    status: row.status,
    dry: row.dry === 1,
    lines: row.total_records,
    failed: row.failed,
    heldBack: row.held_back,
    startedAt: row.start_time,
    endedAt: row.end_time,
    supersededBy: row.superseded_by,
    lastError: row.last_error,
  }));

type ListedBatch = z.infer<typeof batchRow>;

export type ListContext = TaskContext<'WAREHOUSE_URL' | 'MAPPING_FILE' | 'ERR_RETRY_AFTER'>;

/** Batches, newest first; open ones of dry runs are left out of those that are not finished. */
export async function listBatches(
  { settings, clock, ...context }: ListContext,
  options: ListOptions,
): Promise<Outcome> {
  const asked = options.customer && customersOf(loadMapping(settings.MAPPING_FILE), options.customer);
  const warehouse = await context.warehouse();
  const rows = await warehouse.query(loadStatement('batch/list-batches'), {
    statuses: options.open ? OPEN_BATCH_STATES : BATCH_STATES,
    with_dry: options.open ? 0 : 1,
    ...ofCustomers(asked),
    most: MOST,
  });
  const batches = rows
    .map((row) => batchRow.parse(row))
    .map((batch) => ({ ...batch, ageMs: clock.now().getTime() - batch.startedAt.getTime() }));
  if (options.json) return { lines: [JSON.stringify(batches)] };
  return { lines: batches.length === 0 ? ['No batch.'] : batches.flatMap(describeBatch) };
}

/** Parameters of a statement that lists these customers, or all of them. */
export function ofCustomers(customers: readonly string[] | undefined) {
  return { everyone: customers === undefined ? 1 : 0, customers: customers ?? [] };
}

function describeBatch(batch: ListedBatch & { ageMs: number }): string[] {
  const counts = `${batch.lines} lines, ${batch.failed} failed, ${batch.heldBack} held back`;
  const over = batch.supersededBy === null ? '' : `  superseded by run ${batch.supersededBy}`;
  const status = batch.dry ? `${batch.status} (dry)` : batch.status;
  const head = `${batch.batchId}  ${status.padEnd(21)}  ${batch.customer}  ${counts}  ${formatDuration(batch.ageMs)} old${over}`;
  return batch.lastError === null ? [head] : [head, `    ${batch.lastError}`];
}
