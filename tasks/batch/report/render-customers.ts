import { type Html, html } from '../../../shared/ground/text.js';
import { type Effects, effectsOf } from '../facts/figures.js';
import { cell, formatBytes, formatNumber, NOUGHT } from './format.js';
import type { CustomerFacts, Report } from './read-report.js';
import { customerId } from './render-changes.js';

const OF_SIZES = 'subitems';
const HEADS = ['new', 'changed', 'deleted', 'new uuid', 'items', OF_SIZES, 'failed', 'held back', 'archive', 'state'];

/** What changed of each customer and what of it reached the board. */
export function renderCustomers(report: Report): Html | null {
  const { customers, withSizes } = report;
  const heads = HEADS.filter((head) => withSizes || head !== OF_SIZES);
  if (customers.length === 0) return null;
  return html`<section id="customers"><h3>Customers</h3>
<table class="cards"><thead><tr><th scope="col">customer</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${customers.map((facts) => renderCustomer(facts, heads, customerId(report, facts.found.customer)))}</tbody></table>
<p class="quiet">${withSizes ? 'Items and subitems' : 'Items'}: <span class="plus">+</span> created, <span class="tilde">~</span> updated, <span class="minus">−</span> archived.</p>
</section>
`;
}

function renderCustomer(
  { found, batch, archive, heldLines }: CustomerFacts,
  heads: readonly string[],
  id: string,
): Html {
  const items = effectsOf(batch ? [batch] : [], 'items');
  const subitems = effectsOf(batch ? [batch] : [], 'subitems');
  const cells = [
    cell(found.new),
    cell(found.changed),
    cell(found.deleted),
    cell(found.rekeyed),
    effects(items),
    ...(heads.includes(OF_SIZES) ? [effects(subitems)] : []),
    cell(items.failed + items.rejected),
    cell(heldLines),
    archive === undefined ? NOUGHT : html`${formatBytes(archive.bytes)}`,
    html`<span class="chip ${toneOf(found, batch)}">${stateText(found, batch)}</span>`,
  ];
  return html`<tr><th scope="row">${found.new + found.changed + found.deleted + found.rekeyed > 0 ? html`<a href="#${id}">${found.customer}</a>` : found.customer}</th>${cells.map((each, column) => html`<td data-label="${heads[column] ?? ''}">${each}</td>`)}</tr>
`;
}

function effects({ created, updated, archived }: Effects): Html {
  const parts = [
    created > 0 && html`<span class="plus">+${formatNumber(created)}</span>`,
    updated > 0 && html`<span class="tilde">~${formatNumber(updated)}</span>`,
    archived > 0 && html`<span class="minus">−${formatNumber(archived)}</span>`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? NOUGHT : html`<span class="effects">${parts}</span>`;
}

function stateText(found: CustomerFacts['found'], batch: CustomerFacts['batch']): string {
  if (found.state === 'BRAKED' || found.state === 'BUSY') return found.state.toLowerCase();
  if (batch === undefined) return found.state === 'BATCHED' ? 'held back' : found.state.toLowerCase();
  switch (batch.status) {
    case 'COMPLETED':
      return 'done';
    case 'COMPLETED_WITH_ERRORS':
      return 'some failed';
    case 'DRY_RUN':
      return 'dry run';
    default:
      return batch.status.toLowerCase();
  }
}

function toneOf(found: CustomerFacts['found'], batch: CustomerFacts['batch']): string {
  if (found.state === 'BRAKED' || found.state === 'BUSY') return 'warn';
  switch (batch?.status) {
    case 'COMPLETED':
      return 'good';
    case 'COMPLETED_WITH_ERRORS':
    case 'SUPERSEDED':
      return 'warn';
    case 'STARTED':
    case 'STAGED':
    case 'PUSHED':
      return 'bad';
    default:
      return '';
  }
}
