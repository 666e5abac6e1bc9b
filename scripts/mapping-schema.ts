import { readFileSync, writeFileSync } from 'node:fs';
import { mappingGrammar } from '../shared/mapping/grammar.js';

// Writes the JSON Schema of a mapping from the schema that the tasks parse it with; with --check only compares.
const file = 'sql/mappings/mapping.schema.json';
const schema = `${JSON.stringify(mappingGrammar(), null, 2)}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(file, schema);
} else if (readFileSync(file, 'utf8') !== schema) {
  process.stderr.write(`${file} differs from shared/mapping/mapping-schema.ts: run "npm run mapping:schema".\n`);
  process.exitCode = 1;
}
