import { readFileSync, writeFileSync } from 'node:fs';
import { loadMapping } from '../shared/mapping/mapping.js';
import { mappingPage } from './mapping-page.js';

// Writes docs/mapping.md from the shipped mapping; with --check only compares.
const file = 'docs/mapping.md';
const page = mappingPage(loadMapping());
if (!process.argv.includes('--check')) {
  writeFileSync(file, page);
} else if (readFileSync(file, 'utf8') !== page) {
  process.stderr.write(`${file} differs from the mapping: run "npm run docs".\n`);
  process.exitCode = 1;
}
