import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { z } from 'zod';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A bare machine may do without a browser; where everything is to be proved it may not. */
export const inBrowser = CHROMIUM === undefined && !process.env['CI'] ? describe.skip : describe;

export async function launchBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('No Chromium was found: install it (apt-get install chromium).');
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

const violations = z.object({
  violations: z.array(
    z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })) }),
  ),
});

/** What axe finds wrong on a page, as it stands now; every rule that it has by default. */
export async function axeProblems(page: Page): Promise<string[]> {
  // Through the debugger, which a Content-Security-Policy of the page does not stop.
  await page.evaluate(axe.source);
  const found = violations.parse(await page.evaluate('axe.run(document, { resultTypes: ["violations"] })'));
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((each) => `${id}: ${each.html}: ${each.failureSummary}`),
  );
}

/** How pages are looked at: on a desk and on a telephone, by day and by night. */
export const VIEWS: readonly [name: string, options: BrowserContextOptions][] = ([1280, 390] as const).flatMap(
  (width) =>
    (['light', 'dark'] as const).map((colorScheme): [string, BrowserContextOptions] => [
      `${width} pixels, ${colorScheme}`,
      { viewport: { width, height: 900 }, colorScheme },
    ]),
);
