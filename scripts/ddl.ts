import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadMapping } from '../shared/mapping/mapping.js';
import { ddlScript } from '../shared/schema/ddl.js';
import { mappedColumns } from '../shared/schema/mapped-columns.js';
import { grantScript } from '../shared/schema/rights.js';
import { warehouseTables } from '../shared/schema/tables.js';

// Writes the checked-in DDL of both engines and the script of rights from their one description; with --check only compares.
const tables = warehouseTables(mappedColumns(loadMapping()));
const scripts: Readonly<Record<string, string>> = {
  'sql/ddl/postgres/0001-initial.sql': ddlScript('postgres', tables),
  'sql/ddl/mssql/0001-initial.sql': ddlScript('mssql', tables),
  'sql/grants/mssql.sql': grantScript(),
};
for (const [file, script] of Object.entries(scripts)) {
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, script);
  } else if (readFileSync(file, 'utf8') !== script) {
    process.stderr.write(`${file} differs from shared/schema/ and the mapping: run "npm run ddl".\n`);
    process.exitCode = 1;
  }
}
