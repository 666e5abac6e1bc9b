import { readFileSync, writeFileSync } from 'node:fs';
import { loadMapping } from '../shared/mapping/mapping.js';
import { mappingLanguagePage } from './mapping-language.js';
import { mappingPage } from './mapping-page.js';

// Writes docs/mapping.md from the shipped mapping, and docs/mapping-language.md from its schema; with --check only compares.
const pages = { 'docs/mapping.md': mappingPage(loadMapping()), 'docs/mapping-language.md': mappingLanguagePage() };
for (const [file, page] of Object.entries(pages)) {
  if (!process.argv.includes('--check')) {
    writeFileSync(file, page);
  } else if (readFileSync(file, 'utf8') !== page) {
    process.stderr.write(`${file} is not up to date: run "npm run docs".\n`);
    process.exitCode = 1;
  }
}
