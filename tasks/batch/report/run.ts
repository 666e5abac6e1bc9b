import { fileError, writeWholeFile } from '../../../shared/ground/files.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import type { ContextOf, Outcome } from '../../../shared/runtime/task.js';
import { runSaid } from '../../../shared/store/said-ids.js';
import type { REPORT_OPTIONAL, REPORT_SETTINGS } from '../flags.js';
import { failuresCsv } from './failures-csv.js';
import { renderReport } from './page.js';
import { readReport } from './read-report.js';

const STDOUT = '-';

/** Writes the report of a run, or what failed in it as CSV, into a file, or with `-` to stdout. */
export async function reportRun(
  context: ContextOf<typeof REPORT_SETTINGS, typeof REPORT_OPTIONAL>,
  flags: { runId?: string | undefined; output?: string | undefined; csv: boolean },
): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const mapping = loadMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const archive = { url: settings.ARCHIVE_URL, clock, log, signal };
  const warehouse = await context.warehouse();
  const asked = flags.runId === undefined ? undefined : await runSaid(warehouse, flags.runId);
  const report = await readReport({ warehouse, archive, mapping }, asked);
  const written = flags.csv ? failuresCsv(report) : renderReport(report, clock.now());
  if (flags.output === STDOUT) return { lines: written === '' ? [] : written.trimEnd().split(/\r?\n/) };
  const { runId } = report.run;
  if (written === '') return { lines: [`Nothing failed in run ${runId}: no file is written.`], outputs: { runId } };
  const file = flags.output ?? (flags.csv ? `run-${runId}-failed.csv` : `run-${runId}.html`);
  await write(file, written, runId);
  const what = flags.csv ? 'What failed in' : 'The report of';
  return {
    lines: [`${what} run ${runId} is in ${file}.`],
    outputs: { runId, file, bytes: Buffer.byteLength(written) },
  };
}

async function write(file: string, text: string, runId: string): Promise<void> {
  try {
    await writeWholeFile(file, [text]);
  } catch (error) {
    throw fileError(`The report cannot be written to ${file}`, error, {
      advice: 'Make room, or give another file with --output.',
      where: { runId },
    });
  }
}
