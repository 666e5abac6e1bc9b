import { productionTables } from '../../../shared/schema/batch-tables.js';
import { type ColumnState, compareTable } from '../../../shared/schema/compare.js';
import { mappedColumns } from '../../../shared/schema/mapped-columns.js';
import { migrate, stepsOf } from '../../../shared/schema/migrate.js';
import { type Table, warehouseTables } from '../../../shared/schema/tables.js';
import type { Warehouse } from '../../../shared/warehouse/warehouse.js';
import type { Check } from '../check.js';
import { type Found, found, listed } from '../finding.js';
import type { Site } from '../site.js';

/** Our tables against their description; those that other systems replace have a check of their own. */
export const tables: Check = {
  name: 'tables',
  async run(site) {
    const database = await site.warehouse.get();
    const { scripts, version } = await site.plan.get();
    const mapped = mappedColumns(await site.mapping.get());
    const replaced = new Set(productionTables(mapped).map(({ name }) => name));
    const own = warehouseTables(mapped).filter(({ name }) => !replaced.has(name));
    const pending = scripts.map(({ file }) =>
      found('SCRIPT_PENDING', { subject: file, what: `The database has not had ${file}.` }),
    );
    const summary = `${own.length} tables, schema version ${version}`;
    if (await isHidden(database, 'MON_Schema')) return { summary: 'the user may not see our tables', found: [] };
    // A script that is still to come makes tables and columns of its own.
    if (pending.length > 0) return { summary, found: pending };
    const problems: Found[] = [];
    for (const table of own) problems.push(...(await tableProblems(database, table)));
    return { summary, found: problems };
  },
  fix: mendTables,
};

/** What migrate does, the tables that other systems replace included. */
export async function mendTables(site: Site): Promise<string[]> {
  const database = await site.warehouse.get();
  const plan = await migrate(database, await site.mapping.get(), site.clock, site.need('LOCK_WAIT'));
  return stepsOf(plan).map((step) => `${step.charAt(0).toUpperCase()}${step.slice(1)}: done.`);
}

async function tableProblems(database: Warehouse, table: Table): Promise<Found[]> {
  const live = await database.columns(table.name);
  const subject = table.name;
  if (live.length === 0) {
    if (await isHidden(database, table.name)) return [];
    return [found('TABLE_MISSING', { subject, what: `The table ${table.name} is not there.` })];
  }
  const states = compareTable(database.engine, table, live);
  const missing = states.filter(({ state }) => state === 'missing').map(({ name }) => `"${name}"`);
  return [
    ...(missing.length === 0
      ? []
      : [found('COLUMN_MISSING', { subject, what: `${table.name} lacks the columns ${listed(missing)}.` })]),
    ...states.filter(({ state }) => state === 'differs').map((column) => difference(table, column)),
  ];
}

function difference({ name: table }: Table, { name, live, expected }: ColumnState): Found {
  const what = `${table}."${name}" is of type ${live}, not ${expected}.`;
  return found('COLUMN_DIFFERS', { subject: `${table}.${name}`, what });
}

/** A table on which our user has no right at all looks as if it were not there. */
export async function isHidden(database: Warehouse, table: string): Promise<boolean> {
  return (await database.columns(table)).length === 0 && (await database.lackingRights(table, ['SELECT'])).length > 0;
}
