import { formatDuration, timeText } from '../../shared/ground/clock.js';
import { shortId } from '../../shared/ground/ids.js';
import { openMapping } from '../../shared/mapping/open-mapping.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { type ListColumn, type Style, tableLines } from '../../shared/runtime/terminal.js';
import { type ListedBatch, listBatches } from '../../shared/store/batch-figures.js';
import { readRestored } from '../../shared/store/change-set-figures.js';
import { customersAsked } from '../../shared/store/customers-asked.js';
import { type HeldLine, heldLines } from '../../shared/store/failure-reports.js';
import type { BatchState } from '../../shared/store/states.js';
import type { ListFlags, listCommand } from './commands.js';

/** A few months of a busy schedule; older ones are for SQL. */
const MOST = 5_000;

export type ListContext = ContextOf<typeof listCommand>;

/** Batches, newest first; open ones of dry runs are left out of those that are not finished. */
export async function runList({ settings, clock, ...context }: ListContext, flags: ListFlags): Promise<Outcome> {
  const warehouse = await context.warehouse();
  const asked =
    flags.customer &&
    (await customersAsked(warehouse, await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL), flags.customer));
  const listed = await listBatches(warehouse, { open: flags.open, customers: asked, most: MOST });
  const batches = listed.map((batch) => ({ ...batch, ageMs: clock.now().getTime() - batch.startedAt.getTime() }));
  if (flags.json) return { lines: [JSON.stringify(batches)] };
  if (batches.length === 0) return { lines: ['No batch.'] };
  return {
    lines: batches.flatMap(describeBatch),
    onTerminal: (terminal) =>
      tableLines(terminal, BATCH_COLUMNS, batches, ({ lastError }) => (lastError === null ? [] : [lastError])),
  };
}

type ToldBatch = ListedBatch & { ageMs: number };

const stateWords = ({ status, dry }: ListedBatch): string => (dry ? `${status} (dry)` : status);

const STATE_STYLES: Readonly<Partial<Record<BatchState, Style>>> = {
  COMPLETED: 'green',
  COMPLETED_WITH_ERRORS: 'yellow',
  SUPERSEDED: 'dim',
};

const BATCH_COLUMNS: readonly ListColumn<ToldBatch>[] = [
  { heading: 'BATCH', cell: ({ batchId }) => shortId(batchId) },
  { heading: 'CUSTOMER', cell: ({ customer }) => customer, shrinksTo: 12 },
  {
    heading: 'STATE',
    cell: stateWords,
    style: ({ status, lastError }) => STATE_STYLES[status] ?? (lastError === null ? 'cyan' : 'red'),
  },
  { heading: 'LINES', cell: ({ lines }) => String(lines), align: 'right' },
  {
    heading: 'FAILED',
    cell: ({ failed }) => String(failed),
    align: 'right',
    style: ({ failed }) => (failed > 0 ? 'red' : 'dim'),
    yields: true,
  },
  {
    heading: 'HELD',
    cell: ({ heldBack }) => String(heldBack),
    align: 'right',
    style: ({ heldBack }) => (heldBack > 0 ? 'yellow' : 'dim'),
    yields: true,
  },
  { heading: 'STARTED', cell: ({ startedAt }) => timeText(startedAt), yields: true },
  { heading: 'RUN', cell: ({ runId }) => shortId(runId), yields: true },
  {
    heading: 'SUPERSEDED BY',
    cell: ({ supersededBy }) => (supersededBy === null ? '' : shortId(supersededBy)),
    yields: true,
  },
];

function describeBatch(batch: ToldBatch): string[] {
  const counts = `${batch.lines} lines, ${batch.failed} failed, ${batch.heldBack} held back`;
  const over = batch.supersededBy === null ? '' : `  superseded by run ${batch.supersededBy}`;
  const status = stateWords(batch);
  const head = `${batch.batchId}  ${status.padEnd(21)}  ${batch.customer}  ${counts}  ${formatDuration(batch.ageMs)} old${over}`;
  return batch.lastError === null ? [head] : [head, `    ${batch.lastError}`];
}

/** A line, and when a run tries it again: none does while its customer is restored and not released. */
type ToldLine = HeldLine & { retryAt: Date | null };

/** Rule 26: lines that are held back because they were rejected, with the reasons: one for the line or each of its sizes. */
export async function listHeld({ settings, clock, ...context }: ListContext, flags: ListFlags): Promise<Outcome> {
  const mapping = await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const warehouse = await context.warehouse();
  const now = clock.now().getTime();
  const lines = await heldLines(warehouse, {
    mappingVersion: mapping.version,
    failedAfter: new Date(now - settings.ERR_RETRY_AFTER),
    customers: flags.customer && (await customersAsked(warehouse, mapping, flags.customer)),
  });
  const restored = await readRestored(warehouse, mapping);
  const isRestored = (customer: string): boolean => restored.some((each) => each.customer === customer);
  const held = lines.map((line): ToldLine => {
    const retryAt = new Date(line.lastTried.getTime() + settings.ERR_RETRY_AFTER);
    return { ...line, retryAt: isRestored(line.customer) ? null : retryAt };
  });
  if (flags.json) return { lines: [JSON.stringify(held)] };
  if (held.length === 0) return { lines: ['No line is held back.'] };
  return {
    lines: held.flatMap((line) => describeHeld(line, now)),
    onTerminal: (terminal) => tableLines(terminal, HELD_COLUMNS, held, ({ message }) => [message]),
  };
}

const HELD_COLUMNS: readonly ListColumn<ToldLine>[] = [
  { heading: 'CUSTOMER', cell: ({ customer }) => customer, shrinksTo: 12 },
  { heading: 'LINE', cell: ({ lineKey }) => lineKey },
  { heading: 'SIZE', cell: ({ size }) => size ?? '' },
  { heading: 'REASON', cell: ({ reason }) => reason, style: () => 'red' },
  { heading: 'STEP', cell: ({ step }) => step, yields: true },
  { heading: 'FAILED SINCE', cell: ({ failedSince }) => timeText(failedSince), yields: true },
  { heading: 'TRIED AGAIN', cell: ({ retryAt }) => (retryAt === null ? 'restored' : timeText(retryAt)), yields: true },
  { heading: 'RUN', cell: ({ runId }) => shortId(runId), yields: true },
  { heading: 'REQUEST', cell: ({ requestId }) => requestId ?? '', yields: true },
];

function describeHeld(line: ToldLine, now: number): string[] {
  const { customer, lineKey, size, step, reason, message, failedSince, retryAt, requestId } = line;
  const again =
    retryAt === null
      ? 'not tried again while the customer is restored'
      : `tried again in ${formatDuration(retryAt.getTime() - now)}`;
  const times = `failed for ${formatDuration(now - failedSince.getTime())}, ${again}`;
  const request = requestId === null ? '' : `  request ${requestId}`;
  return [
    `${customer}  ${lineKey}${size === null ? '' : ` ${size}`}  ${step} ${reason}  ${times}${request}`,
    `    ${message}`,
  ];
}
