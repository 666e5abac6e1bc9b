import { loadMapping } from '../../shared/mapping/mapping.js';
import { migrate, planMigration, stepsOf } from '../../shared/schema/migrate.js';
import { migrateArchive } from '../../shared/schema/migrate-archive.js';
import type { Outcome, TaskContext } from '../../shared/task.js';

type Context = TaskContext<'WAREHOUSE_URL' | 'MAPPING_FILE' | 'LOCK_WAIT', 'ARCHIVE_URL'>;

/** Brings warehouse and archive up to date, or tells what is missing. */
export async function runMigrate(context: Context, flags: { dryRun: boolean; check: boolean }): Promise<Outcome> {
  const { settings, log, clock } = context;
  const mapping = loadMapping(settings.MAPPING_FILE);
  const warehouse = await context.warehouse();
  const look = flags.dryRun || flags.check;
  const plan = look
    ? await planMigration(warehouse, mapping)
    : await migrate(warehouse, mapping, clock, settings.LOCK_WAIT);
  const steps = stepsOf(plan);
  if (settings.ARCHIVE_URL === undefined) log.info('ARCHIVE_URL is not set: the table snapshot_archive is left alone.');
  else if (await migrateArchive({ url: settings.ARCHIVE_URL, clock, look })) steps.push('create snapshot_archive');
  for (const step of steps) log.info(look ? `To do: ${step}.` : `Done: ${step}.`);
  if (steps.length === 0) log.info('Everything is up to date.');
  return {
    outputs: { version: plan.version, steps: steps.length },
    ...(flags.check && steps.length > 0 ? { exitCode: 2 } : {}),
  };
}
