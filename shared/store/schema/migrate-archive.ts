import type { Clock } from '../../ground/clock.js';
import type { ArchivePlace } from '../archives.js';
import { migrateTables } from './migrate.js';
import { ARCHIVES } from './own-tables.js';
import type { TablesPlan } from './plan.js';
import { planSchema } from './schema.js';

/** Creates what the database of the archives lacks; with `look` only reports. Returns what was missing and what differs. */
export async function migrateArchive(
  place: ArchivePlace,
  options: { clock: Clock; signal?: AbortSignal; look: boolean },
): Promise<TablesPlan> {
  const { PostgresWarehouse } = await import('../../warehouse/postgres/warehouse.js');
  const archive = new PostgresWarehouse({
    ...place,
    clock: options.clock,
    signal: options.signal,
    applicationName: 'customer-orders migrate',
    setting: 'ARCHIVE_URL',
  });
  try {
    const plan = await planSchema(archive, [ARCHIVES]);
    if (!options.look) await migrateTables(archive, [ARCHIVES]);
    return plan;
  } finally {
    await archive.close();
  }
}
