import { groupBy } from '../../../shared/ground/lists.js';
import { type Html, html } from '../../../shared/ground/text.js';
import type { ItemColumn } from '../../../shared/mapping/mapping.js';
import { cutAlike, cutText } from '../../../shared/mapping/rules.js';
import { formatNumber, itemAddress, lineName, plural } from './format.js';
import { type LineOutcome, outcomeOf, type ReportedLine, type ToldDifference, tell, unreadBesides } from './lines.js';
import type { CustomerFacts, Report } from './read-report.js';

const MOST_DIFFERENCES = 30;
const LONGEST_VALUE = 200;
const CHANGE_NAMES = { NEW: 'new', CHANGED: 'changed', DELETED: 'deleted', REKEYED: 'new uuid' } as const;
const REASON_NAMES = { CONTENT: '', MAPPING: 'by a new mapping', FULL: 'by --full', RETRY: 'tried again' } as const;
const TONES = { landed: 'good', failed: 'bad', open: 'warn', nothing: '' } as const;
const natural = new Intl.Collator('en', { numeric: true });

/** What changed in the source and what became of it, by customer and order; customers closed until somebody opens one. */
export function renderChanges(report: Report): Html {
  const { run, customers } = report;
  const told = customers.filter(({ found, lines }) => countOf(found) + lines.length > 0);
  if (told.length === 0)
    return html`<section id="changes"><h2>What changed</h2><p class="quiet">${run.state === 'OPEN' ? 'Not known yet: detect has not finished.' : 'Nothing had changed.'}</p></section>`;
  const changed = told.flatMap(({ lines }) => lines.filter(({ change }) => change === 'CHANGED'));
  const isUntold = changed.length > 0 && changed.every(({ differences }) => differences.length === 0);
  const hint =
    run.method === 'fields' || !isUntold
      ? null
      : html`<p class="quiet">This run was compared by hash, so it is not recorded which columns differ; stage notes it of the lines that it reads. Runs with <code>--method fields</code> record it.</p>`;
  return html`<section id="changes"><h2>What changed</h2>
<p class="quiet">What differs in the source from what was acknowledged before, old → new, and what became of it${report.boardUrl !== null && html` on the <a href="${report.boardUrl}" rel="noreferrer">board</a>`}.</p>${hint}
<form id="find" role="search" hidden><label>Search <input type="search" name="q" placeholder="order, style, customer, value …" autocomplete="off"></label>
<label>Show <select name="kind"><option value="">all changes</option><option value="new">new</option><option value="changed">changed</option><option value="deleted">deleted</option><option value="new uuid">new uuid</option><option value="failed">failed</option><option value="open">not finished</option></select></label>
<p id="found" role="status"></p></form>
${told.map((facts) => renderCustomer(facts, report, told.length === 1))}</section>
`;
}

function countOf(found: CustomerFacts['found']): number {
  return found.new + found.changed + found.deleted + found.rekeyed;
}

function renderCustomer(facts: CustomerFacts, report: Report, open: boolean): Html {
  const { found, batch, lines } = facts;
  const counts = [
    [found.new, 'new'],
    [found.changed, 'changed'],
    [found.deleted, 'deleted'],
    [found.rekeyed, 'new uuid'],
  ] as const;
  const badges = counts.filter(([count]) => count > 0).map(([count, name]) => `${formatNumber(count)} ${name}`);
  const rest = countOf(found) - lines.length;
  const more =
    rest > 0 &&
    html`<p class="quiet">… and ${plural(rest, 'more line')}: <code>detect --explain</code> tells of each.</p>`;
  return html`<details id="${customerId(report, found.customer)}" class="customer"${open && html` open`}><summary><h3>${found.customer}</h3> <span class="quiet">${badges.join(', ')}</span></summary>
${batch !== undefined && html`<p class="quiet">batch <code>${batch.batchId}</code></p>`}
${ordersOf(lines).map((order) => renderOrder(order, facts, report))}${more}</details>
`;
}

/** The place of a customer on the page. */
export function customerId({ customers }: Report, customer: string): string {
  return `customer-${customers.findIndex(({ found }) => found.customer === customer)}`;
}

interface Order {
  number: string | null;
  lines: ReportedLine[];
}

/** Lines by order number, those without one last. */
function ordersOf(lines: readonly ReportedLine[]): Order[] {
  return [...groupBy(lines, ({ orderNumber }) => orderNumber)]
    .map(([number, own]) => ({ number, lines: own }))
    .sort((a, b) => Number(a.number === null) - Number(b.number === null) || compare(a.number, b.number));
}

const compare = (a: string | null, b: string | null): number => natural.compare(a ?? '', b ?? '');

function renderOrder({ number, lines }: Order, facts: CustomerFacts, report: Report): Html {
  const purchases = [...new Set(lines.map(({ purchaseOrder }) => purchaseOrder))];
  const [only = null] = purchases.length === 1 ? purchases : [];
  const heading = number === null ? 'Without an order number' : `Order ${number}`;
  return html`<section class="order"><h4>${heading}${only !== null && html` <span class="quiet">PO ${only}</span>`}</h4>
<ul class="entries">${lines.map((line) => renderLine(line, { facts, report, showPurchase: purchases.length > 1 }))}</ul></section>
`;
}

interface Around {
  facts: CustomerFacts;
  report: Report;
  showPurchase: boolean;
}

function renderLine(line: ReportedLine, { facts, report, showPurchase }: Around): Html {
  const { change, oldCustomer, group, itemId, error, requestId, reason, purchaseOrder, described } = line;
  const { columns } = report;
  const outcome = outcomeOf(line, facts, columns);
  const facts_ = [
    ...(described === null ? [] : [html`${described}`]),
    ...(showPurchase && purchaseOrder !== null ? [html`PO ${purchaseOrder}`] : []),
    ...(group === null ? [] : [html`group ${group}`]),
    ...(oldCustomer === null ? [] : [html`came from ${oldCustomer}`]),
    ...(REASON_NAMES[reason] === '' ? [] : [html`${REASON_NAMES[reason]}`]),
    ...(itemId === null ? [] : [itemLink(itemId, report)]),
    html`line <code>${line.lineKey}</code>`,
  ];
  return html`<li class="line" data-kind="${CHANGE_NAMES[change]}" data-ending="${outcome.ending}"><p><b>${lineName(line)}</b> <span class="chip">${CHANGE_NAMES[change]}</span> ${outcomeChip(outcome)}</p>
<p class="quiet facts">${joined(facts_)}</p>
${error !== null && html`<p>${error}${requestId !== null && html` <span class="quiet">request <code>${requestId}</code></span>`}</p>`}${renderDifferences(line, columns)}</li>
`;
}

const outcomeChip = ({ ending, text }: LineOutcome): Html =>
  html`<span class="outcome ${TONES[ending]}">${text}</span>`;

/** The item as a link where the board has told its address. */
export function itemLink(itemId: string, { boardUrl }: Pick<Report, 'boardUrl'>): Html {
  if (boardUrl === null) return html`item ${itemId}`;
  return html`<a href="${itemAddress(itemId, boardUrl)}" rel="noreferrer">item ${itemId}</a>`;
}

/** Facts beside each other, each with its own direction: a value written from right to left moves none of the others. */
export function joined(facts: readonly Html[]): readonly Html[] {
  return facts.map((fact, place) => html`${place > 0 && ' · '}<bdi>${fact}</bdi>`);
}

function renderDifferences(line: ReportedLine, columns: readonly ItemColumn[]): Html | null {
  const told = line.differences.map((difference) => tell(difference, line, columns));
  const besides = unreadBesides(line, columns);
  if (told.length + besides.length === 0) return null;
  const shown = told.slice(0, MOST_DIFFERENCES);
  const rest = told.length - shown.length;
  const unread = besides.map(
    (name) => html`<div><dt>${name}</dt><dd>not understood, so it was not sent: the board keeps what it has</dd></div>`,
  );
  return html`<dl class="differences">${shown.map(renderDifference)}${unread}</dl>${rest > 0 && html`<p class="quiet">… and ${plural(rest, 'more column')}.</p>`}`;
}

function renderDifference({ label, before, after, onBoard, failed, unread }: ToldDifference): Html {
  if (unread !== undefined) {
    const kept = unread === null ? '' : ` (last sent ${cutText(unread, LONGEST_VALUE)})`;
    return html`<div class="unread"><dt>${label}</dt><dd>${value(cutText(after ?? '', LONGEST_VALUE))} was not understood and not sent: the board keeps what it has${kept}</dd></div>`;
  }
  const note = failed ? 'failed' : onBoard ? null : 'not shown on the board';
  const [old, now] = cutAlike(before ?? '', after ?? '', LONGEST_VALUE);
  return html`<div><dt>${label}</dt><dd>${value(old)} <span class="arrow">→</span> ${value(now)}${note !== null && html` <span class="quiet">(${note})</span>`}</dd></div>`;
}

function value(text: string): Html {
  if (text === '') return html`<span class="quiet">empty</span>`;
  return html`<span class="value">${text}</span>`;
}
