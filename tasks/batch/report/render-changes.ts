import { type Html, html } from '../../../shared/ground/html.js';
import type { ChangedLine } from '../../../shared/store/change-figures.js';
import { formatNumber, lineName, plural } from './format.js';
import type { CustomerFacts, Report } from './read-report.js';
import { more } from './render-failures.js';

const MOST_DIFFERENCES = 30;
const LONGEST_VALUE = 200;
const CHANGE_NAMES = { NEW: 'new', CHANGED: 'changed', DELETED: 'deleted', REKEYED: 'new uuid' } as const;

/** The changed lines of each customer, closed until somebody opens one. */
export function renderChanges({ run, customers }: Report): Html | null {
  if (customers.length === 0) return null;
  const changed = customers.flatMap(({ lines }) => lines.filter(({ change }) => change === 'CHANGED'));
  const isUntold = changed.length > 0 && changed.every(({ differences }) => differences.length === 0);
  const hint =
    run.method === 'fields' || !isUntold
      ? null
      : html`<p class="quiet">This run was compared by hash, so it is not recorded which columns differ; stage notes it of the lines that it reads. Runs with <code>--method fields</code> record it.</p>`;
  return html`<section id="changes"><h2>What changed</h2>${hint}
${customers.map((facts, at) => renderCustomer(facts, at, customers.length === 1))}</section>
`;
}

function renderCustomer({ found, batch, lines }: CustomerFacts, at: number, open: boolean): Html {
  const counts = [
    [found.new, 'new'],
    [found.changed, 'changed'],
    [found.deleted, 'deleted'],
    [found.rekeyed, 'new uuid'],
  ] as const;
  const badges = counts.filter(([count]) => count > 0).map(([count, name]) => `${formatNumber(count)} ${name}`);
  const all = counts.reduce((sum, [count]) => sum + count, 0);
  return html`<details id="customer-${at}" class="customer"${open && html` open`}><summary><b>${found.customer}</b> <span class="quiet">${badges.join(', ')}</span></summary>
${batch !== undefined && html`<p class="quiet">batch <code>${batch.batchId}</code></p>`}
<ul class="entries">${lines.map(renderLine)}</ul>${more(all - lines.length, 'line')}</details>
`;
}

function renderLine(line: ChangedLine): Html {
  const { change, oldCustomer, group, itemId, differences, error, requestId } = line;
  const tone = { NEW: 'good', CHANGED: 'warn', DELETED: 'bad', REKEYED: '' }[change];
  const facts = [
    outcomeOf(line),
    ...(itemId === null ? [] : [`item ${itemId}`]),
    ...(group === null ? [] : [group]),
    ...(oldCustomer === null ? [] : [`came from ${oldCustomer}`]),
  ];
  return html`<li><p><b>${lineName(line)}</b> <span class="chip ${tone}">${CHANGE_NAMES[change]}</span>${line.reason !== 'CONTENT' && html` <span class="quiet">${line.reason.toLowerCase()}</span>`}</p>
<p class="quiet">${facts.filter((fact) => fact !== '').join(', ')}${line.title !== null && html`, line <code>${line.lineKey}</code>`}</p>
${error !== null && html`<p>${error}${requestId !== null && html` <span class="quiet">request <code>${requestId}</code></span>`}</p>`}${renderDifferences(differences)}</li>
`;
}

/** What became of the line, in words. */
function outcomeOf({ held, status, action, differences }: ChangedLine): string {
  if (held) return 'held back';
  switch (status) {
    case 'API_SUCCESS':
      if (action !== 'UNCHANGED') return (action ?? '').toLowerCase();
      return differences.some(({ kind }) => kind === 'size') ? 'only its sizes changed' : 'on the board already';
    case 'API_FAILED':
      return 'refused by the board';
    case 'REJECTED':
      return 'rejected, not sent';
    case 'OBSOLETE':
      return 'no longer so when it was read again';
    case null:
      return 'not staged, or its staged row is pruned';
    default:
      return 'not sent yet';
  }
}

function renderDifferences(differences: ChangedLine['differences']): Html | null {
  if (differences.length === 0) return null;
  const shown = differences.slice(0, MOST_DIFFERENCES);
  const rest = differences.length - shown.length;
  return html`<dl class="differences">${shown.map(({ kind, name, before, after }) => html`<div><dt>${kind === 'size' ? `size ${name}` : name}</dt><dd>${value(before)} <span class="arrow">→</span> ${value(after)}</dd></div>`)}</dl>${rest > 0 && html`<p class="quiet">… and ${plural(rest, 'more column')}.</p>`}`;
}

function value(text: string | null): Html {
  if (text === null || text === '') return html`<span class="quiet">empty</span>`;
  return html`<span class="value">${text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text}</span>`;
}
