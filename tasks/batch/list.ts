import { formatDuration } from '../../shared/ground/clock.js';
import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { type ListedBatch, listBatches } from '../../shared/store/batch-figures.js';
import { type HeldLine, heldLines } from '../../shared/store/failure-reports.js';
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

type ToldLine = HeldLine & { retryAt: Date };

/** Rule 26: lines that are held back since they failed for good, with the reasons: one for the line or each of its sizes. */
export async function listHeld({ settings, clock, ...context }: ListContext, options: ListOptions): Promise<Outcome> {
  const mapping = loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const warehouse = await context.warehouse();
  const now = clock.now().getTime();
  const lines = await heldLines(warehouse, {
    mappingVersion: mapping.version,
    failedAfter: new Date(now - settings.ERR_RETRY_AFTER),
    customers: options.customer && customersOf(mapping, options.customer),
  });
  const held = lines.map(
    (line): ToldLine => ({ ...line, retryAt: new Date(line.lastTried.getTime() + settings.ERR_RETRY_AFTER) }),
  );
  if (options.json) return { lines: [JSON.stringify(held)] };
  return { lines: held.length === 0 ? ['No line is held back.'] : held.flatMap((line) => describeHeld(line, now)) };
}

function describeHeld(line: ToldLine, now: number): string[] {
  const { customer, lineKey, size, step, reason, message, failedSince, retryAt, requestId } = line;
  const times = `failed for ${formatDuration(now - failedSince.getTime())}, tried again in ${formatDuration(retryAt.getTime() - now)}`;
  const request = requestId === null ? '' : `  request ${requestId}`;
  return [
    `${customer}  ${lineKey}${size === null ? '' : ` ${size}`}  ${step} ${reason}  ${times}${request}`,
    `    ${message}`,
  ];
}
