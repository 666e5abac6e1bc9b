import type { ItemColumn, Mapping } from '../../../shared/mapping/mapping.js';
import type { ArchiveSize } from '../../../shared/store/archives.js';
import { changedLines } from '../../../shared/store/change-figures.js';
import {
  type ChangeSetFigures,
  changeSetFigures,
  countFoundLines,
  type FoundLines,
} from '../../../shared/store/change-set-figures.js';
import { countHeldLines } from '../../../shared/store/changes.js';
import {
  type FailureCount,
  failureCounts,
  failuresOf,
  type HeldOfRun,
  heldOfRun,
  type ReportedFailure,
} from '../../../shared/store/failure-reports.js';
import { newestRuns, type RunFigures, runFigures, runsSince } from '../../../shared/store/run-figures.js';
import { sizesOfLines } from '../../../shared/store/staging.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { type RunBatch, readRunBatches } from '../facts/figures.js';
import type { ReportedLine } from './lines.js';

/** Five days of a run every four hours. */
export const RUNS = 30;
/** More would be too much to read and to load on a phone; the page says how many there are. */
const LINES_A_CUSTOMER = 250;
/** The CSV has them all, as far as a spreadsheet is still read. */
const MOST_FAILURES = 5_000;
const NOTHING_FOUND: FoundLines = { new: 0, changed: 0, deleted: 0, rekeyed: 0 };

export interface RunFacts {
  run: RunFigures;
  found: FoundLines;
  batches: readonly RunBatch[];
  archives: readonly ArchiveSize[];
}

export interface Report extends RunFacts {
  customers: readonly CustomerFacts[];
  failures: readonly ReportedFailure[];
  failureCounts: readonly FailureCount[];
  held: readonly HeldOfRun[];
  /** Of the archive's database, where it is given. */
  archivesKnown: boolean;
  /** Oldest first, the reported one last. */
  history: readonly RunFacts[];
  /** Finished runs that came after it, the next one first; dry ones and restores left out. */
  since: readonly RunSince[];
  /** Where people see the board, without a slash at the end; null where it has not told. */
  boardUrl: string | null;
  /** What the mapping sends. */
  columns: readonly ItemColumn[];
  /** Whether the mapping has sizes. */
  withSizes: boolean;
}

export type RunSince = Awaited<ReturnType<typeof runsSince>>[number];

export interface CustomerFacts {
  found: ChangeSetFigures;
  batch: RunBatch | undefined;
  archive: ArchiveSize | undefined;
  heldLines: number;
  lines: readonly ReportedLine[];
}

/** Where a report is read from. */
export interface Sources {
  warehouse: Warehouse;
  /** Of the archives written after a moment; undefined where they are not known. */
  archives(since: Date): Promise<readonly ArchiveSize[] | undefined>;
  mapping: Mapping;
}

/** Everything the page shows, read in a few dozen short queries; nothing is locked. */
export async function readReport(sources: Sources, runId: string | undefined): Promise<Report> {
  const { warehouse, mapping } = sources;
  const run = await runFigures(warehouse, runId);
  const earlier = (await newestRuns(warehouse, run.seq - 1, RUNS - 1)).reverse();
  const runs = [...earlier, run];
  const archives = await sources.archives(runs[0]?.startedAt ?? run.startedAt);
  const factsOf = await readFacts(warehouse, runs, archives ?? []);
  const own = factsOf(run);
  const history = [...earlier.map(factsOf), own];
  const wanted = { most: MOST_FAILURES, mapping };
  const since = (await runsSince(warehouse, run.seq)).sort((a, b) => a.seq - b.seq);
  return {
    ...own,
    customers: await readCustomers(warehouse, mapping, own),
    failures: await failuresOf(warehouse, run.runId, wanted),
    failureCounts: await failureCounts(warehouse, run.runId),
    held: await heldOfRun(warehouse, run.runId, wanted),
    archivesKnown: archives !== undefined,
    history,
    since,
    boardUrl: addressOf(history),
    columns: mapping.item.columns,
    withSizes: mapping.sizes !== undefined,
  };
}

/** The newest that a push was told, but for a slash at its end. */
function addressOf(history: readonly RunFacts[]): string | null {
  const known = history.flatMap(({ batches }) => batches.flatMap(({ boardUrl }) => boardUrl ?? []));
  return known.at(-1)?.replace(/\/$/, '') ?? null;
}

/** Reads what there is of these runs at once; the function then gives each run's share. */
async function readFacts(
  warehouse: Warehouse,
  runs: readonly RunFigures[],
  archives: readonly ArchiveSize[],
): Promise<(run: RunFigures) => RunFacts> {
  const runIds = runs.map(({ runId }) => runId);
  const batches = await readRunBatches(warehouse, runIds);
  const found = await countFoundLines(warehouse, runIds);
  return (run) => {
    const own = batches.filter(({ runId }) => runId === run.runId);
    const ids = new Set<string | null>(own.map(({ batchId }) => batchId));
    return {
      run,
      found: found.get(run.runId) ?? NOTHING_FOUND,
      batches: own,
      archives: archives.filter(({ batchId }) => ids.has(batchId)),
    };
  };
}

async function readCustomers(
  warehouse: Warehouse,
  mapping: Mapping,
  { run, batches, archives }: RunFacts,
): Promise<readonly CustomerFacts[]> {
  const held = await countHeldLines(warehouse, run.runId);
  const customers: CustomerFacts[] = [];
  for (const found of await changeSetFigures(warehouse, run.runId)) {
    const { customer } = found;
    const batch = batches.find((each) => each.customer === customer);
    customers.push({
      found,
      batch,
      archive: archives.find(({ batchId }) => batchId === batch?.batchId),
      heldLines: held.get(customer) ?? 0,
      lines: await readLines(warehouse, mapping, { runId: run.runId, customer, batch }),
    });
  }
  return customers;
}

async function readLines(
  warehouse: Warehouse,
  mapping: Mapping,
  { batch, ...of }: { runId: string; customer: string; batch: RunBatch | undefined },
): Promise<ReportedLine[]> {
  const lines = await changedLines(warehouse, of, { most: LINES_A_CUSTOMER, mapping });
  const keys = lines.map(({ lineKey }) => lineKey);
  const sizes = batch === undefined ? undefined : await sizesOfLines(warehouse, batch.batchId, keys);
  return lines.map((line) => ({ ...line, sizes: sizes?.get(line.lineKey) ?? [] }));
}
