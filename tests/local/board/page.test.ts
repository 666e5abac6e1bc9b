import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { axeProblems, inBrowser, launchBrowser, VIEWS } from '../../helpers/browser.js';
import { ITEMS, itemField, SUBITEMS, subitemField, TestBoard } from './board.js';

const ORDER = 'text_mkr5wya6';
const QUANTITY = 'numeric_mkra7j8e';

let board: TestBoard;
let groups: string[];
let first: string;
let sizes: string[];

/** Two groups; one mark before the load and one before the edits. */
beforeAll(async () => {
  board = await TestBoard.start({ limits: 'raised' });
  await board.control('POST', '/_mark', { label: 'First load' });
  const titles = ['GREYSON 2025 FALL', 'TRACK SMITH <2025>'];
  groups = await Promise.all(
    titles.map(async (title) => {
      const field = { alias: 'a0', operation: 'createGroup', variables: { boardId: ITEMS, title } } as const;
      return (await board.push([field])).json.data.a0.id as string;
    }),
  );
  const create = (name: string, group: number, values: Record<string, unknown> = {}) => {
    const field = itemField('a0', name, values);
    return board.push([{ ...field, variables: { ...field.variables, groupId: groups[group] } }]);
  };
  first = (
    await create('STYLE-1 NAVY', 0, { line_key: 'k1', [ORDER]: 'GRE-1', dropdown_mkr542p2: { labels: ['GREYSON'] } })
  ).json.data.a0.id;
  sizes = [];
  for (const [size, quantity] of [
    ['XS', 10],
    ['S', 20],
    ['L', 15],
  ] as const) {
    sizes.push(await board.subitem(first, `Size ${size}`, { [QUANTITY]: String(quantity) }));
  }
  const leaving = (await create('STYLE-2', 0)).json.data.a0.id;
  await create('STYLE-3', 0);
  await create('OTHER', 1);
  await board.control('POST', '/_mark', { label: 'Edits' });
  await board.change(sizes[1] ?? '', { [QUANTITY]: '25' }, SUBITEMS);
  await board.push([{ alias: 'a0', operation: 'archiveItem', variables: { itemId: leaving } }]);
  await create('STYLE-4', 0);
});
afterAll(() => board.close());

const text = async (path: string) => (await fetch(`${board.board.url}${path}`)).text();

describe('the page as served', () => {
  it('holds the groups with counts and quantities, escaped, and no rows yet', async () => {
    const page = await text('/');
    expect(page).toContain('<h2>GREYSON 2025 FALL</h2><span class="quiet">3 items, quantity 50</span>');
    expect(page).toContain('TRACK SMITH &lt;2025&gt;');
    expect(page).not.toContain('STYLE-1');
  });

  it('highlights what changed since the last mark, or since the request in the address', async () => {
    const group = `/_page/group?id=${groups[0]}`;
    expect(await text(group)).toMatch(/item updated[\s\S]*item archived[\s\S]*item [\s\S]*item created/);
    expect((await text(`${group}&after=0`)).match(/class="item created"/g)).toHaveLength(4);
    expect(await text(`${group}&after=none`)).not.toContain('class="badge');
    expect(await text(`${group}&changed=1`)).not.toContain('STYLE-3');
  });

  it('counts what it shows when only changes are shown', async () => {
    const page = await text('/?changed=1');
    expect(page).toContain('3 changed, of 4 items');
    expect(page).toContain('<h2>GREYSON 2025 FALL</h2><span class="quiet">3 items changed, quantity');
    expect(await text('/')).toContain('>4 items · ');
  });

  it('merges marks with nothing between them, and shows all their names', async () => {
    const plain = await TestBoard.start();
    for (const label of ['First load', 'Again']) await plain.control('POST', '/_mark', { label });
    await plain.item('early');
    const page = await (await fetch(`${plain.board.url}/?after=0`)).text();
    expect(page.match(/<option value="0"/g)).toHaveLength(1);
    expect(page).toMatch(/<option value="0" selected>First load, Again, /);
    await plain.close();
  });

  it('finds an item by its new name after it was renamed', async () => {
    const plain = await TestBoard.start();
    const id = await plain.item('early');
    const found = async (words: string) => (await fetch(`${plain.board.url}/_page/search?q=${words}`)).text();
    expect(await found('early')).toContain('1 item found');
    await plain.change(id, { name: 'late' });
    expect(await found('early')).toContain('0 items found');
    expect(await found('late')).toContain('1 item found');
    await plain.close();
  });

  it('shows archived items only on request, unless their archiving is the change', async () => {
    const group = `/_page/group?id=${groups[0]}&after=none`;
    expect(await text(group)).not.toContain('STYLE-2');
    expect(await text(`${group}&archived=1`)).toContain('STYLE-2');
  });

  it('searches names, values, groups and sizes; all words must be there', async () => {
    const found = async (words: string) =>
      (await text(`/_page/search?q=${encodeURIComponent(words)}`)).match(/data-item="/g)?.length ?? 0;
    expect(await found('gre-1')).toBe(1);
    expect(await found('navy xs')).toBe(1);
    expect(await found('navy xxl')).toBe(0);
    expect(await found('track smith')).toBe(1);
  });

  it('answers 404 at other addresses', async () => {
    for (const path of ['/_page/group?id=gone', '/_page/item?id=17', '/_page/nothing']) {
      expect((await fetch(`${board.board.url}${path}`)).status).toBe(404);
    }
  });

  it('separates runs by a pause if nobody set a mark', async () => {
    const plain = await TestBoard.start();
    await plain.control('POST', '/_clock', { mode: 'fake' });
    await plain.item('early');
    await plain.control('POST', '/_clock', { advanceMs: 120_000 });
    await plain.item('late');
    const rows = await (await fetch(`${plain.board.url}/_page/group?id=topics`)).text();
    expect(rows.match(/class="item created"/g)).toHaveLength(1);
    expect(rows).toMatch(/late <span class="badge created">/);
    await plain.close();
  });
});

inBrowser('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  const open = async (width = 1366, path = '/'): Promise<{ page: Page; problems: string[] }> => {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(board.board.url) && !request.url().startsWith('data:'))
        problems.push(request.url());
    });
    await page.goto(board.board.url + path);
    return { page, problems };
  };

  it.each([1366, 390])('opens groups, items and sizes at %i pixels, without a request elsewhere', async (width) => {
    const { page, problems } = await open(width);
    await page.getByText('GREYSON 2025 FALL').click();
    await page.getByText('STYLE-1 NAVY').click();
    const table = page.locator('.size-table');
    await table.waitFor();
    expect(await table.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/Size XS\s+10/),
      expect.stringMatching(/Size S\s+updated\s+25/),
      expect.stringMatching(/Size L\s+15/),
    ]);
    expect(await table.locator('tfoot').textContent()).toMatch(/Sum\s*50/);
    expect(await page.locator('dl').textContent()).toMatch(/AAG ORDER NUMBER\s*GRE-1/);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(problems).toEqual([]);
    await page.close();
  });

  it.each(VIEWS)('has no accessibility violations (axe) at %s', async (_, view) => {
    const page = await (await browser.newContext(view)).newPage();
    for (const path of ['/', '/?changed=1', '/?archived=1&after=none']) {
      await page.goto(board.board.url + path);
      await page.evaluate('for (const each of document.querySelectorAll("details.group")) each.open = true');
      await page.locator('details.item > summary').first().click();
      await page.locator('dl.values').first().waitFor();
      expect([path, await axeProblems(page)]).toEqual([path, []]);
      await page.getByLabel('Search').fill('style');
      await page.getByText(/items? found/).waitFor();
      expect([path, await axeProblems(page)]).toEqual([path, []]);
    }
    await page.context().close();
  });

  it('can be used by keyboard', async () => {
    const { page } = await open();
    await page.locator('details.group > summary').first().focus();
    await page.keyboard.press('Enter');
    await page.getByText('STYLE-3').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.size-table').waitFor();
    await page.close();
  });

  it('searches as you type, and returns to the groups', async () => {
    const { page } = await open();
    await page.getByLabel('Search').fill('style');
    await page.getByText('4 items found.').waitFor();
    expect(await page.locator('#groups').isVisible()).toBe(false);
    await page.getByLabel('Search').fill('');
    await page.locator('#groups').waitFor({ state: 'visible' });
    await page.close();
  });

  it('searches again for the same words after another filter is chosen', async () => {
    const { page } = await open();
    await page.getByLabel('Search').fill('style');
    await page.getByText('4 items found.').waitFor();
    await page.getByLabel('Changed only').check();
    await page.waitForURL(/changed=1&q=style|q=style.*changed=1/);
    await page.getByText('3 items found.').waitFor();
    expect(await page.getByLabel('Search').inputValue()).toBe('style');
    await page.close();
  });

  it('keeps the chosen filters in the address', async () => {
    const { page } = await open();
    await page.getByLabel('Highlight changes since').selectOption('never');
    await page.waitForURL(/after=none/);
    await page.getByLabel('Archived too').check();
    await page.waitForURL(/archived=1/);
    expect(await page.getByLabel('Highlight changes since').inputValue()).toBe('none');
    await page.close();
  });

  it('shows a page of 10,000 items in parts', async () => {
    const large = await TestBoard.start({ limits: 'raised' });
    for (let at = 0; at < 10_000; at += 100) {
      await large.push(
        Array.from({ length: 100 }, (_, i) => itemField(`a${i}`, `line ${at + i}x`, { [ORDER]: 'GRE-1' })),
      );
    }
    const id = (await large.dump()).items[0].id;
    await large.push([subitemField('a0', id, 'Size S', { [QUANTITY]: '1' })]);
    const page = await browser.newPage();
    await page.goto(large.board.url);
    await page.getByText('line 199', { exact: false }).first().waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Show 200 more of 9,800' }).click();
    await page.getByText('line 399', { exact: false }).first().waitFor({ state: 'attached' });
    await page.getByLabel('Search').fill('line 9999x');
    await page.getByText('1 item found.').waitFor();
    await page.getByLabel('Search').fill('line');
    await page.getByText('10,000 items found, the first 100 shown.').waitFor();
    expect(await page.locator('#matches details.item').count()).toBe(100);
    await page.close();
    await large.close();
  });
});
