import { type Html, html } from '../../../shared/ground/text.js';
import { unmappedName } from '../../../shared/mapper/unmapped.js';
import type { HeldOfRun, ReportedFailure } from '../../../shared/store/failure-reports.js';
import { failuresCsv } from './failures-csv.js';
import { formatNumber, formatTime, lineName, plural } from './format.js';
import type { Report } from './read-report.js';
import { joined } from './render-changes.js';

/** So many are read through; the rest opens with a click. */
const SHOWN = 20;
/** More make a page slow; the CSV has them. */
const MOST = 300;

type FailureEntry = ReportedFailure | (HeldOfRun & { severity?: undefined });

/** What failed and why, errors before warnings; each text ends with what to do. */
export function renderFailures(report: Report): Html | null {
  const { failures, failureCounts } = report;
  const errors = failures.filter(({ severity }) => severity === 'ERROR');
  const warnings = failures.filter(({ severity }) => severity === 'WARNING');
  const count = (severity: string): number =>
    failureCounts.filter((each) => each.severity === severity).reduce((sum, { rows }) => sum + rows, 0);
  const [errorCount, warningCount] = [count('ERROR'), count('WARNING')];
  if (errorCount + warningCount === 0) return null;
  return html`<section id="failed"><h3>What is wrong, and why</h3>
${renderCounts(failureCounts)}${renderDownload(report)}
${renderList(errors, errorCount, 'error')}
${warnings.length > 0 && html`<details><summary>${plural(warningCount, 'warning')}: sent all the same, or without the value named</summary>${renderList(warnings, warningCount, 'warning')}</details>`}
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

/** In the page itself, so that it needs no second file and no script. */
function renderDownload(report: Report): Html {
  const name = `run-${report.run.runId}-failed.csv`;
  const href = `data:text/csv;charset=utf-8,${encodeURIComponent(failuresCsv(report))}`;
  const all = report.failures.length < countAll(report);
  return html`<p><a href="${href}" download="${name}">All of this as CSV</a>, to hand to the owner of the source${all && html`: the first ${formatNumber(report.failures.length)}`}.</p>`;
}

/** What is recorded of the run, whether it was read or not. */
export const countAll = ({ failureCounts }: Pick<Report, 'failureCounts'>): number =>
  failureCounts.reduce((sum, { rows }) => sum + rows, 0);

function renderList(entries: readonly FailureEntry[], count: number, one: string): Html | null {
  if (entries.length === 0) return null;
  const [shown, rest] = [entries.slice(0, SHOWN), entries.slice(SHOWN, MOST)];
  const left = count - shown.length - rest.length;
  return html`<ul class="entries">${shown.map(renderEntry)}</ul>${rest.length > 0 && html`<details><summary>${plural(rest.length, `more ${one}`)}</summary><ul class="entries">${rest.map(renderEntry)}</ul></details>`}${left > 0 && html`<p class="quiet">… and ${plural(left, `more ${one}`)}: see the CSV.</p>`}`;
}

function renderEntry(entry: FailureEntry): Html {
  const { customer, reason, step, message, lineKey, requestId, since, resolvedAt, severity } = entry;
  const repeats = severity === undefined ? 0 : entry.repeats;
  const facts = [
    ...(entry.orderNumber === null ? [] : [html`order ${entry.orderNumber}`]),
    ...(entry.purchaseOrder === null ? [] : [html`PO ${entry.purchaseOrder}`]),
    ...(entry.described === null ? [] : [html`${entry.described}`]),
    ...(severity === undefined || entry.column === null ? [] : [html`column ${entry.column}`]),
    ...(lineKey === null ? [] : [html`line <code>${lineKey}</code>`]),
    ...(requestId === null ? [] : [html`request <code>${requestId}</code>`]),
    ...(repeats > 0 ? [html`seen ${formatNumber(repeats + 1)} times since ${formatTime(since)}`] : []),
    ...(severity === undefined ? [html`since ${formatTime(since)}, last tried ${formatTime(entry.lastSeen)}`] : []),
    ...(resolvedAt === null ? [] : [html`<b class="resolved">put right ${formatTime(resolvedAt)}</b>`]),
  ];
  return html`<li><p><b>${lineName(entry)}</b> <span class="quiet">${customer ?? 'no customer'}</span> <span class="chip ${severity === 'ERROR' ? 'bad' : 'warn'}">${reason}</span> <span class="quiet">${step}</span></p>
<p>${message}</p>${facts.length > 0 && html`<p class="quiet facts">${joined(facts)}</p>`}</li>
`;
}

/** Lines that were not tried since they had failed before and are as they were. */
export function renderHeld({ held, customers }: Report): Html | null {
  const count = customers.reduce((sum, { heldLines }) => sum + heldLines, 0);
  if (count === 0) return null;
  return html`<section id="held"><h3>Held back</h3>
<p class="quiet">${plural(count, 'line was', 'lines were')} not tried: they failed before, and neither content nor mapping had changed since.</p>
${renderList(held, held.length, 'line')}
</section>
`;
}

/** Names and words that keep lines out of scope although the mapping does not know them. */
export function renderUnmapped({ run: { told } }: Report): Html | null {
  if (told.unmapped.length === 0) return null;
  return html`<section id="unmapped"><h3>Unknown names</h3>
<p class="quiet">The mapping does not know these names and words, so their lines are out of scope: what the board shows of them is no longer updated. Add them to the mapping, correct the source, or list them under <code>out_of_scope</code>.</p>
<table class="cards"><thead><tr><th scope="col">name or word</th><th scope="col">lines</th><th scope="col">on the board</th><th scope="col">nearest</th></tr></thead>
<tbody>
${told.unmapped.map(
  (
    each,
  ) => html`<tr><th scope="row">${unmappedName(each)}</th><td data-label="lines">${formatNumber(each.lines)}</td><td data-label="on the board">${formatNumber(each.known)}</td><td data-label="nearest">${each.nearest ?? '–'}</td></tr>
`,
)}</tbody></table>
</section>
`;
}
