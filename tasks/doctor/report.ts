import type { CheckedReport, DoctorReport, Finding } from './finding.js';
import { oneLine } from './one-line.js';

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

function verdict({ agrees, findings }: DoctorReport): string {
  if (agrees) return 'Everything agrees.';
  const count = (severity: Finding['severity']) => findings.filter((each) => each.severity === severity).length;
  return `${count('error')} errors and ${count('warning')} warnings; docs/doctor.md tells of each by its name in brackets.`;
}
