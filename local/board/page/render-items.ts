import { type Html, html } from '../../../shared/ground/text.js';
import type { Item } from '../model.js';
import { ITEMS_BOARD, KEY_COLUMN } from '../shape.js';
import type { ChangeKind } from './changes.js';
import { type BoardPage, ROW_COLUMNS } from './view.js';

/** Rows that are sent at once. */
export const ROWS = 200;

const number = new Intl.NumberFormat('en-US');

export function badge(kind: ChangeKind | null, count?: number): Html | null {
  if (kind === null) return null;
  return html`<span class="badge ${kind}">${count === undefined ? null : `${number.format(count)} `}${kind}</span>`;
}

function stateBadge(item: Item, shown: ChangeKind | null): Html | null {
  return item.state === 'active' || item.state === shown ? null : html`<span class="badge state">${item.state}</span>`;
}

/** The titles above the rows, for eyes only: each value carries its title for those who listen. */
export function renderTitles(page: BoardPage): Html {
  const titles = ROW_COLUMNS.map((id) => html`<span>${page.title(ITEMS_BOARD, id)}</span>`);
  return html`<div class="titles row" aria-hidden="true"><span>Name</span>${titles}<span class="number">Quantity</span></div>`;
}

function sizesText(count: number): string {
  if (count === 0) return 'no sizes';
  return `in ${count} ${count === 1 ? 'size' : 'sizes'}`;
}

function renderRow(page: BoardPage, item: Item): Html {
  const change = page.changes.of(item);
  const sizes = page.sizesOf(item);
  const sum = sizes.reduce((total, size) => total + page.quantity(size), 0);
  const cells = ROW_COLUMNS.map((id) => {
    const text = page.text(item, id);
    const title = page.title(ITEMS_BOARD, id);
    return html`<span class="cell${text === '' ? ' empty' : ''}"><span class="title">${title} </span>${text}</span>`;
  });
  return html`<li><details class="item ${change ?? ''}" data-item="${item.id}">
<summary class="row"><span class="name">${item.name} ${badge(change)} ${stateBadge(item, change)}</span>${cells}<span class="cell number"><span class="title">Quantity </span>${number.format(sum)}<span class="sizes"> ${sizesText(sizes.length)}</span></span></summary>
<div class="content" data-source="item?id=${item.id}"></div>
</details></li>
`;
}

/** Rows of items from `from` on, with a button for the next ones. */
export function renderRows(page: BoardPage, items: readonly Item[], more: string | null, from = 0): Html {
  const shown = items.slice(from, from + ROWS).map((item) => renderRow(page, item));
  const rest = items.length - from - shown.length;
  const button =
    more === null || rest <= 0
      ? null
      : html`<li class="more"><button type="button" data-more="${more}&from=${from + ROWS}">Show ${number.format(Math.min(rest, ROWS))} more of ${number.format(rest)}</button></li>`;
  return html`${shown}${button}`;
}

function renderSizes(page: BoardPage, item: Item): Html {
  const sizes = page.sizesOf(item);
  if (sizes.length === 0) return html`<p class="quiet">No sizes.</p>`;
  const rows = sizes.map((size) => {
    const change = page.changes.of(size);
    const quantity = number.format(page.quantity(size));
    return html`<tr class="${change ?? ''}"><th scope="row">${size.name} ${badge(change)} ${stateBadge(size, change)}</th><td class="number">${quantity}</td></tr>`;
  });
  const sum = sizes.reduce((total, size) => total + page.quantity(size), 0);
  return html`<table class="size-table"><caption>Sizes</caption><thead><tr><th scope="col">Size</th><th scope="col" class="number">Order Qty</th></tr></thead>
<tbody>${rows}</tbody><tfoot><tr><th scope="row">Sum</th><td class="number">${number.format(sum)}</td></tr></tfoot></table>`;
}

/** All of an item: its sizes with their sum, and every filled column. */
export function renderItem(page: BoardPage, item: Item): Html {
  const key = page.title(ITEMS_BOARD, KEY_COLUMN);
  const values = page.filled(item).filter(({ title }) => title !== key);
  const all = [...values, { title: key, text: page.text(item, KEY_COLUMN) }, { title: 'Item ID', text: item.id }];
  const pairs = all.map(({ title, text }) => html`<div><dt>${title}</dt><dd>${text}</dd></div>`);
  return html`<div class="sizes-part">${renderSizes(page, item)}</div><dl class="values">${pairs}</dl>`;
}
