import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, writeWholeFile } from '../../../shared/ground/files.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import type { ContextOf, Outcome } from '../../../shared/runtime/task.js';
import { runSaid } from '../../../shared/store/said-ids.js';
import { readArchiveSizes } from '../facts/figures.js';
import type { REPORT_OPTIONAL, REPORT_SETTINGS } from '../flags.js';
import type { ReportOptions } from '../options.js';
import { failuresCsv } from './failures-csv.js';
import { renderReport } from './page.js';
import { readReport } from './read-report.js';
import { reportRuns } from './runs.js';

const STDOUT = '-';

type ReportContext = ContextOf<typeof REPORT_SETTINGS, typeof REPORT_OPTIONAL>;

/** Writes the report of a run, or what failed in it as CSV, into a file, or with `-` to stdout; or those of the last runs. */
export async function reportRun(context: ReportContext, options: ReportOptions): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const mapping = loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const archive = { url: settings.ARCHIVE_URL, clock, log, signal };
  const warehouse = await context.warehouse();
  if (options.runs) {
    const folder = options.output ?? 'runs';
    await writing(folder, () => mkdir(folder, { recursive: true }));
    const write = (name: string, text: string) => writeText(join(folder, name), text);
    return reportRuns({ warehouse, mapping, archive, now: clock.now(), write }, folder);
  }
  const asked = options.runId === undefined ? undefined : await runSaid(warehouse, options.runId);
  const archives = (since: Date) => readArchiveSizes(archive, since);
  const report = await readReport({ warehouse, archives, mapping }, asked);
  const written = options.csv ? failuresCsv(report) : renderReport(report, clock.now());
  if (options.output === STDOUT) return { lines: written === '' ? [] : written.trimEnd().split(/\r?\n/) };
  const { runId } = report.run;
  if (written === '') return { lines: [`Nothing failed in run ${runId}: no file is written.`], outputs: { runId } };
  const file = options.output ?? (options.csv ? `run-${runId}-failed.csv` : `run-${runId}.html`);
  await writeText(file, written);
  const what = options.csv ? 'What failed in' : 'The report of';
  return {
    lines: [`${what} run ${runId} is in ${file}.`],
    outputs: { runId, file, bytes: Buffer.byteLength(written) },
  };
}

const writeText = (file: string, text: string): Promise<void> => writing(file, () => writeWholeFile(file, [text]));

async function writing(file: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const advice = 'Make room, or give another file with --output.';
    throw fileError(`The report cannot be written to ${file}`, error, { advice });
  }
}
