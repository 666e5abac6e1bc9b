import type { Html } from '../../../shared/ground/text.js';
import type { Account } from '../account.js';
import type { HttpAnswer } from '../answers.js';
import { renderGroupContent, renderMatches, renderPage } from './render-board.js';
import { renderItem } from './render-items.js';
import { prepareSearch, search } from './search.js';
import { BoardPage } from './view.js';

function fragmentOf(page: BoardPage, name: string, query: URLSearchParams): Html | null {
  const id = query.get('id') ?? '';
  switch (name) {
    case '/':
      setImmediate(() => prepareSearch(page));
      return renderPage(page);
    case '/_page/group': {
      const group = page.groups.find((each) => each.id === id);
      return group === undefined ? null : renderGroupContent(page, group, Number(query.get('from') ?? 0) || 0);
    }
    case '/_page/item': {
      const item = page.state.items.get(id);
      return item === undefined ? null : renderItem(page, item);
    }
    case '/_page/search':
      return renderMatches(page, search(page, query.get('q') ?? ''));
    default:
      return null;
  }
}

/** The page for people, and the parts it loads when they are opened; null for any other address. */
export function showPage(account: Account, method: string, url: URL): HttpAnswer | null {
  if (method !== 'GET') return null;
  const fragment = fragmentOf(new BoardPage(account, url.searchParams), url.pathname, url.searchParams);
  if (fragment === null) return null;
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:",
  };
  return { status: 200, headers, body: fragment.text };
}
