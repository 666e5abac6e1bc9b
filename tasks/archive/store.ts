import { z } from 'zod';
import type { Clock } from '../../shared/ground/clock.js';
import { FixFirstError } from '../../shared/ground/errors.js';
import { jsonText } from '../../shared/ground/json-text.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { PostgresWarehouse } from '../../shared/warehouse/postgres/warehouse.js';
import { faultOf } from './read.js';

const tags = z.object({ csvBytes: z.number().optional(), unacknowledged: z.number().optional() });
const archiveRow = z
  .object({
    id: z.coerce.number(),
    snapshot_date: z.date(),
    customer_filter: z.string(),
    batch_id: z.string().nullable(),
    record_count: z.number(),
    file_size_bytes: z.coerce.number(),
    saved: z.coerce.number(),
    schema_version: z.number(),
    schema_hash: z.string(),
    content_hash: z.string(),
    checksum: z.string(),
    retention_until: z.string().nullable(),
    tags: z.union([tags, jsonText(tags)]).catch({}),
  })
  .transform((row) => ({
    id: row.id,
    snapshotDate: row.snapshot_date,
    customer: row.customer_filter,
    batchId: row.batch_id,
    rows: row.record_count,
    bytes: row.file_size_bytes,
    csvBytes: row.tags.csvBytes ?? null,
    unacknowledged: row.tags.unacknowledged ?? 0,
    saved: row.saved,
    schemaVersion: row.schema_version,
    schemaHash: row.schema_hash,
    contentHash: row.content_hash,
    checksum: row.checksum,
    retentionUntil: row.retention_until,
  }));

/** A row of snapshot_archive without its bytes. */
export type Archive = z.infer<typeof archiveRow>;
export type NewArchive = Omit<Archive, 'id'> & { readonly parquet: Uint8Array };

/** The table snapshot_archive. */
export class ArchiveStore {
  readonly #database: Warehouse;

  constructor(database: Warehouse) {
    this.#database = database;
  }

  static at(url: string, clock: Clock, signal?: AbortSignal): ArchiveStore {
    const applicationName = 'customer-orders archive';
    const setting = 'ARCHIVE_URL';
    return new ArchiveStore(new PostgresWarehouse({ url, schema: 'public', clock, applicationName, signal, setting }));
  }

  async list(customer: string | null = null): Promise<Archive[]> {
    const rows = await this.#database.query(loadStatement('archives/select-archives'), { customer });
    return rows.map((row) => archiveRow.parse(row));
  }

  /** @throws FixFirstError when there is no such archive. */
  async find(id: number): Promise<Archive> {
    const [row] = await this.#database.query(loadStatement('archives/select-archive'), { id });
    if (row) return archiveRow.parse(row);
    throw new FixFirstError(`There is no archive ${id}. "archive list" shows those there are.`);
  }

  /** The newest archive of a customer, or of one of its batches; undefined when there is none or its bytes are damaged. */
  newest(customer: string, batchId: string | null = null): Promise<Archive | undefined> {
    return selectNewest(this.#database, customer, batchId);
  }

  async parquet(id: number): Promise<Uint8Array> {
    return selectParquet(this.#database, id);
  }

  /**
   * Keeps an archive, unless the customer's newest one is sound and holds the same content: then returns that. `check` gets the
   * bytes as the database gives them back, before the row counts; when it throws, nothing is kept.
   */
  keep(archive: NewArchive, check: (parquet: Uint8Array) => Promise<void>): Promise<Archive> {
    return this.#database.transaction(async (transaction) => {
      // Also when the whole is done again after a commit whose answer was lost.
      const newest = await selectNewest(transaction, archive.customer, null);
      if (newest?.contentHash === archive.contentHash && newest.schemaHash === archive.schemaHash) {
        const fault = await faultOf(await selectParquet(transaction, newest.id), newest);
        if (fault === undefined) return newest;
      }
      const { parquet, ...kept } = archive;
      const [row] = await transaction.query(loadStatement('archives/insert-archive'), insertParameters(archive));
      const { id } = z.object({ id: z.coerce.number() }).parse(row);
      await check(await selectParquet(transaction, id));
      return { ...kept, id };
    });
  }

  async delete(ids: readonly number[]): Promise<void> {
    if (ids.length > 0) await this.#database.execute(loadStatement('archives/delete-archives'), { ids });
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

async function selectNewest(queryable: Queryable, customer: string, batchId: string | null) {
  const [row] = await queryable.query(loadStatement('archives/select-newest-archive'), { customer, batch_id: batchId });
  return row === undefined ? undefined : archiveRow.parse(row);
}

async function selectParquet(queryable: Queryable, id: number): Promise<Uint8Array> {
  const [row] = await queryable.query(loadStatement('archives/select-parquet'), { id });
  return z.object({ parquet_data: z.instanceof(Uint8Array) }).parse(row).parquet_data;
}

function insertParameters(archive: NewArchive) {
  return {
    snapshot_date: archive.snapshotDate,
    customer: archive.customer,
    batch_id: archive.batchId,
    record_count: archive.rows,
    parquet_base64: Buffer.from(archive.parquet).toString('base64'),
    file_size_bytes: archive.bytes,
    saved: archive.saved,
    schema_version: archive.schemaVersion,
    schema_hash: archive.schemaHash,
    content_hash: archive.contentHash,
    checksum: archive.checksum,
    retention_until: archive.retentionUntil,
    tags: JSON.stringify({ csvBytes: archive.csvBytes, unacknowledged: archive.unacknowledged }),
  };
}
