import { type Html, html } from '../../../shared/ground/text.js';
import type { FoundLines } from '../../../shared/store/change-set-figures.js';
import type { errorsOfRuns } from '../../../shared/store/failure-reports.js';
import type { RunFigures } from '../../../shared/store/run-figures.js';
import { effectsOf, type RunAtHand, type RunBatch, runMs } from '../facts/figures.js';
import { drawBars } from './chart.js';
import { cell, formatAge, formatClock, formatMs, formatNumber, formatTime, plural } from './format.js';
import { renderPage } from './page.js';

/** A run as the list shows it. */
export interface ListedRun {
  run: RunFigures;
  batches: readonly RunBatch[];
  found: FoundLines;
  /** Customers with changes, left out ones as well. */
  customers: number;
  /** Null while something of it is open. */
  endedAt: Date | null;
  state: Html;
  page: string;
  csvFile: string | undefined;
}

export interface Freshness {
  /** So many runs were looked at for what follows. */
  lookedAt: number;
  /** The newest run of all customers that was carried to its end. */
  carried: RunAtHand | undefined;
  /** Lines and sizes of it that did not reach the board. */
  missing: number;
  /** The newest one without any such line. */
  whole: RunAtHand | undefined;
  /** Runs that came after the carried one. */
  later: number;
}

export interface RunsPage {
  /** Newest first. */
  listed: readonly ListedRun[];
  freshness: Freshness;
  errors: Awaited<ReturnType<typeof errorsOfRuns>>;
  /** Whether the mapping has sizes. */
  withSizes: boolean;
  now: Date;
}

export function renderRuns(page: RunsPage): string {
  const { listed, now } = page;
  const header = html`<p class="quiet">customer-orders</p>
<h1>Runs</h1>
${renderFreshness(page)}`;
  const main = html`<section id="list"><h2>The last ${plural(listed.length, 'run')}</h2>
${listed.length === 0 ? html`<p class="quiet">There is no run yet.</p>` : renderList(listed)}</section>
${renderReasons(page)}`;
  const footer = html`Written ${formatTime(now)} by <code>batch report --runs</code>; dry runs are left out.`;
  return renderPage({ title: 'Runs - customer-orders', header, main, footer });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** How far the board is behind the source, at most: some customers may be fresher. */
function renderFreshness({ listed, freshness, withSizes, now }: RunsPage): Html {
  const { lookedAt, carried, missing, whole, later } = freshness;
  if (lookedAt === 0) return html`<p>Nothing was carried yet.</p>`;
  const none = lookedAt === 1 ? 'the only run was not' : `none of the last ${formatNumber(lookedAt)} runs was`;
  if (carried === undefined)
    return html`<p>How far the board is behind is not known: ${none} one of all customers that came to its end.</p>`;
  const name = (at: RunAtHand): Html => {
    const page = listed.find(({ run }) => run.runId === at.run.runId)?.page;
    const text = html`run of ${formatTime(at.run.startedAt)}`;
    return page === undefined ? text : html`<a href="${page}">${text}</a>`;
  };
  const what = withSizes ? plural(missing, 'line or size', 'lines or sizes') : plural(missing, 'line');
  const but = missing === 0 ? '' : `, but for ${what} that failed or were held back`;
  const success =
    whole === undefined
      ? html`${capital(none)} a full success.`
      : whole === carried
        ? html`It is the last full success.`
        : html`The last full success was the ${name(whole)}.`;
  return html`<p>The board is <b>${formatAge(now.getTime() - carried.run.startedAt.getTime())} behind</b> the source at most: the ${name(carried)} carried what had changed of all customers${but}. ${success}</p>
${later > 0 && html`<p class="quiet">${plural(later, 'later run')} ${later === 1 ? 'does' : 'do'} not count: of chosen customers, a restore, not finished, or with a customer left out.</p>`}`;
}

const HEADS = ['state', 'whose', 'customers', 'lines', 'created', 'updated', 'archived', 'failed', 'ended', 'took'];

function renderList(listed: readonly ListedRun[]): Html {
  return html`<table class="cards"><thead><tr><th scope="col">run</th>${HEADS.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${listed.map(renderEntry)}</tbody></table>
<p class="quiet">Lines are those that were found to have changed; created, updated and archived are items on the board; failed are lines that were rejected or refused.</p>`;
}

function renderEntry({ run, batches, found, customers, endedAt, state, page, csvFile }: ListedRun): Html {
  const items = effectsOf(batches, 'items');
  const failed = items.failed + items.rejected;
  const started = formatTime(run.startedAt);
  const whose = run.kind === 'RESTORE' ? 'a restore' : (run.filter?.join(', ') ?? 'all');
  const csv =
    csvFile !== undefined &&
    html` <a href="${csvFile}" download>CSV<span class="unseen"> of what is wrong in the run of ${started}</span></a>`;
  const cells = [
    state,
    html`${whose}`,
    cell(customers),
    cell(found.new + found.changed + found.deleted + found.rekeyed),
    ...[items.created, items.updated, items.archived].map(cell),
    html`${failed === 0 && csvFile !== undefined ? '0' : cell(failed)}${csv}`,
    html`${endedAt === null ? 'not yet' : formatClock(endedAt, run.startedAt)}`,
    html`${formatMs(runMs(run, batches))}`,
  ];
  return html`<tr><th scope="row"><a href="${page}">${started}</a></th>${cells.map((each, column) => html`<td data-label="${HEADS[column] ?? ''}">${each}</td>`)}</tr>
`;
}

interface ReasonCounts {
  reason: string;
  /** By run, the oldest first. */
  counts: readonly number[];
  total: number;
}

/** Reasons over time, the most frequent first; the newest run at the right. */
function renderReasons({ listed, errors, withSizes }: RunsPage): Html | null {
  if (errors.length === 0) return null;
  const runs = [...listed].reverse();
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const reasons = [...new Set(errors.map(({ reason }) => reason))].map((reason): ReasonCounts => {
    const own = errors.filter((each) => each.reason === reason);
    const counts = runs.map(({ run }) => sum(own.filter(({ runId }) => runId === run.runId).map(({ rows }) => rows)));
    return { reason, counts, total: sum(counts) };
  });
  reasons.sort((a, b) => b.total - a.total || a.reason.localeCompare(b.reason));
  return html`<section id="reasons"><h2>Reasons over time</h2>
<p class="quiet">Errors of ${withSizes ? 'lines and sizes' : 'lines'}, by reason. Each counts in the run that met it first as it is; the newest run stands at the right.</p>
<table class="cards"><thead><tr><th scope="col">reason</th><th scope="col">in all</th><th scope="col">last new in the run of</th><th scope="col">over time</th></tr></thead>
<tbody>
${reasons.map((each) => renderReason(each, runs))}</tbody></table></section>
`;
}

function renderReason({ reason, counts, total }: ReasonCounts, runs: readonly ListedRun[]): Html {
  const bars = runs.map(({ run }, place) => {
    const count = counts[place] ?? 0;
    return { parts: [count], label: `${formatTime(run.startedAt)}: ${formatNumber(count)}` };
  });
  const last = runs[counts.findLastIndex((count) => count > 0)];
  const summary = `${reason} in the last ${plural(runs.length, 'run')}, the oldest first: ${counts.join(', ')}`;
  return html`<tr><th scope="row">${reason}</th><td data-label="in all">${formatNumber(total)}</td><td data-label="last new in the run of">${last !== undefined && html`<a href="${last.page}">${formatTime(last.run.startedAt)}</a>`}</td><td class="bar">${drawBars(bars, summary)}</td></tr>
`;
}
