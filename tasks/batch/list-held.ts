import { formatDuration } from '../../shared/ground/durations.js';
import { customersOf } from '../../shared/mapping/customers.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import type { Outcome } from '../../shared/runtime/task.js';
import { type HeldLine, heldLines } from '../../shared/store/failure-reports.js';
import type { ListContext } from './list.js';
import type { ListOptions } from './options.js';

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
