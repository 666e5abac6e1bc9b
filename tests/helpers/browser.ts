import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

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
