import { type Html, html } from '../../../shared/ground/html.js';
import type { HeldOfRun, ReportedFailure } from '../../../shared/store/failure-reports.js';
import { formatNumber, formatTime, lineName, plural } from './format.js';
import type { Report } from './read-report.js';

/** What failed and why, errors before warnings; each text ends with what to do. */
export function renderFailures({ failures, failureCounts }: Report): Html {
  const errors = failures.filter(({ severity }) => severity === 'ERROR');
  const warnings = failures.filter(({ severity }) => severity === 'WARNING');
  const count = (severity: string): number =>
    failureCounts.filter((each) => each.severity === severity).reduce((sum, { rows }) => sum + rows, 0);
  const [errorCount, warningCount] = [count('ERROR'), count('WARNING')];
  if (errorCount + warningCount === 0)
    return html`<section id="failed"><h2>What failed</h2><p class="quiet">Nothing.</p></section>`;
  return html`<section id="failed"><h2>What failed</h2>
${renderCounts(failureCounts)}
${errors.length > 0 && html`<ul class="entries">${errors.map(renderFailure)}</ul>`}${more(errorCount - errors.length, 'error')}
${warnings.length > 0 && html`<details><summary>${plural(warningCount, 'warning')}: sent all the same, or without the value named</summary><ul class="entries">${warnings.map(renderFailure)}</ul>${more(warningCount - warnings.length, 'warning')}</details>`}
</section>
`;
}

function renderCounts(counts: Report['failureCounts']): Html {
  const sums = new Map<string, { rows: number; severity: string }>();
  for (const { step, reason, severity, rows } of counts) {
    const name = `${reason} (${step})`;
    sums.set(name, { severity, rows: (sums.get(name)?.rows ?? 0) + rows });
  }
  const ordered = [...sums].sort(([, a], [, b]) => a.severity.localeCompare(b.severity) || b.rows - a.rows);
  return html`<p class="counts">${ordered.map(([name, { rows, severity }]) => html`<span class="chip ${severity === 'ERROR' ? 'bad' : 'warn'}">${name} ${formatNumber(rows)}</span> `)}</p>`;
}

function renderFailure(failure: ReportedFailure): Html {
  const { customer, reason, step, message, lineKey, requestId, column, repeats, since, resolvedAt, severity } = failure;
  const facts = [
    lineKey !== null && html`line <code>${lineKey}</code>`,
    column !== null && html`column ${column}`,
    requestId !== null && html`request <code>${requestId}</code>`,
    repeats > 0 && html`seen ${formatNumber(repeats + 1)} times since ${formatTime(since)}`,
    resolvedAt !== null && html`<b class="resolved">put right ${formatTime(resolvedAt)}</b>`,
  ];
  return html`<li><p><b>${lineName(failure)}</b> <span class="quiet">${customer ?? 'no customer'}</span> <span class="chip ${severity === 'ERROR' ? 'bad' : 'warn'}">${reason}</span> <span class="quiet">${step}</span></p>
<p>${message}</p>${factLine(facts)}</li>
`;
}

/** Lines that were not tried since they had failed before and are as they were. */
export function renderHeld({ held, customers }: Report): Html | null {
  const count = customers.reduce((sum, { heldLines }) => sum + heldLines, 0);
  if (count === 0) return null;
  return html`<section id="held"><h2>Held back</h2>
<p class="quiet">${plural(count, 'line was', 'lines were')} not tried: they failed before, and neither content nor mapping has changed since. <code>batch --run-id ID --retry-failed</code> tries them all the same.</p>
<ul class="entries">${held.map(renderHeldLine)}</ul>
</section>
`;
}

function renderHeldLine(line: HeldOfRun): Html {
  const facts = [
    html`line <code>${line.lineKey}</code>`,
    line.requestId !== null && html`request <code>${line.requestId}</code>`,
    html`since ${formatTime(line.since)}, last tried ${formatTime(line.lastSeen)}`,
    line.resolvedAt !== null && html`<b class="resolved">put right ${formatTime(line.resolvedAt)}</b>`,
  ];
  return html`<li><p><b>${lineName(line)}</b> <span class="quiet">${line.customer}</span> <span class="chip warn">${line.reason}</span> <span class="quiet">${line.step}</span></p>
<p>${line.message}</p>${factLine(facts)}</li>
`;
}

function factLine(facts: readonly (Html | false)[]): Html | null {
  const given = facts.filter((fact) => fact !== false);
  if (given.length === 0) return null;
  return html`<p class="quiet">${given.flatMap((fact, at) => (at === 0 ? [fact] : [html`, `, fact]))}</p>`;
}

export function more(count: number, one: string): Html | null {
  return count > 0 ? html`<p class="quiet">… and ${plural(count, `more ${one}`)}.</p>` : null;
}
