import { FixFirstError, type Log, TryAgainError } from '../../shared/ground/errors.js';
import { plural } from '../../shared/ground/text.js';
import { Names } from '../../shared/lines/kept.js';
import { sourceColumns } from '../../shared/lines/layout.js';
import type { Unmapped } from '../../shared/mapper/unmapped.js';
import { resolveCustomer } from '../../shared/mapping/customers.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { readOvertaken, readRestored } from '../../shared/store/change-set-figures.js';
import { linesAtWork } from '../../shared/store/lines-at-work.js';
import { brakedWords } from '../../shared/store/refused.js';
import type { RunOutputs } from '../../shared/store/runs.js';
import { vanishedSizes } from '../../shared/store/snapshot-lines.js';
import { knownCustomers } from '../../shared/store/snapshot-look-ups.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { NewRunFlags } from './commands.js';
import { tallyLines } from './compare/brake.js';
import { pairLeftovers } from './compare/leftovers.js';
import { matchByUuid } from './compare/matching.js';
import { countUnmapped, unmappedWarning } from './compare/unmapped.js';
import { type HashLists, readHashLists } from './read/hash-lists.js';
import { scanSource } from './read/scan.js';
import { refuseVanishedSizes, Snapshot } from './read/snapshot.js';
import { Source } from './read/source.js';
import { freezeLinesOf, readUnsoundRows, unsoundFailures, unsoundWarning } from './read/unsound.js';
import type { OpenedRun } from './record/open-run.js';
import { CustomerLocks } from './record/open-run.js';
import { recordRun } from './record/record.js';
import { type CustomerReport, outOfScopeElsewhere, outputsOf, reportCustomers } from './record/report.js';
import type { DetectContext } from './run.js';

export interface RunInput {
  warehouse: Warehouse;
  mapping: Mapping;
  /** Canonical names; undefined for all. */
  filter: readonly string[] | undefined;
  run: OpenedRun;
  opened: OpenedSource;
}

export interface OpenedSource {
  source: Source;
  lists: HashLists;
  /** How many rows it had before it was scanned. */
  rowsBefore: number;
}

/**
 * Looks at the source's columns and the number of its rows. @throws FixFirstError when there is none, and when the columns do
 * not fit mapping and snapshot.
 */
export async function openSource(
  warehouse: Warehouse,
  table: string,
  mapping: Mapping,
  { allowLargeChange }: Pick<NewRunFlags, 'allowLargeChange'>,
): Promise<OpenedSource> {
  const [lists, columns] = await Promise.all([readHashLists(warehouse, mapping), sourceColumns(warehouse, table)]);
  const source = new Source(warehouse, table, columns, mapping, lists);
  const [rowsBefore] = await Promise.all([
    source.count(),
    allowLargeChange ? undefined : refuseVanishedSizes(warehouse, mapping, source.layout.sizes),
  ]);
  if (rowsBefore === 0) {
    throw new FixFirstError(
      'SOURCE_EMPTY',
      'The source is empty, which would delete every order on the board. Load it, or correct SOURCE_TABLE, then run again.',
    );
  }
  return { source, lists, rowsBefore };
}

/** Scans the source, compares it with the snapshot under the customers' locks, and records what was found. */
export async function detectChanges(context: DetectContext, flags: NewRunFlags, input: RunInput): Promise<RunOutputs> {
  const { signal, log, clock } = context;
  const { warehouse, mapping, run, opened } = input;
  const { source, rowsBefore: expected } = opened;
  const names = new Names();
  const [scan, known] = await Promise.all([
    scanSource(source, mapping, names, { expected, signal, clock, log, runId: run.runId }),
    input.filter ?? knownCustomers(warehouse),
  ]);
  const unsound = await readUnsoundRows(source, scan);
  const customers = input.filter ?? withMapped(known, names, mapping);
  const locks = new CustomerLocks();
  try {
    // A dry run takes no locks, so that no other process finds its customers busy.
    if (!flags.dryRun) await locks.take(warehouse, customers);
    const work: RunAtWork = { ...input, ...opened, context, flags, names, scan, unsound, customers, locks };
    const compared = await compare(work);
    const judged = await judgeCustomers(work, compared);
    if (signal.aborted) throw new TryAgainError('STOPPED', 'Stopped before anything was recorded; run again.');
    locks.assertHeld();
    return await record(work, compared, judged);
  } finally {
    await locks.release();
  }
}

/** What a run works with, once the source is read and the customers' locks are held. */
interface RunAtWork extends RunInput, OpenedSource {
  context: DetectContext;
  flags: NewRunFlags;
  names: Names;
  scan: Awaited<ReturnType<typeof scanSource>>;
  unsound: Awaited<ReturnType<typeof readUnsoundRows>>;
  customers: readonly string[];
  locks: CustomerLocks;
}

type ComparedRun = Awaited<ReturnType<typeof compare>>;
type JudgedRun = Awaited<ReturnType<typeof judgeCustomers>>;

/** Reads the snapshot and finds the line of each row. */
async function compare({ context, warehouse, mapping, run, lists, source, rowsBefore, ...work }: RunAtWork) {
  const { names, scan, unsound, locks } = work;
  const { settings, clock, log } = context;
  const overtaken = await readOvertaken(warehouse, run.seq);
  for (const customer of locks.held) if (overtaken.has(customer)) await locks.yield(customer);
  const snapshot = new Snapshot(warehouse, mapping);
  const missedBefore = new Date(clock.now().getTime() - settings.DELETE_GRACE);
  const [known, rowsAfter] = await Promise.all([snapshot.read(scan.lines, lists, names, missedBefore), source.count()]);
  // As many rows before and after as were read: a line that was not read does not exist.
  const steady = rowsBefore === rowsAfter && scan.rows === rowsAfter;
  if (!steady) log.warn('The source changed while it was read: this run deletes nothing.', { runId: run.runId });
  await freezeLinesOf(unsound, source, snapshot, known, mapping);
  const incomplete = new Set(
    lists.lists.flatMap((columns, place) => (columns.some((each) => source.layout.position(each) < 0) ? [place] : [])),
  );
  const sides = { source: scan, known, names, incomplete };
  const matching = matchByUuid(sides);
  await pairLeftovers(sides, matching, source, snapshot, mapping);
  return { snapshot, sides, matching, steady, isOvertaken: overtaken.size > 0 };
}

/** Judges every line, then each customer by its lines. */
async function judgeCustomers(work: RunAtWork, { sides, matching, steady }: ComparedRun) {
  const { context, flags, warehouse, mapping, run, names, customers, locks } = work;
  const restored = (await readRestored(warehouse, mapping)).flatMap(({ customer, nameNow }) => [customer, nameNow]);
  const kept = flags.allowLargeChange ? locks.busy : [...locks.busy, ...restored];
  const superseded = new Set(customers.filter((customer) => !kept.includes(customer)));
  const atWork = await linesAtWork(warehouse, { runId: run.runId, except: superseded });
  const judge = { full: flags.full, mayDelete: steady, confirmed: flags.confirmDeletes, atWork };
  const tallies = tallyLines(sides, matching, judge);
  const reports = reportCustomers(tallies, names, {
    customers,
    busy: locks.busy,
    restored,
    allowLargeChange: flags.allowLargeChange,
    settings: context.settings,
  });
  return { judge, tallies, reports, superseded };
}

/** Tells what the run leaves out, and records the rest. */
async function record(work: RunAtWork, compared: ComparedRun, { judge, tallies, reports, superseded }: JudgedRun) {
  const { context, flags, warehouse, mapping, filter, run, source, names, scan, unsound, customers } = work;
  const { snapshot, sides, matching, steady, isOvertaken } = compared;
  const { clock, log } = context;
  const unmapped = countUnmapped({ ...sides, unknown: scan.unknown }, matching, mapping, filter);
  warnOf(log, run.runId, unmapped, reports);
  if (unsound.length > 0) log.warn(unsoundWarning(unsound.length, sides.known.frozen), { runId: run.runId });
  const elsewhere = filter ? 0 : outOfScopeElsewhere(tallies, names, customers);
  // Rule 7: a size that is gone is passed for the customers of this run alone; the next one asks for the others again.
  // Without --allow-large-change a run with one that lines carry has been refused.
  const { sizes } = source.layout;
  const stillAsked = flags.allowLargeChange ? await vanishedSizes(warehouse, sizes, superseded) : [];
  const outputs = await recordRun(warehouse, {
    findings: { runId: run.runId, sides, matching, judge, method: flags.method, source, snapshot },
    reports,
    failures: unsoundFailures(unsound, source, mapping),
    dry: flags.dryRun,
    steady: steady && !isOvertaken,
    mappingVersion: mapping.version,
    sizeLabels: [...sizes, ...stillAsked],
    sourceRows: scan.rows,
    now: clock.now(),
    outputs: (newFailures) =>
      outputsOf(run, reports, { dry: flags.dryRun, unsound: unsound.length, newFailures, elsewhere, unmapped }),
  });
  log.info('The run is recorded.', { ...outputs });
  return outputs;
}

/** What the run leaves out, and how it would not. */
function warnOf(log: Log, runId: string, unmapped: readonly Unmapped[], reports: readonly CustomerReport[]): void {
  if (unmapped.length > 0) log.warn(unmappedWarning(unmapped), { runId });
  for (const { braked } of reports)
    if (braked !== undefined)
      log.warn(
        `${braked.customer} is braked and left out of this run: ${brakedWords(braked)}. --allow-large-change lets it through.`,
        { runId, customer: braked.customer },
      );
  const left = reports.reduce((sum, { tally }) => sum + tally.atWork, 0);
  if (left > 0)
    log.warn(
      `${plural(left, 'line')} left for a later run: an open batch of another customer has ${left === 1 ? 'it' : 'them'}. Finish that batch, or run detect without --customer.`,
      { runId },
    );
}

/** All customers of a run for everybody: the known ones, and those of the mapping that have lines in the source. */
function withMapped(known: readonly string[], names: Names, mapping: Mapping): string[] {
  const mapped = names.all().filter((name) => resolveCustomer(mapping, name).mapped);
  return [...new Set([...known, ...mapped])].sort();
}
