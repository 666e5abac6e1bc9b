import { type Html, html } from '../../../shared/ground/text.js';
import type { Group, Item, Mark } from '../model.js';
import { ITEMS_BOARD, SUBITEMS_BOARD } from '../shape.js';
import { asset } from './assets.js';
import { badge, renderRows, renderTitles } from './render-items.js';
import type { Matches } from './search.js';
import type { BoardPage } from './view.js';

const number = new Intl.NumberFormat('en-US');

function plural(count: number, one: string, many = `${one}s`): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}

function renderGroup(page: BoardPage, group: Group): Html | null {
  const items = page.itemsOf(group);
  if (items.length === 0) return null;
  const active = items.filter((item) => item.state === 'active');
  const sum = active.reduce(
    (total, item) => total + page.sizesOf(item).reduce((sizes, size) => sizes + page.quantity(size), 0),
    0,
  );
  const quantity = page.sizeWords === null ? '' : `, quantity ${number.format(sum)}`;
  const changed = page.changes.count(page.state.inOrder(group.id)).map(({ kind, count }) => badge(kind, count));
  return html`<section><details class="group" data-group="${group.id}">
<summary><h2>${group.title}</h2><span class="quiet">${page.changedOnly ? `${plural(items.length, 'item')} changed` : plural(active.length, 'item')}${quantity}</span><span class="badges">${changed.filter((each) => each !== null)}</span></summary>
<div class="content" data-source="group?id=${group.id}"></div>
</details></section>
`;
}

/** The items of a group. */
export function renderGroupContent(page: BoardPage, group: Group, from: number): Html {
  const rows = renderRows(page, page.itemsOf(group), `group?id=${group.id}`, from);
  return from > 0 ? rows : html`${renderTitles(page)}<ul class="items">${rows}</ul>`;
}

/** The items that a search found, under the titles of their groups. */
export function renderMatches(page: BoardPage, { total, items }: Matches): Html {
  const found = `${plural(total, 'item')} found${total > items.length ? `, the first ${items.length} shown` : ''}`;
  const groups = page.groups.map((group) => ({ group, own: items.filter((item: Item) => item.groupId === group.id) }));
  const sections = groups
    .filter(({ own }) => own.length > 0)
    .map(
      ({ group, own }) =>
        html`<section class="found"><h2>${group.title}</h2><ul class="items">${renderRows(page, own, null)}</ul></section>`,
    );
  return html`<p role="status">${found}.</p>${total > 0 && renderTitles(page)}${sections}`;
}

function renderPoints(page: BoardPage): Html {
  const { since } = page;
  const option = (point: Mark) => {
    const time = point.at === '' ? '' : `, ${point.at.slice(0, 16).replace('T', ' ')} UTC`;
    return html`<option value="${point.n}"${point === since && html` selected`}>${point.label}${time}</option>`;
  };
  const points = [...page.points].reverse();
  if (since !== null && !points.includes(since)) points.unshift(since);
  return html`<label>Highlight changes since <select name="after">${points.map(option)}<option value="none"${since === null && html` selected`}>never</option></select></label>`;
}

function renderCheckbox(name: string, checked: boolean, label: string): Html {
  return html`<label><input type="checkbox" name="${name}" value="1"${checked && html` checked`}> ${label}</label>`;
}

/** The whole page; the rows of a group come when it is opened. */
export function renderPage(page: BoardPage): Html {
  const board = page.state.board(ITEMS_BOARD);
  const groups = page.groups.flatMap((group) => renderGroup(page, group) ?? []);
  const shown = (): number => page.groups.reduce((sum, group) => sum + page.itemsOf(group).length, 0);
  const items = plural(page.state.activeCount(ITEMS_BOARD), 'item');
  const counts = [
    page.changedOnly ? `${number.format(shown())} changed, of ${items}` : items,
    ...(page.sizeWords === null
      ? []
      : [plural(page.state.activeCount(SUBITEMS_BOARD), page.sizeWords.one, page.sizeWords.many)]),
    plural(groups.length, 'group'),
    plural(page.state.requests.length, 'request'),
  ].join(' · ');
  const empty = html`<p class="quiet empty-board">${page.changedOnly ? 'Nothing changed.' : 'There are no items on the board yet.'}</p>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${board.name}</title>
<style>${asset('page.css')}</style>
</head>
<body>
<header>
<h1>${board.name}</h1>
<p class="quiet">${counts}</p>
<form id="choices" role="search">
<label class="search">Search <input type="search" name="q" value="${page.words}" placeholder="any text of an item …" autocomplete="off"></label>
${renderPoints(page)}
${renderCheckbox('changed', page.changedOnly, 'Changed only')}
${renderCheckbox('archived', page.showArchived, 'Archived too')}
</form>
</header>
<main>
<div id="groups">${groups.length > 0 ? groups : empty}</div>
<div id="matches" aria-live="polite" hidden></div>
</main>
<script>${asset('page.js')}</script>
</body>
</html>
`;
}
