import { readFileSync } from 'node:fs';

/** What this checkout calls itself: images and flows carry it. */
export const { version: VERSION } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
