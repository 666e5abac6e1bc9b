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
    lastError: row.last_error,
  }));

type ListedBatch = z.infer<typeof batchRow>;

/** Batches, newest first. */
export async function listBatches(
  context: TaskContext<'WAREHOUSE_URL' | 'MAPPING_FILE'>,
  options: ListOptions,
): Promise<Outcome> {
  const { settings, clock } = context;
  const asked = options.customer && customersOf(loadMapping(settings.MAPPING_FILE), options.customer);
  const warehouse = await context.warehouse();
  const statuses = options.open ? OPEN_BATCH_STATES : BATCH_STATES;
  const rows = await warehouse.query(loadStatement('batch/list-batches'), { statuses, most: MOST });
  const batches = rows
    .map((row) => batchRow.parse(row))
    .filter(({ customer }) => asked?.includes(customer) ?? true)
    .map((batch) => ({ ...batch, ageMs: clock.now().getTime() - batch.startedAt.getTime() }));
  if (options.json) return { text: JSON.stringify(batches) };
  return { text: batches.length === 0 ? 'No batch.' : batches.map(describeBatch).join('\n') };
}

function describeBatch(batch: ListedBatch & { ageMs: number }): string {
  const counts = `${batch.lines} lines, ${batch.failed} failed, ${batch.heldBack} held back`;
  const error = batch.lastError === null ? '' : `\n    ${batch.lastError}`;
  const status = batch.dry ? `${batch.status} (dry)` : batch.status;
  return `${batch.batchId}  ${status.padEnd(21)}  ${batch.customer}  ${counts}  ${formatDuration(batch.ageMs)} old${error}`;
}
