import { Html, html } from '../../../shared/ground/text.js';
import { effectsOf, forecastMinutes, runMs } from '../facts/figures.js';
import { type Attention, attentionOf } from './attention.js';
import { renderCharts } from './charts.js';
import { formatForecast, formatMs, formatNumber, formatTime, plural } from './format.js';
import type { Report } from './read-report.js';
import { renderChanges } from './render-changes.js';
import { renderCustomers } from './render-customers.js';
import { renderFailures, renderHeld, renderUnmapped } from './render-failures.js';
import { renderSteps } from './render-steps.js';
import { SCRIPT, SCRIPT_HASH } from './script.js';
import { STYLE } from './style.js';

/** Pages beside this one: of all runs, and of the runs before and after. */
export interface Neighbours {
  index: string;
  previous: string | undefined;
  next: string | undefined;
}

/**
 * The whole report as one page: first what needs somebody, then what changed, then figures. It asks for nothing from
 * elsewhere, and is readable without its script and for as long as it is kept.
 */
export function renderReport(report: Report, now: Date, neighbours?: Neighbours): string {
  const attention = attentionOf(report);
  const title = `Run of ${formatTime(report.run.startedAt)} - customer-orders`;
  const main = html`${renderAttention(report, attention)}
${renderChanges(report)}
<section id="figures"><h2>In figures</h2>
${renderTiles(report)}
${renderCustomers(report)}
${renderSteps(report)}
${renderCharts(report)}</section>`;
  const footer = html`Written ${formatTime(now)}: later runs and corrections are shown as of that time. docs/runbook.md says what to do about each reason; <code>detect --explain UUID</code> shows the history of a line.`;
  return renderPage({ title, header: renderHeader(report, attention, neighbours), main, footer });
}

/** A page of this program: its landmarks, style and script. */
export function renderPage(parts: { title: string; header: Html; main: Html; footer: Html }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'">
<meta name="color-scheme" content="light dark">
<title>${parts.title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header>${parts.header}</header>
<main>
${parts.main}
</main>
<footer class="quiet">${parts.footer}</footer>
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.text;
}

function renderHeader({ run, customers, batches }: Report, attention: readonly Attention[], to?: Neighbours): Html {
  const what = [
    run.kind === 'RESTORE' ? 'a restore' : `compared by ${run.method}`,
    ...(run.full ? ['every line'] : []),
    ...(run.filter === null ? [] : [`of ${run.filter.join(', ')} only`]),
  ];
  const compared = run.sourceRows === null ? '' : `${plural(run.sourceRows, 'line')} read; `;
  const changed = customers.filter(({ found }) => found.new + found.changed + found.deleted + found.rekeyed > 0);
  return html`<p class="quiet">customer-orders</p>
<h1>Run of ${formatTime(run.startedAt)} ${stateOf(run, attention)}</h1>
<p>${compared}${plural(changed.length, 'customer')} with changes, ${plural(batches.length, 'batch', 'batches')}.${run.state === 'DONE' && html` It took ${formatMs(runMs(run, batches))}${forecastText(batches)}.`}</p>
<p class="quiet">Run <code>${run.runId}</code>, ${what.join(', ')}, mapping <code>${run.mappingVersion.slice(0, 12)}</code></p>${to !== undefined && renderNeighbours(to)}`;
}

function renderNeighbours({ index, previous, next }: Neighbours): Html {
  const link = (href: string | undefined, text: string) => href !== undefined && html`<a href="${href}">${text}</a> `;
  return html`<nav aria-label="Runs">${link(previous, '← Previous run')}${link(index, 'All runs')}${link(next, 'Next run →')}</nav>`;
}

/** One chip for a run: how it ended, and whether it needs somebody. */
export function stateOf(run: Report['run'], attention: readonly Attention[]): Html {
  if (run.dry) return html`<span class="chip">dry run: nothing was written</span>`;
  if (attention.some(({ tone }) => tone === 'bad')) return html`<span class="chip bad">needs attention</span>`;
  if (attention.some(({ tone }) => tone === 'warn')) return html`<span class="chip warn">done in part</span>`;
  return attention.length > 0
    ? html`<span class="chip">settled since</span>`
    : html`<span class="chip good">all done</span>`;
}

function forecastText(batches: Parameters<typeof forecastMinutes>[0]): string {
  const minutes = forecastMinutes(batches);
  return minutes === undefined ? '' : `; the forecast for push was ${formatForecast(minutes)}`;
}

function renderAttention(report: Report, attention: readonly Attention[]): Html {
  const open = attention.filter(({ tone }) => tone !== 'past');
  const settled = attention.filter(({ tone }) => tone === 'past');
  const calm = report.run.dry
    ? 'Nothing needs attention: this was a dry run, and nothing was written.'
    : settled.length > 0
      ? 'Nothing needs attention any more.'
      : 'Nothing needs attention: all that was found is done.';
  return html`<section id="attention"><h2>What needs somebody</h2>
${open.length === 0 ? html`<p class="calm">${calm}</p>` : html`<ul class="attention">${open.map(renderEntry)}</ul>`}
${settled.length > 0 && html`<ul class="attention">${settled.map(renderEntry)}</ul>`}
${renderFailures(report)}${renderHeld(report)}${renderUnmapped(report)}</section>
`;
}

function renderEntry({ tone, who, text, next }: Attention): Html {
  const whose = tone === 'past' ? 'Settled' : who;
  return html`<li class="${tone}"><p><b class="who">${whose}</b> ${text}</p>${next !== undefined && html`<pre><code>${next}</code></pre>`}</li>
`;
}

function renderTiles({ run, found, batches, withSizes }: Report): Html {
  const { told } = run;
  const requests = batches.reduce((sum, batch) => sum + batch.requests, 0);
  return html`<div class="tiles">
${tile('Lines found', [
  ['new', found.new],
  ['changed', found.changed],
  ['deleted', found.deleted],
  ['new uuid', found.rekeyed],
])}
${run.dry ? renderExpected(batches, withSizes) : renderDone(batches, withSizes)}
${tile('Besides', [
  ['unchanged', told.unchanged],
  ['out of scope', told.outOfScope],
  ['missing, first look', told.pendingDeletes],
  ['requests', requests],
])}
</div>
`;
}

function renderDone(batches: Report['batches'], withSizes: boolean): Html {
  const [items, subitems] = [effectsOf(batches, 'items'), effectsOf(batches, 'subitems')];
  return html`${tile('Items on the board', [
    ['created', items.created],
    ['updated', items.updated],
    ['archived', items.archived],
    ['failed', items.failed + items.rejected],
  ])}
${
  withSizes &&
  tile('Subitems on the board', [
    ['created', subitems.created],
    ['updated', subitems.updated],
    ['archived', subitems.archived],
    ['failed', subitems.failed],
  ])
}`;
}

/** What a push would do, of a dry run that came so far. */
function renderExpected(batches: Report['batches'], withSizes: boolean): Html {
  const sum = (name: 'itemsToCreate' | 'itemsToUpdate' | 'itemsToArchive' | 'subitemsToCreate' | 'subitemsToUpdate') =>
    batches.reduce((total, { forecast }) => total + (forecast?.[name] ?? 0), 0);
  return html`${tile('Items, if this were not a dry run', [
    ['to create', sum('itemsToCreate')],
    ['to update', sum('itemsToUpdate')],
    ['to archive', sum('itemsToArchive')],
  ])}
${
  withSizes &&
  tile('Subitems, if this were not a dry run', [
    ['to create', sum('subitemsToCreate')],
    ['to update', sum('subitemsToUpdate')],
  ])
}`;
}

function tile(title: string, figures: readonly (readonly [name: string, value: number])[]): Html {
  return html`<div><h3>${title}</h3><dl>${figures.map(([name, value]) => html`<div class="${value === 0 && 'nought'}"><dt>${name}</dt><dd>${formatNumber(value)}</dd></div>`)}</dl></div>`;
}
