import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Html } from '../../../shared/ground/text.js';

const PLACE = join('local', 'board', 'page', 'assets');

/** Found by walking up: beside this file in the source tree, in the bundle at the same place below it. */
function findAssets(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, PLACE);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new Error(`The folder ${PLACE} was not found beside the program.`);
  }
}

const loaded = new Map<string, Html>();

/** A style sheet or script of the page, to be put into it as it stands. */
export function asset(name: 'page.css' | 'page.js'): Html {
  const known = loaded.get(name) ?? new Html(readFileSync(join(findAssets(), name), 'utf8'));
  loaded.set(name, known);
  return known;
}
