import { type Html, html } from '../../../shared/ground/text.js';
import type { Item } from '../model.js';
import { ITEMS_BOARD } from '../shape.js';
import type { ChangeKind } from './changes.js';
import type { BoardPage, SizeWords } from './view.js';

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
  const titles = page.rowColumns.map((id) => html`<span>${page.title(ITEMS_BOARD, id)}</span>`);
  const quantity = page.sizeWords && html`<span class="number">Quantity</span>`;
  return html`<div class="titles row" aria-hidden="true"><span>Name</span>${titles}${quantity}</div>`;
}

function sizesText(count: number, { one, many }: SizeWords): string {
  if (count === 0) return `no ${many}`;
  return `in ${count} ${count === 1 ? one : many}`;
}

/** The quantity of an item and how it is parted; null where items have no subitems. */
function renderQuantity(page: BoardPage, item: Item): Html | null {
  if (page.sizeWords === null) return null;
  const sizes = page.sizesOf(item);
  const sum = sizes.reduce((total, size) => total + page.quantity(size), 0);
  return html`<span class="cell number"><span class="title">Quantity </span>${number.format(sum)}<span class="sizes"> ${sizesText(sizes.length, page.sizeWords)}</span></span>`;
}

function renderRow(page: BoardPage, item: Item): Html {
  const change = page.changes.of(item);
  const cells = page.rowColumns.map((id) => {
    const text = page.text(item, id);
    const title = page.title(ITEMS_BOARD, id);
    return html`<span class="cell${text === '' ? ' empty' : ''}"><span class="title">${title} </span>${text}</span>`;
  });
  return html`<li><details class="item ${change ?? ''}" data-item="${item.id}">
<summary class="row"><span class="name">${item.name} ${badge(change)} ${stateBadge(item, change)}</span>${cells}${renderQuantity(page, item)}</summary>
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

function renderSizes(page: BoardPage, item: Item): Html | null {
  if (page.sizeWords === null) return null;
  const { many, heading, quantity: quantityTitle } = page.sizeWords;
  const sizes = page.sizesOf(item);
  if (sizes.length === 0) return html`<p class="quiet">No ${many}.</p>`;
  const rows = sizes.map((size) => {
    const change = page.changes.of(size);
    const quantity = number.format(page.quantity(size));
    return html`<tr class="${change ?? ''}"><th scope="row">${size.name} ${badge(change)} ${stateBadge(size, change)}</th><td class="number">${quantity}</td></tr>`;
  });
  const sum = sizes.reduce((total, size) => total + page.quantity(size), 0);
  return html`<table class="size-table"><caption>${many.slice(0, 1).toUpperCase()}${many.slice(1)}</caption><thead><tr><th scope="col">${heading}</th><th scope="col" class="number">${quantityTitle}</th></tr></thead>
<tbody>${rows}</tbody><tfoot><tr><th scope="row">Sum</th><td class="number">${number.format(sum)}</td></tr></tfoot></table>`;
}

/** All of an item: its sizes with their sum, and every filled column. */
export function renderItem(page: BoardPage, item: Item): Html {
  const { keyColumn } = page.state.shape;
  const key = page.title(ITEMS_BOARD, keyColumn);
  const values = page.filled(item).filter(({ title }) => title !== key);
  const all = [...values, { title: key, text: page.text(item, keyColumn) }, { title: 'Item ID', text: item.id }];
  const pairs = all.map(({ title, text }) => html`<div><dt>${title}</dt><dd>${text}</dd></div>`);
  const sizes = renderSizes(page, item);
  return html`${sizes && html`<div class="sizes-part">${sizes}</div>`}<dl class="values">${pairs}</dl>`;
}
