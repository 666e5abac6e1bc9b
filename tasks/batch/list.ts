import { z } from 'zod';
import { formatDuration } from '../../shared/durations.js';
import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { Outcome, TaskContext } from '../../shared/task.js';
import { loadStatement } from '../../shared/warehouse/statements.js';

type Context = TaskContext<'WAREHOUSE_URL' | 'MAPPING_FILE'>;

export interface ListFlags {
  open: boolean;
  customer: string[] | undefined;
  json: boolean;
}

/** More than anyone reads; the open ones are far fewer. */
const MOST_BATCHES = 500;

const listRow = z
  .object({
    batch_id: z.string(),
    customer_name: z.string(),
    status: z.string(),
    dry: z.number(),
    total_records: z.number(),
    held_back: z.number(),
    start_time: z.date(),
    last_error: z.string().nullable(),
    failed: z.coerce.number(),
  })
  .transform((row) => ({
    batchId: row.batch_id,
    customer: row.customer_name,
    status: row.status,
    dry: row.dry === 1,
    lines: row.total_records,
    failed: row.failed,
    heldBack: row.held_back,
    startedAt: row.start_time,
    lastError: row.last_error,
  }));

/** Shows batches, newest first. */
export async function listBatches({ settings, clock, warehouse }: Context, flags: ListFlags): Promise<Outcome> {
  const customers =
    flags.customer === undefined ? undefined : customersOf(loadMapping(settings.MAPPING_FILE), flags.customer);
  const rows = await (await warehouse()).query(loadStatement('batch/list-batches'), {
    open: flags.open ? 1 : 0,
    most: MOST_BATCHES,
  });
  const batches = rows.map((row) => listRow.parse(row)).filter(({ customer }) => customers?.includes(customer) ?? true);
  if (flags.json) return { text: JSON.stringify(batches) };
  if (batches.length === 0) return { text: 'There are no such batches.' };
  const lines = batches.map(({ batchId, customer, status, lines: count, failed, heldBack, startedAt, lastError }) => {
    const age = formatDuration(clock.now().getTime() - startedAt.getTime());
    return `${batchId}  ${status.padEnd(21)}  ${customer}: ${count} lines, ${failed} failed, ${heldBack} held back, ${age} old${lastError === null ? '' : `\n    ${lastError}`}`;
  });
  return { text: lines.join('\n') };
}
