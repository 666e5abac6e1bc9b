import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, writeWholeFile } from '../../../shared/ground/files.js';
import { openMapping } from '../../../shared/mapping/open-mapping.js';
import type { FlagsOf } from '../../../shared/runtime/flags.js';
import type { ContextOf, Outcome } from '../../../shared/runtime/task.js';
import { runSaid } from '../../../shared/store/said-ids.js';
import type { reportCommand } from '../commands.js';
import { readArchiveSizes } from '../facts/figures.js';
import { failuresCsv } from './failures-csv.js';
import { renderReport } from './page.js';
import { type Report, readReport } from './read-report.js';
import { countAll } from './render-failures.js';
import { reportRuns } from './runs.js';

const STDOUT = '-';
/** A platform takes about a megabyte in one message: quotes are escaped in it, and the outputs of other tasks are there too. */
const MOST_BYTES = { page: 250_000, csv: 100_000 };
/** Lines of each customer, and failures of the run, that are tried in turn until a text is small enough. */
const FEWER = [250, 100, 40, 10, 0];

type ReportContext = ContextOf<typeof reportCommand>;

/** Writes the report of a run, or what failed in it as CSV, into a file, or with `-` to stdout; or those of the last runs. */
export async function reportRun(context: ReportContext, flags: FlagsOf<typeof reportCommand>): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const mapping = await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const archive = { url: settings.ARCHIVE_URL, schema: settings.ARCHIVE_SCHEMA, clock, log, signal };
  const warehouse = await context.warehouse();
  if (flags.runs) {
    const folder = flags.output ?? 'runs';
    await writing(folder, () => mkdir(folder, { recursive: true }));
    const write = (name: string, text: string) => writeText(join(folder, name), text);
    return reportRuns({ warehouse, mapping, archive, now: clock.now(), write }, folder);
  }
  const asked = flags.runId === undefined ? undefined : await runSaid(warehouse, flags.runId);
  const archives = (since: Date) => readArchiveSizes(archive, since);
  const report = await readReport({ warehouse, archives, mapping }, asked);
  if (flags.handOver) return { outputs: handedOver(report, clock.now()) };
  const written = flags.csv ? failuresCsv(report) : renderReport(report, clock.now());
  const [told, all] = [report.failures.length, countAll(report)];
  if (flags.csv && told < all)
    log.warn(`The CSV has the first ${told} of ${all} entries; the tables ERR_MON_CustMasterSchedule have all.`);
  if (flags.output === STDOUT) return { lines: written === '' ? [] : written.trimEnd().split(/\r?\n/) };
  const { runId } = report.run;
  if (written === '') return { lines: [`Nothing failed in run ${runId}: no file is written.`], outputs: { runId } };
  const file = flags.output ?? (flags.csv ? `run-${runId}-failed.csv` : `run-${runId}.html`);
  await writeText(file, written);
  const what = flags.csv ? 'What failed in' : 'The report of';
  return {
    lines: [`${what} run ${runId} is in ${file}.`],
    outputs: { runId, file, bytes: Buffer.byteLength(written) },
  };
}

/** Both texts, each as much of it as fits; `shortened` where that is not all. */
export function handedOver(report: Report, now: Date, most = MOST_BYTES) {
  const page = fitting(report, (part) => renderReport(part, now), most.page);
  const csv = fitting(report, failuresCsv, most.csv);
  const { boardUrl } = report;
  return {
    runId: report.run.runId,
    page: page.text,
    csv: csv.text,
    shortened: page.shortened || csv.shortened,
    ...(boardUrl === null ? {} : { boardUrl }),
  };
}

function fitting(
  report: Report,
  render: (part: Report) => string,
  bytes: number,
): { text: string; shortened: boolean } {
  const fits = (text: string): boolean => Buffer.byteLength(JSON.stringify(text)) <= bytes;
  let text = render(report);
  if (fits(text)) return { text, shortened: false };
  for (const most of FEWER) {
    text = render(partOf(report, most));
    if (fits(text)) break;
  }
  return { text, shortened: true };
}

const partOf = (report: Report, most: number): Report => ({
  ...report,
  customers: report.customers.map((each) => ({ ...each, lines: each.lines.slice(0, most) })),
  failures: report.failures.slice(0, most),
  held: report.held.slice(0, most),
});

const writeText = (file: string, text: string): Promise<void> => writing(file, () => writeWholeFile(file, [text]));

async function writing(file: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const advice = 'Name a file in a folder that is there, may be written to and has room, with --output.';
    throw fileError(`The report cannot be written to ${file}`, error, { advice });
  }
}
