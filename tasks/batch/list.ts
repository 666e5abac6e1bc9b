import { formatDuration } from '../../shared/ground/durations.js';
import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { type ListedBatch, listBatches } from '../../shared/store/batch-figures.js';
import type { BATCH_SETTINGS } from './flags.js';
import type { ListOptions } from './options.js';

/** A few months of a busy schedule; older ones are for SQL. */
const MOST = 5_000;

export type ListContext = ContextOf<typeof BATCH_SETTINGS>;

/** Batches, newest first; open ones of dry runs are left out of those that are not finished. */
export async function runList({ settings, clock, ...context }: ListContext, options: ListOptions): Promise<Outcome> {
  const asked =
    options.customer && customersOf(loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL), options.customer);
  const warehouse = await context.warehouse();
  const listed = await listBatches(warehouse, { open: options.open, customers: asked, most: MOST });
  const batches = listed.map((batch) => ({ ...batch, ageMs: clock.now().getTime() - batch.startedAt.getTime() }));
  if (options.json) return { lines: [JSON.stringify(batches)] };
  return { lines: batches.length === 0 ? ['No batch.'] : batches.flatMap(describeBatch) };
}

function describeBatch(batch: ListedBatch & { ageMs: number }): string[] {
  const counts = `${batch.lines} lines, ${batch.failed} failed, ${batch.heldBack} held back`;
  const over = batch.supersededBy === null ? '' : `  superseded by run ${batch.supersededBy}`;
  const status = batch.dry ? `${batch.status} (dry)` : batch.status;
  const head = `${batch.batchId}  ${status.padEnd(21)}  ${batch.customer}  ${counts}  ${formatDuration(batch.ageMs)} old${over}`;
  return batch.lastError === null ? [head] : [head, `    ${batch.lastError}`];
}
