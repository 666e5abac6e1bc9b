import { FixFirstError } from '../../../shared/ground/errors.js';
import { sourceColumns, sourceLayout } from '../../../shared/lines/layout.js';
import type { Unmapped } from '../../../shared/mapper/unmapped.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { openMapping } from '../../../shared/mapping/open-mapping.js';
import type { ContextOf } from '../../../shared/runtime/task.js';
import { openBatches } from '../../../shared/store/batch-figures.js';
import { isOfOtherMapping } from '../../../shared/store/batches.js';
import { changeSetFigures, readRestored } from '../../../shared/store/change-set-figures.js';
import { failureCounts, type HeldLine, heldLines } from '../../../shared/store/failure-reports.js';
import { customerLock } from '../../../shared/store/locks.js';
import { lastAlert, type RunFigures } from '../../../shared/store/run-figures.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { statusCommand } from '../commands.js';
import { type DayOfCalls, readCalls } from '../facts/calls.js';
import { endOf, lastWhole, notTaken, type RunAtHand, type RunBatch, readRuns, stagedLines } from '../facts/figures.js';
import { findingsOf } from '../watch/checks.js';
import type { WatchFinding } from '../watch/finding.js';

export type StatusContext = ContextOf<typeof statusCommand>;

/** How far back to look for a customer's last run and the last complete success. */
const RUNS = 100;
/** More than there are customers: each has one open batch at most. */
const MOST_OPEN = 1_000;

/** Unreadable values per line: single ones concern their lines, this many a changed column. */
const MOST_WARNED = 0.5;

/** Findings that the screen shows separately. */
const TOLD: ReadonlySet<WatchFinding['check']> = new Set(['unsound', 'unfinished', 'failed', 'braked', 'calls']);

/** With whether it was staged by another mapping than the present one, by which it cannot go on. */
export type OpenBatch = Awaited<ReturnType<typeof openBatches>>[number] & { isOtherMapping: boolean };
export type ToldBraked = RunFigures['told']['braked'][number];

/** The current state, from the tables and the columns of the source alone. */
export interface Status {
  /** The newest run that was not dry, and when its last batch ended; undefined before the first. */
  last: { run: RunFigures; endedAt: Date | null; batches: readonly RunBatch[] } | undefined;
  /** Why detect would refuse the source now. It does so before it writes anything, so no table records it. */
  source: string | undefined;
  /** Rows that the newest run left out since their uuids are missing or repeated. */
  unsound: number;
  /** Customers of the newest run whose changes have no batch yet. */
  unbatched: readonly string[];
  open: readonly OpenBatch[];
  held: readonly HeldLine[];
  /** The archives of restored customers that are not released. */
  restored: readonly { customer: string; archiveId: number }[];
  braked: readonly ToldBraked[];
  /** Customers that were left out because something else worked on them, and whose session holds their lock now. */
  busy: readonly { customer: string; holder: string }[];
  unmapped: readonly Unmapped[];
  /** The newest run of all customers after which nothing was left to do. */
  whole: { runId: string; endedAt: Date } | undefined;
  /** Values of the newest run that could not be read, and whether there are so many that a column must be wrong. */
  warned: { values: number; isAlarming: boolean };
  /** The findings of batch watch about the newest run, without archives and the findings above. */
  findings: readonly WatchFinding[];
  /** The account's day, and whether somebody has to look at it. */
  calls: DayOfCalls & { isShort: boolean };
  /** The last alert of batch watch; undefined before the first. Those of failed executions are Kestra's, and no table has them. */
  alert: Awaited<ReturnType<typeof lastAlert>>;
}

export async function readStatus({ settings, clock, ...context }: StatusContext): Promise<Status> {
  const mapping = await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const warehouse = await context.warehouse();
  const now = clock.now();
  const atHand = await readRuns(warehouse, RUNS);
  const runs = atHand.map(({ run }) => run);
  const [newest] = atHand;
  const last = newest && { ...newest, endedAt: endOf(newest) };
  const whole = await lastWhole(warehouse, atHand);
  const left = standing(runs);
  const calls = await readCalls(warehouse, now);
  const findings = last ? findingsOf({ ...last, crossings: [], untold: [], calls, now }, settings) : [];
  const failedAfter = new Date(now.getTime() - settings.ERR_RETRY_AFTER);
  return {
    last,
    source: await whyRefused(warehouse, settings.SOURCE_TABLE, mapping),
    unsound: (runs.find(({ state }) => state === 'DONE') ?? newest?.run)?.told.unsound ?? 0,
    unbatched: await withoutBatch(warehouse, newest),
    open: (await openBatches(warehouse, MOST_OPEN)).map((batch) => ({
      ...batch,
      isOtherMapping: isOfOtherMapping(batch, mapping),
    })),
    held: await heldLines(warehouse, { mappingVersion: mapping.version, failedAfter, customers: undefined }),
    restored: await restoredArchives(warehouse, mapping),
    braked: left.braked,
    busy: await holdersOf(warehouse, left.busy),
    unmapped:
      (runs.find(({ filter, state }) => filter === null && state === 'DONE') ?? newest?.run)?.told.unmapped ?? [],
    whole: whole && { runId: whole.run.runId, endedAt: endOf(whole) ?? whole.run.startedAt },
    warned: await warnedOf(warehouse, newest, settings.WATCH_MIN_LINES),
    findings: findings.filter(({ check }) => !TOLD.has(check)),
    calls: { ...calls, isShort: findings.some(({ check }) => check === 'calls') },
    alert: await lastAlert(warehouse),
  };
}

async function withoutBatch(warehouse: Warehouse, newest: RunAtHand | undefined): Promise<string[]> {
  if (newest?.run.state !== 'DONE') return [];
  const found = await changeSetFigures(warehouse, newest.run.runId);
  return found.filter(({ state }) => state === 'OPEN').map(({ customer }) => customer);
}

async function warnedOf(
  warehouse: Warehouse,
  newest: RunAtHand | undefined,
  fewest: number,
): Promise<Status['warned']> {
  if (newest === undefined) return { values: 0, isAlarming: false };
  const counts = await failureCounts(warehouse, newest.run.runId);
  const values = notTaken(counts).reduce((sum, { open }) => sum + open, 0);
  const lines = stagedLines(newest.batches);
  return { values, isAlarming: lines >= fewest && values >= lines * MOST_WARNED };
}

async function restoredArchives(warehouse: Warehouse, mapping: Mapping): Promise<Status['restored']> {
  const restored = await readRestored(warehouse, mapping);
  return restored.flatMap(({ customer, archiveId }) => (archiveId === null ? [] : [{ customer, archiveId }]));
}

async function whyRefused(warehouse: Warehouse, table: string, mapping: Mapping): Promise<string | undefined> {
  try {
    sourceLayout(mapping, await sourceColumns(warehouse, table));
    return undefined;
  } catch (error) {
    if (error instanceof FixFirstError) return error.message;
    throw error;
  }
}

/** Customers that were left out of their newest run. */
function standing(runs: readonly RunFigures[]): { braked: ToldBraked[]; busy: string[] } {
  const seen = new Set<string>();
  const braked: ToldBraked[] = [];
  const busy: string[] = [];
  for (const { told } of runs) {
    const fresh = told.customers.filter((customer) => !seen.has(customer));
    braked.push(...told.braked.filter(({ customer }) => fresh.includes(customer)));
    busy.push(...told.busy.filter((customer) => fresh.includes(customer)));
    for (const customer of fresh) seen.add(customer);
  }
  return { braked, busy };
}

async function holdersOf(warehouse: Warehouse, customers: readonly string[]): Promise<Status['busy']> {
  const look = async (customer: string) => ({
    customer,
    holder: await warehouse.lockHolder(customerLock(warehouse, customer)),
  });
  return Promise.all(customers.map(look));
}
