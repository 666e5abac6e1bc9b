import { join } from 'node:path';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { Outcome } from '../../../shared/runtime/task.js';
import { errorsOfRuns } from '../../../shared/store/failure-reports.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import {
  type ArchiveAccess,
  countMissing,
  endOf,
  lastWhole,
  type RunAtHand,
  readArchiveSizes,
  readRuns,
} from '../facts/figures.js';
import { attentionOf } from './attention.js';
import { failuresCsv } from './failures-csv.js';
import { plural } from './format.js';
import { renderReport, stateOf } from './page.js';
import { RUNS, readReport } from './read-report.js';
import { type ListedRun, renderRuns } from './render-runs.js';

/** So far back a run is looked for that was carried, or after which nothing was missing. */
const LOOKED_AT = 100;
const INDEX = 'index.html';

/** Where the pages are read from and what they are written with; `write` takes a file name. */
export interface RunsSources {
  warehouse: Warehouse;
  mapping: Mapping;
  archive: ArchiveAccess;
  now: Date;
  write(name: string, text: string): Promise<void>;
}

/** Writes a page of each of the last runs, with what failed beside it, and one that lists them. */
export async function reportRuns(sources: RunsSources, folder: string): Promise<Outcome> {
  const { warehouse, mapping, now, write } = sources;
  const known = await readRuns(warehouse, LOOKED_AT);
  const listed = await writePages(sources, known.slice(0, RUNS), known.at(2 * RUNS - 1) ?? known.at(-1));
  const carried = known.find(({ isCarried }) => isCarried);
  const errors = await errorsOfRuns(
    warehouse,
    listed.map(({ run }) => run.runId),
  );
  const freshness = {
    lookedAt: known.length,
    carried,
    missing: carried === undefined ? 0 : await countMissing(warehouse, carried),
    whole: await lastWhole(warehouse, known),
    later: carried === undefined ? 0 : known.indexOf(carried),
  };
  await write(INDEX, renderRuns({ listed, freshness, errors, withSizes: mapping.sizes !== undefined, now }));
  const file = join(folder, INDEX);
  return {
    lines: [`${plural(listed.length, 'run')} listed in ${file}, the pages beside it.`],
    outputs: { file, runs: listed.length },
  };
}

/** The pages of these runs, the newest first, each with a link to the one before and after. */
async function writePages(
  { warehouse, mapping, archive, now, write }: RunsSources,
  shown: readonly RunAtHand[],
  oldest: RunAtHand | undefined,
): Promise<ListedRun[]> {
  // Read once: each page tells of as many runs before its own.
  const sizes = await readArchiveSizes(archive, oldest?.run.startedAt ?? now);
  const archives = async (since: Date) => sizes?.filter(({ at }) => at >= since);
  const listed: ListedRun[] = [];
  for (const [place, { run, batches }] of shown.entries()) {
    const report = await readReport({ warehouse, mapping, archives }, run.runId);
    const neighbours = { index: INDEX, previous: pageOf(shown[place + 1]), next: pageOf(shown[place - 1]) };
    const page = `run-${run.runId}.html`;
    await write(page, renderReport(report, now, neighbours));
    const csv = failuresCsv(report);
    const csvFile = `run-${run.runId}-failed.csv`;
    if (csv !== '') await write(csvFile, csv);
    listed.push({
      run,
      batches,
      found: report.found,
      customers: report.customers.length,
      endedAt: endOf({ run, batches }),
      state: stateOf(run, attentionOf(report)),
      page,
      csvFile: csv === '' ? undefined : csvFile,
    });
  }
  return listed;
}

const pageOf = (at: RunAtHand | undefined): string | undefined => at && `run-${at.run.runId}.html`;
