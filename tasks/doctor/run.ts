import type { Outcome } from '../../shared/runtime/task.js';
import { adopt } from './adopt/adopt.js';
import { CHECKS } from './checks.js';
import { examine } from './examine.js';
import { type DoctorReport, reportSchema } from './finding.js';
import type { DoctorOptions } from './options.js';
import { PartMissing } from './part.js';
import { reportLines } from './report.js';
import { ATTEMPTS_WHILE_LOOKING, type DoctorContext, Site } from './site.js';
import { showTable } from './table.js';

const EXIT_DRIFT = 2;
/** Nothing but servers that were away: again may help. */
const EXIT_PASSING = 1;

/** Compares everything outside with what the tasks expect. */
export async function runDoctor(
  context: DoctorContext,
  flags: DoctorOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const site = new Site(context, env, flags.adopt ? undefined : ATTEMPTS_WHILE_LOOKING);
  try {
    if (flags.adopt) return await adopt(site, flags);
    if (flags.table !== undefined) return await showTable(site, flags.table, flags.json);
    return outcomeOf(await examine(site, CHECKS, { fix: flags.fix }), flags.json);
  } catch (error) {
    throw error instanceof PartMissing ? error.cause : error;
  } finally {
    await site.close();
  }
}

function outcomeOf(report: DoctorReport, json: boolean): Outcome {
  const { findings, checks, fixed, agrees } = report;
  const count = (severity: string) => findings.filter((each) => each.severity === severity).length;
  const drift = findings.filter(({ severity }) => severity !== 'info');
  return {
    lines: json ? [JSON.stringify(reportSchema.parse(report))] : reportLines(report),
    outputs: {
      findings: findings.length,
      errors: count('error'),
      warnings: count('warning'),
      skipped: checks.filter(({ state }) => state === 'skipped').map(({ check }) => check),
      fixed: fixed.length,
    },
    ...(agrees ? {} : { exitCode: drift.every(({ passing }) => passing) ? EXIT_PASSING : EXIT_DRIFT }),
  };
}
