import { Html, html } from '../../../shared/ground/html.js';
import { effectsOf } from '../facts/batches.js';
import { forecastMinutes, runMs } from '../facts/durations.js';
import { type Attention, attentionOf } from './attention.js';
import { renderCharts } from './charts.js';
import { formatForecast, formatMs, formatNumber, formatTime, plural } from './format.js';
import type { Report } from './read-report.js';
import { renderChanges } from './render-changes.js';
import { renderCustomers } from './render-customers.js';
import { renderFailures, renderHeld } from './render-failures.js';
import { renderSteps } from './render-steps.js';
import { renderUnmapped } from './render-unmapped.js';
import { STYLE } from './style.js';

/** The whole report as one page: no script, no request, readable anywhere and for as long as it is kept. */
export function renderReport(report: Report, now: Date): string {
  const attention = attentionOf(report);
  const { run } = report;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>Run of ${formatTime(run.startedAt)} - customer-orders</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
${renderHeader(report, attention)}
${renderAttention(attention)}
${renderTiles(report)}
${renderCustomers(report)}
${renderUnmapped(report)}
${renderFailures(report)}
${renderHeld(report)}
${renderSteps(report)}
${renderCharts(report)}
${renderChanges(report)}
<footer class="quiet">Written ${formatTime(now)}. docs/runbook.md says what to do about each reason; <code>detect --explain UUID</code> shows the history of a line.</footer>
</body>
</html>
`;
  return page.text;
}

function renderHeader({ run, customers, batches }: Report, attention: readonly Attention[]): Html {
  const what = [
    run.kind === 'RESTORE' ? 'a restore' : `compared by ${run.method}`,
    ...(run.full ? ['every line'] : []),
    ...(run.filter === null ? [] : ['chosen customers only']),
  ];
  const compared = run.sourceRows === null ? '' : `${plural(run.sourceRows, 'line')} read; `;
  return html`<header>
<p class="quiet">customer-orders</p>
<h1>Run of ${formatTime(run.startedAt)} ${stateOf(run, attention)}</h1>
<p>${compared}${plural(customers.length, 'customer')} with changes, ${plural(batches.length, 'batch', 'batches')}. It took ${formatMs(runMs(run, batches))}${forecastText(batches)}.</p>
<p class="quiet">Run <code>${run.runId}</code>, ${what.join(', ')}, mapping <code>${run.mappingVersion.slice(0, 12)}</code></p>
</header>`;
}

function stateOf(run: Report['run'], attention: readonly Attention[]): Html {
  if (run.dry) return html`<span class="chip">dry run: nothing was written</span>`;
  if (attention.some(({ tone }) => tone === 'bad')) return html`<span class="chip bad">needs attention</span>`;
  return attention.length > 0
    ? html`<span class="chip warn">done in part</span>`
    : html`<span class="chip good">all done</span>`;
}

function forecastText(batches: Parameters<typeof forecastMinutes>[0]): string {
  const minutes = forecastMinutes(batches);
  return minutes === undefined ? '' : `; the forecast for push was ${formatForecast(minutes)}`;
}

function renderAttention(attention: readonly Attention[]): Html {
  if (attention.length === 0) return html`<p class="calm">Nothing needs attention: all that was found is done.</p>`;
  return html`<ul class="attention">${attention.map(({ tone, text }) => html`<li class="${tone}">${text}</li>`)}</ul>`;
}

function renderTiles({ run: { told }, found, batches }: Report): Html {
  const items = effectsOf(batches, 'items');
  const subitems = effectsOf(batches, 'subitems');
  const requests = batches.reduce((sum, batch) => sum + batch.requests, 0);
  return html`<section class="tiles">
${tile('Lines found', [
  ['new', found.new],
  ['changed', found.changed],
  ['deleted', found.deleted],
  ['new uuid', found.rekeyed],
])}
${tile('Items on the board', [
  ['created', items.created],
  ['updated', items.updated],
  ['archived', items.archived],
  ['failed', items.failed + items.rejected],
])}
${tile('Subitems on the board', [
  ['created', subitems.created],
  ['updated', subitems.updated],
  ['archived', subitems.archived],
  ['failed', subitems.failed],
])}
${tile('Besides', [
  ['unchanged', told.unchanged],
  ['out of scope', told.outOfScope],
  ['missing, first look', told.pendingDeletes],
  ['requests', requests],
])}
</section>
`;
}

function tile(title: string, figures: readonly (readonly [name: string, value: number])[]): Html {
  return html`<div><h2>${title}</h2><dl>${figures.map(([name, value]) => html`<div class="${value === 0 && 'nought'}"><dt>${name}</dt><dd>${formatNumber(value)}</dd></div>`)}</dl></div>`;
}
