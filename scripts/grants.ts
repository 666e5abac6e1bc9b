import { readFileSync, writeFileSync } from 'node:fs';
import { grantScript } from '../shared/store/schema/permissions.js';

// Writes the checked-in script of permissions from what the tasks need; with --check only compares.
const FILE = 'sql/grants/mssql.sql';
if (!process.argv.includes('--check')) writeFileSync(FILE, grantScript());
else if (readFileSync(FILE, 'utf8') !== grantScript()) {
  process.stderr.write(`${FILE} differs from shared/store/schema/permissions.ts: run "npm run grants".\n`);
  process.exitCode = 1;
}
