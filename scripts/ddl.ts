import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadMapping } from '../shared/mapping/mapping.js';
import { ddlScript } from '../shared/schema/ddl.js';
import { ownTables } from '../shared/schema/migrate.js';
import { ARCHIVES } from '../shared/schema/own-tables.js';
import { grantScript } from '../shared/schema/rights.js';

// Writes the checked-in DDL of both engines and the script of rights from their one description; with --check only compares.
const tables = ownTables(loadMapping());
const scripts: Readonly<Record<string, string>> = {
  'sql/ddl/postgres/schema.sql': ddlScript('postgres', tables),
  'sql/ddl/mssql/schema.sql': ddlScript('mssql', tables),
  'sql/ddl/archive/schema.sql': ddlScript('postgres', [ARCHIVES]),
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
