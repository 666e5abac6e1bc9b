import { EXIT_FIX } from '../../shared/ground/exit-codes.js';
import { openMapping } from '../../shared/mapping/open-mapping.js';
import type { FlagsOf } from '../../shared/runtime/flags.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { migrate, planMigration, scriptOf, stepsOf } from '../../shared/store/schema/migrate.js';
import { migrateArchive } from '../../shared/store/schema/migrate-archive.js';
import { differenceText, type MigrationStep } from '../../shared/store/schema/plan.js';
import type { migrateCommand } from './commands.js';

type MigrateContext = ContextOf<typeof migrateCommand>;

/** What a migration has to do, or has done, and what it leaves as it is. */
interface SchemaFindings {
  schema: string;
  steps: readonly MigrationStep[];
  /** A sentence each. */
  differences: readonly string[];
}

/** Brings warehouse and archive up to date, or tells what is missing and what differs. */
export async function runMigrate(context: MigrateContext, flags: FlagsOf<typeof migrateCommand>): Promise<Outcome> {
  const { log } = context;
  const look = flags.dryRun || flags.check;
  const { version, ...warehouse } = await migrateWarehouse(context, look);
  const both = [warehouse, ...(await migrateArchives(context, look))];
  const steps = both.flatMap((findings) => findings.steps);
  const differences = both.flatMap((findings) => findings.differences);
  for (const { what } of steps) log.info(look ? `To do: ${what}.` : `Done: ${what}.`);
  for (const text of differences) log.warn(`${text} migrate changes nothing that is there: correct it by hand.`);
  if (steps.length + differences.length === 0) log.info('Everything is up to date.');
  const drift = steps.length + differences.length > 0;
  return {
    ...(flags.dryRun && steps.length > 0
      ? { lines: both.flatMap((findings) => scriptOf(findings.steps, findings.schema)) }
      : {}),
    outputs: { version, steps: steps.length, differences: differences.length },
    ...(flags.check && drift ? { exitCode: EXIT_FIX } : {}),
  };
}

async function migrateWarehouse(context: MigrateContext, look: boolean): Promise<SchemaFindings & { version: number }> {
  const { settings, clock, signal, log } = context;
  const mapping = await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const database = await context.warehouse();
  const { schema } = database;
  if (!look) {
    const { done, differences, version } = await migrate(database, mapping, clock, {
      waitMs: settings.LOCK_WAIT,
      signal,
      log,
    });
    return { schema, steps: done, differences: differences.map(differenceText), version };
  }
  const plan = await planMigration(database, mapping);
  return { schema, steps: stepsOf(plan), differences: plan.differences.map(differenceText), version: plan.version };
}

/** Of no archives there is nothing to find. */
async function migrateArchives(
  { settings, log, clock, signal }: MigrateContext,
  look: boolean,
): Promise<SchemaFindings[]> {
  if (settings.ARCHIVE_URL !== undefined) {
    const place = { url: settings.ARCHIVE_URL, schema: settings.ARCHIVE_SCHEMA };
    const { steps, differences } = await migrateArchive(place, { clock, signal, look });
    return [{ schema: place.schema, steps, differences: differences.map(differenceText) }];
  }
  log.info('ARCHIVE_URL is not set: the table snapshot_archive is left alone.');
  return [];
}
