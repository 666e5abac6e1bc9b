import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadMapping } from '../shared/mapping/mapping.js';
import { ddlScript } from '../shared/schema/ddl.js';
import { mappedColumns } from '../shared/schema/mapped-columns.js';
import { warehouseTables } from '../shared/schema/tables.js';

// Writes the checked-in DDL of both engines from the one description; with --check only compares.
const tables = warehouseTables(mappedColumns(loadMapping()));
for (const engine of ['postgres', 'mssql'] as const) {
  const file = `sql/ddl/${engine}/0001-initial.sql`;
  const script = ddlScript(engine, tables);
  if (!process.argv.includes('--check')) {
    mkdirSync(`sql/ddl/${engine}`, { recursive: true });
    writeFileSync(file, script);
  } else if (readFileSync(file, 'utf8') !== script) {
    process.stderr.write(`${file} differs from shared/schema/tables.ts and the mapping: run "npm run ddl".\n`);
    process.exitCode = 1;
  }
}
