import { readFileSync, writeFileSync } from 'node:fs';
import { ERROR_GROUPS } from '../shared/ground/error-codes.js';

const HEAD = `# Errors

Generated from \`shared/ground/error-codes.ts\` by \`npm run errors\`; change that file, not this one.

A task that fails writes one line to stderr with the level \`error\`. Its \`code\` is one of those below:

\`\`\`json
{"code":"LOCK_BUSY","level":"error","message":"The lock customer:…","timestamp":"…"}
\`\`\`

The message describes the case at hand, names the batch, customer, line or request, and says what to do. Its wording may change; the code is never renamed and keeps its meaning, so build alerts on codes. Wrong flags are reported as plain text, before logging begins.

Exit code 1: running the same command again may help. Exit code 2: something must be fixed first. Exit codes that do not mean an error, such as lines that failed or differences that were found, are in the [runbook](runbook.md).
`;

const rows = (kinds: (typeof ERROR_GROUPS)[string]): string[] =>
  Object.entries(kinds).map(([code, { exitCode, what, next }]) => `| \`${code}\` | ${exitCode} | ${what} | ${next} |`);

// Writes docs/errors.md from the list of codes; with --check only compares.
const FILE = 'docs/errors.md';
const page = [
  HEAD,
  ...Object.entries(ERROR_GROUPS).map(
    ([title, kinds]) =>
      `## ${title}\n\n${['| code | exit | what happened | what to do |', '| --- | --- | --- | --- |', ...rows(kinds)].join('\n')}\n`,
  ),
].join('\n');
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, page);
} else if (readFileSync(FILE, 'utf8') !== page) {
  process.stderr.write(`${FILE} differs from shared/ground/error-codes.ts: run "npm run errors".\n`);
  process.exitCode = 1;
}
