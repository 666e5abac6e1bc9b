import type { TablePart } from '../../../shared/store/schema/compare.js';
import { type MigrationPlan, migrate } from '../../../shared/store/schema/migrate.js';
import { differenceText, type MigrationStep, type PlannedPart } from '../../../shared/store/schema/plan.js';
import { readSteps } from '../../../shared/store/schema/versions.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { Code } from '../catalogue.js';
import type { Check, FixHearer } from '../finding.js';
import { type Found, found, listed } from '../finding.js';
import type { Site } from '../site.js';

/** Our tables against their description; those that other systems replace have a check of their own. */
export const tables: Check = {
  name: 'tables',
  async run(site) {
    const database = await site.warehouse.get();
    const plan = await site.plan.get();
    const summary = `${plan.tables.length} tables, schema version ${plan.version}`;
    if (await isHidden(database, 'MON_Schema')) return { summary: 'the user may not see our tables', found: [] };
    if (plan.fresh) {
      const what = `The schema "${database.schema}" has none of our tables.`;
      return { summary, found: [found('SCHEMA_EMPTY', { subject: database.schema, what })] };
    }
    const problems = [...stepProblems(plan), ...(await tableProblems(database, plan)), ...viewProblems(plan)];
    return { summary, found: problems };
  },
  fix: mendTables,
};

/** What migrate does, the tables that other systems replace included. */
export async function mendTables(site: Site, hearer: FixHearer): Promise<void> {
  const database = await site.warehouse.get();
  const [mapping, numbered] = [await site.mapping.get(), readSteps(database.engine)];
  await migrate(database, mapping, site.clock, site.patience(), numbered, (step) => hearer.done(stepDone(step)));
}

export function stepDone({ what }: MigrationStep): string {
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}: done.`;
}

function stepProblems({ pending, rewritten }: MigrationPlan): Found[] {
  return [
    ...pending.map(({ file }) => found('SCRIPT_PENDING', { subject: file, what: `The database has not had ${file}.` })),
    ...rewritten.map((file) =>
      found('SCRIPT_REWRITTEN', { subject: file, what: `${file} is not the file that this database has had.` }),
    ),
  ];
}

async function tableProblems(database: Warehouse, plan: MigrationPlan): Promise<Found[]> {
  const problems: Found[] = [];
  for (const table of plan.tables.filter(({ columnsOnly }) => !columnsOnly)) {
    const subject = table.name;
    if (plan.missing.includes(table)) {
      if (!(await isHidden(database, subject)))
        problems.push(found('TABLE_MISSING', { subject, what: `The table ${subject} does not exist.` }));
      continue;
    }
    const parts = plan.parts.filter((each) => each.table === subject).map(({ part }) => part);
    problems.push(
      ...missingParts(subject, parts),
      ...plan.differences.filter((each) => each.table === subject).map(difference),
    );
  }
  return problems;
}

/** Views hold nothing: missing or another one, migrate makes them as they are described. */
function viewProblems({ views }: MigrationPlan): Found[] {
  return views.flatMap(({ name: subject, state }) => {
    if (state === 'agrees') return [];
    if (state === 'missing') return [found('VIEW_MISSING', { subject, what: `The view ${subject} does not exist.` })];
    return [
      found('VIEW_DIFFERS', { subject, what: `The view ${subject} is not the one of this version and mapping.` }),
    ];
  });
}

/** One finding for the columns that a table lacks, one for its keys and indexes. */
function missingParts(subject: string, parts: readonly TablePart[]): Found[] {
  const missing = parts.filter(({ state }) => state === 'missing');
  const columns = missing.filter(({ kind }) => kind === 'column').map(({ name }) => `"${name}"`);
  const others = missing.filter(({ kind }) => kind !== 'column');
  const names = others.map(({ kind, name }) => (kind === 'not null' ? `NOT NULL of "${name}"` : `${kind} ${name}`));
  return [
    ...(columns.length === 0
      ? []
      : [found('COLUMN_MISSING', { subject, what: `${subject} lacks the columns ${listed(columns)}.` })]),
    ...(names.length === 0 ? [] : [found('INDEX_MISSING', { subject, what: `${subject} lacks ${listed(names)}.` })]),
  ];
}

function difference(differs: PlannedPart): Found {
  const { table, part } = differs;
  const code: Code = part.kind === 'column' || part.kind === 'not null' ? 'COLUMN_DIFFERS' : 'INDEX_DIFFERS';
  return found(code, { subject: `${table}.${part.name}`, what: differenceText(differs) });
}

/** A table on which our user has no permission at all looks as if it were not there. */
export async function isHidden(database: Warehouse, table: string): Promise<boolean> {
  return (
    (await database.columns(table)).length === 0 && (await database.lackingPermissions(table, ['SELECT'])).length > 0
  );
}
