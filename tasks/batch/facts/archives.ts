import { z } from 'zod';
import type { Clock } from '../../../shared/ground/clock.js';
import { messageOf } from '../../../shared/ground/errors.js';
import type { Log } from '../../../shared/ground/log.js';
import { loadStatement } from '../../../shared/warehouse/port/statements.js';

const archiveRow = z
  .object({
    id: z.coerce.number(),
    snapshot_date: z.date(),
    customer_filter: z.string(),
    batch_id: z.string().nullable(),
    record_count: z.number(),
    file_size_bytes: z.coerce.number(),
  })
  .transform((row) => ({
    id: row.id,
    at: row.snapshot_date,
    customer: row.customer_filter,
    batchId: row.batch_id,
    rows: row.record_count,
    bytes: row.file_size_bytes,
  }));

/** An archive without its bytes. */
export type ArchiveSize = z.infer<typeof archiveRow>;

export interface ArchiveAccess {
  url: string | undefined;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/**
 * Sizes of the archives written after a moment, oldest first. Undefined without the archive's database: whoever looks
 * at a run should not be left without an answer for that.
 */
export async function readArchiveSizes({ url, clock, log, signal }: ArchiveAccess, since: Date) {
  if (url === undefined) return undefined;
  const { PostgresWarehouse } = await import('../../../shared/warehouse/postgres/warehouse.js');
  const applicationName = 'customer-orders batch';
  const setting = 'ARCHIVE_URL';
  const archive = new PostgresWarehouse({ url, schema: 'public', clock, signal, applicationName, setting });
  try {
    const rows = await archive.query(loadStatement('archives/select-archive-sizes'), { since });
    return rows.map((row): ArchiveSize => archiveRow.parse(row));
  } catch (error) {
    log.warn(`Archives are left out: ${messageOf(error)} Check ARCHIVE_URL.`);
    return undefined;
  } finally {
    await archive.close();
  }
}
