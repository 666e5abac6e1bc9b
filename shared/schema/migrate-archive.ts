import type { Clock } from '../clock.js';
import { readSqlFile } from '../files.js';
import { parseStatement } from '../warehouse/statements.js';
import { splitScript } from './migrate.js';

export const ARCHIVE_TABLE = 'snapshot_archive';
const SCRIPT = 'ddl/archive/0001-initial.sql';

/** The columns of the archive's table, as its script makes them. */
export function archiveColumns(): string[] {
  return [...readSqlFile(SCRIPT).matchAll(/^ {2}"([^"]+)" /gm)].map((match) => match[1] ?? '');
}

/** Creates snapshot_archive where it is missing; with `look` only tells. Returns whether it was missing. */
export async function migrateArchive(options: { url: string; clock: Clock; look: boolean }): Promise<boolean> {
  const { PostgresWarehouse } = await import('../warehouse/postgres.js');
  const archive = new PostgresWarehouse({
    url: options.url,
    schema: 'public',
    clock: options.clock,
    applicationName: 'customer-orders migrate',
  });
  try {
    const missing = (await archive.columns(ARCHIVE_TABLE)).length === 0;
    if (!missing || options.look) return missing;
    await archive.transaction(async (transaction) => {
      for (const text of splitScript(readSqlFile(SCRIPT))) await transaction.execute(parseStatement('migrate', text));
    });
    return true;
  } finally {
    await archive.close();
  }
}
