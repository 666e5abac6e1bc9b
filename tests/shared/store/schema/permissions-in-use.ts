import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPIRED, placesOf } from '../../../../shared/store/retention.js';
import { LANDED } from '../../../../shared/store/states.js';
import type { TablePermission } from '../../../../shared/warehouse/port/warehouse.js';
import { loadStatement, statementNames } from '../../../helpers/statements.js';

export const SOURCE = 'ORDERS_UNIFIED';
const FAILURES = ['ERR_MON_CustMasterSchedule', 'ERR_MON_CustMasterSchedule_Subitems'];
/** Statements of others than the tasks: `npm run demo` makes orders, and migrate makes tables. */
const NOT_OF_TASKS = /^orders\/|^schema\/insert-version$/;
const ARCHIVE = /snapshot_archive/;
const TABLE = /dbo\."([^"]+)"/g;
const WRITES: readonly [RegExp, readonly TablePermission[]][] = [
  [/INSERT INTO dbo\."([^"]+)"/g, ['INSERT']],
  // Rows are found before they are touched.
  [/UPDATE dbo\."([^"]+)"/g, ['SELECT', 'UPDATE']],
  [/DELETE FROM dbo\."([^"]+)"/g, ['SELECT', 'DELETE']],
];
/** What a bulk load needs: the client asks what the columns are. */
const LOADED: readonly TablePermission[] = ['SELECT', 'INSERT'];

/** The rights that every statement and bulk load of the tasks adds up to, by table, read from their texts. */
export function permissionsInUse(): Map<string, Set<TablePermission>> {
  const rights = new Map<string, Set<TablePermission>>();
  const need = (table: string, added: readonly TablePermission[]): void => {
    rights.set(table, new Set([...(rights.get(table) ?? []), ...added]));
  };
  for (const text of statementTexts()) {
    let rest = text;
    for (const [pattern, added] of WRITES) {
      for (const [, table = ''] of text.matchAll(pattern)) need(table, added);
      rest = rest.replace(pattern, '');
    }
    for (const [, table = ''] of rest.matchAll(TABLE)) need(table, ['SELECT']);
  }
  for (const table of loadedTables()) need(table, LOADED);
  return rights;
}

/** Every statement with the tables that code puts into it; one text for each of them. */
function statementTexts(): string[] {
  return statementNames()
    .filter((name) => !NOT_OF_TASKS.test(name) && !ARCHIVE.test(loadStatement(name).text))
    .flatMap(textsOf);
}

function textsOf(name: string): string[] {
  const statement = loadStatement(name);
  if (/^retention\//.test(name)) return EXPIRED.map((expired) => statement.with(placesOf(expired)).text);
  const tables = /^failures\//.test(name) ? FAILURES : [SOURCE];
  return tables.map((table) => statement.with({ table: `"${table}"`, source: `dbo."${table}"`, landed: LANDED }).text);
}

/** Tables that are loaded in bulk: by name, by a constant of it, or by their description. */
function loadedTables(): Set<string> {
  const code = ['tasks', 'shared/store'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  );
  const named = code.flatMap((text) => [
    ...text.matchAll(/const (\w+) = '([A-Za-z_]+)'/g),
    ...text.matchAll(/const (\w+) = table\(\{\s*name: '([A-Za-z_]+)'/g),
  ]);
  return new Set(
    code
      .flatMap((text) => [...text.matchAll(/\.bulkLoad\(\s*(?:'(\w+)'|(\w+)(?:\.name)?)/g)])
      .flatMap(([call, literal, name]) => {
        if (literal !== undefined) return literal;
        const values = named.filter(([, constant]) => constant === name).map(([, , value]) => value ?? '');
        if (values.length === 0) throw new Error(`Which table does ${call} load?`);
        return values;
      }),
  );
}
