import { EXIT_AGAIN, EXIT_FIX } from '../../shared/ground/exit-codes.js';
import { plural, printable } from '../../shared/ground/text.js';
import type { Outcome } from '../../shared/runtime/task.js';
import { painted, type Style, type Terminal, wrapped } from '../../shared/runtime/terminal.js';
import { adopt } from './adopt/adopt.js';
import { account } from './checks/account.js';
import { archive } from './checks/archive.js';
import { batches } from './checks/batches.js';
import { board } from './checks/board.js';
import { columns } from './checks/columns.js';
import { keys } from './checks/keys.js';
import { labels } from './checks/labels.js';
import { production } from './checks/production-tables.js';
import { room } from './checks/room.js';
import { scope } from './checks/scope.js';
import { mappingByItself, settings } from './checks/settings.js';
import { readableSource, source } from './checks/source.js';
import { tables } from './checks/tables.js';
import { everyValue, values } from './checks/values.js';
import { warehouse } from './checks/warehouse.js';
import type { DoctorFlags, MappingCheckFlags } from './commands.js';
import { examine } from './examine.js';
import {
  type Check,
  type CheckedReport,
  type DoctorReport,
  type Finding,
  ofFile,
  oneLine,
  PartMissing,
  reportSchema,
} from './finding.js';
import { ATTEMPTS_WHILE_LOOKING, type DoctorContext, Site } from './site.js';
import { showTable } from './table.js';

/** In the order in which they are told: what others stand on comes first. */
export const CHECKS: readonly Check[] = [
  settings,
  warehouse,
  archive,
  tables,
  production,
  source,
  scope,
  values,
  batches,
  account,
  board,
  columns,
  labels,
  room,
  keys,
];

/** What concerns a mapping: the file, then the table, then the board. */
export const MAPPING_CHECKS: readonly Check[] = [
  mappingByItself,
  readableSource,
  scope,
  everyValue,
  board,
  columns,
  labels,
];

const STATE_WIDTH = 7;
const NAME_WIDTH = 17;

/** One line a check, and one line a finding. */
export function reportLines(report: DoctorReport): string[] {
  const lines = report.checks.flatMap((checked) => [
    ...(checked.state === 'found' ? [] : [checkedLine(checked)]),
    ...report.findings.filter(({ check }) => check === checked.check).map(findingLine),
  ]);
  const fixed = report.fixed.map((done) => `${'fixed'.padEnd(STATE_WIDTH)}  ${done}`);
  return [...lines, ...fixed, verdict(report)];
}

function checkedLine({ state, check, summary }: CheckedReport): string {
  return `${(state === 'passed' ? 'ok' : state).padEnd(STATE_WIDTH)}  ${check.padEnd(NAME_WIDTH)}  ${summary}`;
}

function findingLine({ severity, check, what, why, remedy, code }: Finding): string {
  const text = [what, why, remedy].map((part) => oneLine(part)).join(' ');
  return `${severity.padEnd(STATE_WIDTH)}  ${check.padEnd(NAME_WIDTH)}  ${text} [${code}]`;
}

function verdict({ agrees, findings, checks }: DoctorReport): string {
  const skipped = checks.filter(({ state }) => state === 'skipped').length;
  if (agrees && skipped > 0) return `What was checked agrees; ${plural(skipped, 'check was', 'checks were')} skipped.`;
  if (agrees) return 'Everything agrees.';
  const count = (severity: Finding['severity']) => findings.filter((each) => each.severity === severity).length;
  return `${plural(count('error'), 'error')} and ${plural(count('warning'), 'warning')}; docs/doctor.md explains each under the name in brackets.`;
}

const STYLES: Readonly<Record<string, Style>> = {
  ok: 'green',
  fixed: 'green',
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
  skipped: 'dim',
};

/** The same lines, each state in its colour, what is told of it beneath one another. */
function drawnReport(terminal: Terminal, lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const state = line.slice(0, STATE_WIDTH).trim();
    const style = STYLES[state];
    if (style === undefined) return wrapped(terminal, printable(line), 0);
    const at = state === 'fixed' ? STATE_WIDTH + 2 : STATE_WIDTH + NAME_WIDTH + 4;
    const [first = '', ...rest] = wrapped(terminal, printable(line.slice(at)), at);
    const head = painted(terminal, style, state) + line.slice(state.length, at);
    return [head + first.slice(at), ...rest];
  });
}

/** Compares everything outside with what the tasks expect. */
export async function runDoctor(
  context: DoctorContext,
  flags: DoctorFlags,
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

/** `mapping check FILE`: a mapping by itself, then against the live table and board. */
export async function checkMapping(
  context: DoctorContext,
  { file, sample, json }: MappingCheckFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const site = new Site(context, { ...env, MAPPING_FILE: file }, ATTEMPTS_WHILE_LOOKING, sample);
  try {
    const report = await examine(site, MAPPING_CHECKS, { fix: false });
    return outcomeOf({ ...report, findings: ofFile(report.findings, file) }, json);
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
    onTerminal: (terminal) => drawnReport(terminal, reportLines(report)),
    outputs: {
      findings: findings.length,
      errors: count('error'),
      warnings: count('warning'),
      skipped: checks.filter(({ state }) => state === 'skipped').map(({ check }) => check),
      fixed: fixed.length,
    },
    // Nothing but servers that were away: again may help.
    ...(agrees ? {} : { exitCode: drift.every(({ passing }) => passing) ? EXIT_AGAIN : EXIT_FIX }),
  };
}
