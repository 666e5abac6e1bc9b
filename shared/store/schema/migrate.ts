import type { Clock } from '../../ground/clock.js';
import { FixFirstError, messageOf, TryAgainError } from '../../ground/errors.js';
import type { Mapping } from '../../mapping/mapping.js';
import { inSchema, parseStatement } from '../../warehouse/port/statements.js';
import type { Queryable, Warehouse } from '../../warehouse/port/warehouse.js';
import { type LockPatience, migrateLock, withLock } from '../locks.js';
import { mappedColumns } from './mapped-columns.js';
import { SCHEMA_TABLE } from './own-tables.js';
import type { MigrationStep, PlannedPart, TablesPlan } from './plan.js';
import { planSchema } from './schema.js';
import type { Table } from './table.js';
import { warehouseTables } from './tables.js';
import { type NumberedStep, readSteps, recordStep, type StepsSeen, seeSteps, stepsOfFresh } from './versions.js';
import { type PlannedView, planViews, warehouseViews } from './views.js';

/** Pending numbered steps come before everything in `steps`, views after the tables that they read. */
export type MigrationPlan = TablesPlan & StepsSeen & { views: readonly PlannedView[] };

/** What has to be done to bring the warehouse up to date with this program and this mapping. */
export async function planMigration(
  warehouse: Warehouse,
  mapping: Mapping,
  numbered: readonly NumberedStep[] = readSteps(warehouse.engine),
): Promise<MigrationPlan> {
  const tables = ownTables(mapping);
  const planned = await planSchema(warehouse, tables);
  const seen = await seeSteps(warehouse, numbered, { made: planned.missing.length < tables.length });
  const { views, steps } = await planViews(warehouse, warehouseViews(mapping));
  return { ...planned, ...seen, views, steps: [...planned.steps, ...steps] };
}

/** Every table of the warehouse that migrate makes, MON_Schema first. */
export function ownTables(mapping: Mapping): readonly Table[] {
  return [SCHEMA_TABLE, ...warehouseTables(mappedColumns(mapping))];
}

/** What one run of migrate did, and what it left because it never changes what exists. */
export interface Migrated {
  done: readonly MigrationStep[];
  differences: readonly PlannedPart[];
  version: number;
}

export type StepHearer = (step: MigrationStep) => void;
const unheard: StepHearer = () => undefined;

/** A column that was added empty may get NOT NULL in the next round. */
const ROUNDS = 3;

/**
 * Creates or upgrades the schema: numbered steps first, each once, then what the comparison finds missing, each in a
 * transaction of its own. Safe to repeat, and for two processes at once. `tell` hears of each step as it is done: those
 * before one that fails stay done.
 */
export async function migrate(
  warehouse: Warehouse,
  mapping: Mapping,
  clock: Clock,
  patience: LockPatience,
  numbered: readonly NumberedStep[] = readSteps(warehouse.engine),
  tell: StepHearer = unheard,
): Promise<Migrated> {
  return withLock(warehouse, migrateLock(warehouse), patience, async () => {
    const { fresh, pending } = await planMigration(warehouse, mapping, numbered);
    const done: MigrationStep[] = [];
    const note = (step: MigrationStep): void => {
      done.push(step);
      tell(step);
    };
    for (const step of pending) note(await applyNumbered(warehouse, step, clock.now()));
    let plan = await planMigration(warehouse, mapping, numbered);
    for (let round = 0; round < ROUNDS && plan.steps.length > 0; round++) {
      for (const step of plan.steps) note(await applyStep(warehouse, step));
      plan = await planMigration(warehouse, mapping, numbered);
    }
    // Last: until then the database counts as not created. All at once: of a part, the rest would count as pending.
    if (fresh)
      await warehouse.transaction(async (transaction) => {
        for (const step of stepsOfFresh(numbered)) await recordStep(transaction, step, clock.now());
      });
    return { done, differences: plan.differences, version: plan.version };
  });
}

/** Updates tables without numbered steps, such as those of the archives; makes their schema if it is missing. */
export async function migrateTables(
  warehouse: Warehouse,
  tables: readonly Table[],
  tell: StepHearer = unheard,
): Promise<void> {
  const { steps } = await planSchema(warehouse, tables);
  for (const step of steps) tell(await applyStep(warehouse, step));
}

async function applyNumbered(warehouse: Warehouse, step: NumberedStep, now: Date): Promise<MigrationStep> {
  const applied = numberedAsStep(step);
  await inTransaction(warehouse, applied, async (transaction) => {
    await execute(transaction, applied.statements);
    await recordStep(transaction, step, now);
  });
  return applied;
}

async function applyStep(warehouse: Warehouse, step: MigrationStep): Promise<MigrationStep> {
  await inTransaction(warehouse, step, (transaction) => execute(transaction, step.statements));
  return step;
}

async function inTransaction(
  warehouse: Warehouse,
  { what }: MigrationStep,
  work: (transaction: Queryable) => Promise<void>,
): Promise<void> {
  try {
    await warehouse.transaction(work);
  } catch (error) {
    const message = `migrate could not ${what}: ${messageOf(error)} What was done before stays; correct the cause, then run migrate again.`;
    if (error instanceof TryAgainError) throw new TryAgainError(error.code, message, { cause: error });
    throw new FixFirstError(error instanceof FixFirstError ? error.code : 'MIGRATION_FAILED', message, {
      cause: error,
    });
  }
}

/** Numbered steps and additions, in the order in which they are done. */
export function stepsOf({ pending, steps }: Pick<MigrationPlan, 'pending' | 'steps'>): MigrationStep[] {
  return [...pending.map(numberedAsStep), ...steps];
}

function numberedAsStep({ file, text }: NumberedStep): MigrationStep {
  return { what: `apply ${file}`, statements: splitScript(text) };
}

/** Statements of a script: each ends with a semicolon at the end of a line. */
export function splitScript(script: string): string[] {
  return script
    .split(/;\s*\n/)
    .map((text) => text.replace(/^--.*$/gm, '').trim())
    .filter((text) => text !== '');
}

/** Steps as a script that can be run by hand in a schema; statements are written for the schema dbo. */
export function scriptOf(steps: readonly MigrationStep[], schema: string): string[] {
  return steps.flatMap(({ what, statements, ownBatch }) => [
    ...(ownBatch ? ['GO'] : []),
    `-- ${what}`,
    ...statements.flatMap((text) => `${inSchema(text, schema)};`.split('\n')),
    ownBatch ? 'GO' : '',
  ]);
}

async function execute(queryable: Queryable, statements: readonly string[]): Promise<void> {
  for (const text of statements) await queryable.execute(parseStatement('migrate', text));
}
