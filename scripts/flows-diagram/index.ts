import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { flowSchema } from '../flows-lint/flow.js';
import { readFlows } from '../flows-lint/surroundings.js';
import { diagram } from './diagram.js';

// Writes the topology into docs/kestra.md; --check only says whether it is up to date.
const FILE = 'docs/kestra.md';
const MARKED = /(<!-- topology, from npm run flows:diagram -->\n).*?(\n<!-- end of topology -->)/s;

const text = readFileSync(FILE, 'utf8');
const flows = readFlows().map((flow) => flowSchema.parse(parse(flow.text)));
const wanted = text.replace(
  MARKED,
  (_, begin: string, end: string) => `${begin}\`\`\`mermaid\n${diagram(flows)}\n\`\`\`${end}`,
);
if (!MARKED.test(text)) {
  process.stderr.write(`${FILE} lacks the marks between which the topology stands.\n`);
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  writeFileSync(FILE, wanted);
} else if (wanted !== text) {
  process.stderr.write(`${FILE}: the topology is not that of flows/; run npm run flows:diagram.\n`);
  process.exitCode = 1;
}
