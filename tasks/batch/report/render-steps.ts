import { roundTo } from '../../../shared/ground/numbers.js';
import { type Html, html } from '../../../shared/ground/text.js';
import type { RunBatch } from '../facts/figures.js';
import { STEPS, stepMs } from '../facts/figures.js';
import { cell, formatForecast, formatMs } from './format.js';
import type { CustomerFacts, Report } from './read-report.js';

const MINUTE = 60_000;
const WIDTH = 100;
const HEAD = ['stage', 'push', 'forecast', 'promote', 'archive', 'requests', 'points', 'bar'];

/** How long each step took, and push against its forecast. Batches go one after the other. */
export function renderSteps({ run, customers }: Report): Html | null {
  const own = customers.flatMap((facts) => (facts.batch === undefined ? [] : [{ ...facts, batch: facts.batch }]));
  if (own.length === 0) return null;
  const longest = Math.max(1, ...own.map(({ batch }) => Math.max(total(batch), forecastMs(batch) ?? 0)));
  const detect = run.finishedAt === null ? undefined : run.finishedAt.getTime() - run.startedAt.getTime();
  return html`<section id="steps"><h3>How long it took</h3>
<p class="quiet">detect took ${formatMs(detect)}. Customers go one after the other. In the bars: <i class="swatch part-0"></i> stage, <i class="swatch part-1"></i> push, <i class="swatch part-2"></i> promote; the stroke is the forecast of push.</p>
<table class="cards"><thead><tr><th scope="col">customer</th>${HEAD.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${own.map((facts) => renderBatch(facts, longest))}</tbody></table>
</section>
`;
}

function renderBatch({ batch, archive }: CustomerFacts & { batch: RunBatch }, longest: number): Html {
  const [stage, push, promote] = STEPS.map((step) => stepMs(batch, step));
  const promoted = batch.promote.to;
  const archived = archive && promoted && archive.at > promoted ? archive.at.getTime() - promoted.getTime() : undefined;
  const cells = [
    html`${formatMs(stage)}`,
    html`<b>${formatMs(push)}</b>`,
    html`${formatForecast(batch.forecast?.minutes)}`,
    html`${formatMs(promote)}`,
    html`${formatMs(archived)}`,
    cell(batch.requests),
    cell(batch.points),
    drawSteps(batch, longest),
  ];
  return html`<tr><th scope="row">${batch.customer}</th>${cells.map((each, column) => html`<td${HEAD[column] === 'bar' ? html` class="bar"` : html` data-label="${HEAD[column] ?? ''}"`}>${each}</td>`)}</tr>
`;
}

function drawSteps(batch: RunBatch, longest: number): Html {
  let x = 0;
  const parts = STEPS.map((step, index) => {
    const width = ((stepMs(batch, step) ?? 0) / longest) * WIDTH;
    x += width;
    return html`<rect class="part-${index}" x="${round(x - width)}" y="2" width="${round(width)}" height="6"/>`;
  });
  const forecast = forecastMs(batch);
  const start = ((stepMs(batch, 'stage') ?? 0) / longest) * WIDTH;
  const at = forecast === undefined ? 0 : Math.min(WIDTH - 0.6, start + (forecast / longest) * WIDTH);
  return html`<svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true">${parts}${forecast !== undefined && html`<rect class="forecast" x="${round(at)}" y="0" width="0.6" height="10"/>`}</svg>`;
}

function total(batch: RunBatch): number {
  return STEPS.reduce((sum, step) => sum + (stepMs(batch, step) ?? 0), 0);
}

function forecastMs({ forecast }: RunBatch): number | undefined {
  return forecast === null ? undefined : forecast.minutes * MINUTE;
}

function round(value: number): number {
  return roundTo(value, 2);
}
