import { fileError } from '../../../shared/ground/file-faults.js';
import { writeWholeFile } from '../../../shared/ground/whole-file.js';
import type { ContextOf, Outcome } from '../../../shared/runtime/task.js';
import { runSaid } from '../../../shared/store/said-ids.js';
import type { REPORT_OPTIONAL, REPORT_SETTINGS } from '../flags.js';
import { renderReport } from './page.js';
import { readReport } from './read-report.js';

const STDOUT = '-';

/** Writes the report of a run into a file, or with `-` to stdout. */
export async function reportRun(
  context: ContextOf<typeof REPORT_SETTINGS, typeof REPORT_OPTIONAL>,
  flags: { runId?: string | undefined; output?: string | undefined },
): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const warehouse = await context.warehouse();
  const report = await readReport(
    warehouse,
    { url: settings.ARCHIVE_URL, clock, log, signal },
    flags.runId && (await runSaid(warehouse, flags.runId)),
  );
  const page = renderReport(report, clock.now());
  if (flags.output === STDOUT) return { lines: page.trimEnd().split('\n') };
  const { runId } = report.run;
  const file = flags.output ?? `run-${runId}.html`;
  try {
    await writeWholeFile(file, [page]);
  } catch (error) {
    throw fileError(`The report cannot be written to ${file}`, error, {
      advice: 'Make room, or give another file with --output.',
      where: { runId },
    });
  }
  return {
    lines: [`The report of run ${runId} is in ${file}.`],
    outputs: { runId, file, bytes: Buffer.byteLength(page) },
  };
}
