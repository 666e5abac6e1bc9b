import { type Html, html } from '../../../shared/ground/text.js';
import { effectsOf, runMs } from '../facts/figures.js';
import { type Bar, drawBars, LEAST_SLOTS, topOf } from './chart.js';
import { cell, formatBytes, formatNumber, formatTime, plural } from './format.js';
import type { Report, RunFacts } from './read-report.js';

interface Chart {
  title: string;
  /** Names of the parts, bottom first, where there is more than one. */
  parts: readonly string[];
  values(facts: RunFacts): readonly number[];
  format(value: number): string;
}

const lines: Chart = {
  title: 'Lines by change',
  parts: ['new', 'changed', 'deleted', 'new uuid'],
  values: ({ found }) => [found.new, found.changed, found.deleted, found.rekeyed],
  format: formatNumber,
};
const failures: Chart = {
  title: 'Lines that failed',
  parts: ['refused by the board', 'rejected before'],
  values: ({ batches }) => {
    const { failed, rejected } = effectsOf(batches, 'items');
    return [failed, rejected];
  },
  format: formatNumber,
};
const minutes: Chart = {
  title: 'Minutes',
  parts: [],
  values: ({ run, batches }) => [runMs(run, batches) / 60_000],
  format: (value) => value.toFixed(1),
};
const archives: Chart = {
  title: 'Archive bytes',
  parts: [],
  values: (facts) => [facts.archives.reduce((total, { bytes }) => total + bytes, 0)],
  format: formatBytes,
};

/** The last runs, the reported one at the right. */
export function renderCharts({ history, archivesKnown }: Report): Html {
  const charts = [lines, failures, minutes, ...(archivesKnown ? [archives] : [])];
  const left = archivesKnown ? null : html`<p class="quiet">Archive sizes are left out: ARCHIVE_URL was not given.</p>`;
  return html`<section id="runs"><h3>The last ${plural(history.length, 'run')}</h3>
<div class="charts">${charts.map((chart) => renderChart(chart, history))}</div>${left}
${renderFigures(charts, history)}</section>
`;
}

function renderChart(chart: Chart, history: readonly RunFacts[]): Html {
  const bars = history.map((facts): Bar => {
    const parts = chart.values(facts);
    return { parts, label: `${formatTime(facts.run.startedAt)}: ${tell(chart, parts)}` };
  });
  const sums = bars.map(({ parts }) => sum(parts));
  const top = topOf(sums);
  const cut = sums.filter((value) => value > top);
  const own = sums.at(-1) ?? 0;
  const nothing = sums.every((value) => value === 0);
  const first = history[0];
  return html`<figure>
<figcaption><b>${chart.title}</b><span>${chart.format(own)} in this run</span></figcaption>
<div class="plot"><span class="top">${nothing ? '' : chart.format(top)}</span>${drawBars(bars, `${chart.title} of the last ${plural(history.length, 'run')}: ${chart.format(own)} in this run`)}${nothing && html`<span class="none">none</span>`}</div>
<div class="axis"><span>${first && history.length >= LEAST_SLOTS ? formatTime(first.run.startedAt) : ''}</span><span>this run</span></div>
<p class="legend">${chart.parts.map((part, index) => html`<span><i class="part-${index}"></i>${part}</span>`)}${cut.length > 0 && html`<span>cut at the top: ${cut.map(chart.format).join(', ')}</span>`}</p>
</figure>
`;
}

function tell(chart: Chart, parts: readonly number[]): string {
  if (chart.parts.length === 0) return chart.format(parts[0] ?? 0);
  return chart.parts.map((name, index) => `${chart.format(parts[index] ?? 0)} ${name}`).join(', ');
}

/** The same as numbers, for those who cannot see the bars or want to know exactly. */
function renderFigures(charts: readonly Chart[], history: readonly RunFacts[]): Html {
  const heads = charts.flatMap(({ title, parts }) => (parts.length === 0 ? [title.toLowerCase()] : parts));
  const rows = [...history].reverse().map((facts) => {
    const cells = charts.flatMap((chart) =>
      chart.values(facts).map((value, index) => {
        const label = chart.parts[index] ?? chart.title.toLowerCase();
        return html`<td data-label="${label}">${value === 0 ? cell(0) : chart.format(value)}</td>`;
      }),
    );
    return html`<tr><th scope="row">${formatTime(facts.run.startedAt)}</th>${cells}</tr>
`;
  });
  return html`<details><summary>The figures of these runs</summary>
<table class="cards"><thead><tr><th scope="col">run</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></details>`;
}

function sum(parts: readonly number[]): number {
  return parts.reduce((total, part) => total + part, 0);
}
