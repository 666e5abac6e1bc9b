import { z } from 'zod';
import type { Clock } from '../ground/clock.js';
import { FixFirstError } from '../ground/errors.js';
import { jsonText } from '../ground/parsing.js';
import type { Queryable, Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { ARCHIVES } from './schema/own-tables.js';

const blocks = blocksOf('archives');

const tags = z.object({ csvBytes: z.number().optional(), unacknowledged: z.number().optional() });
const archiveRow = rowOf(ARCHIVES, [
  'snapshot_date',
  'customer_filter',
  'batch_id',
  'record_count',
  'schema_version',
  'schema_hash',
  'content_hash',
  'checksum',
  'retention_until',
])
  .extend({
    id: z.coerce.number(),
    file_size_bytes: z.coerce.number(),
    saved: z.coerce.number(),
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
    /** Share saved against CSV. */
    saved: row.saved,
    schemaVersion: row.schema_version,
    schemaHash: row.schema_hash,
    contentHash: row.content_hash,
    checksum: row.checksum,
    /** A day such as 2026-01-31. */
    retentionUntil: row.retention_until,
  }));

/** A row of snapshot_archive without its bytes. */
export type Archive = z.infer<typeof archiveRow>;
export type NewArchive = Omit<Archive, 'id'> & { readonly parquet: Uint8Array };

const selectAll = blocks.rows('select-archives', { customer: 'text?' }, archiveRow);
const selectOne = blocks.rows('select-archive', { id: 'bigint' }, archiveRow);
const selectNewest = blocks.rows('select-newest-archive', { customer: 'text', batch_id: 'uuid?' }, archiveRow);
const selectBytes = blocks.rows(
  'select-parquet',
  { id: 'bigint' },
  z.object({ parquet_data: z.instanceof(Uint8Array) }),
);
const insert = blocks.rows(
  'insert-archive',
  {
    snapshot_date: 'datetime',
    customer: 'text',
    batch_id: 'uuid?',
    record_count: 'int',
    parquet_base64: 'text',
    file_size_bytes: 'bigint',
    saved: 'decimal',
    schema_version: 'int',
    schema_hash: 'text',
    content_hash: 'text',
    checksum: 'text',
    retention_until: 'date?',
    tags: 'text',
  },
  z.object({ id: z.coerce.number() }),
);
const remove = blocks.touches('delete-archives', { ids: 'bigint[]' });
const selectSizes = blocks.rows(
  'select-archive-sizes',
  { since: 'datetime' },
  rowOf(ARCHIVES, ['snapshot_date', 'customer_filter', 'batch_id', 'record_count'])
    .extend({ id: z.coerce.number(), file_size_bytes: z.coerce.number() })
    .transform((row) => ({
      id: row.id,
      at: row.snapshot_date,
      customer: row.customer_filter,
      batchId: row.batch_id,
      rows: row.record_count,
      bytes: row.file_size_bytes,
    })),
);
/** How much an archive holds. */
export type ArchiveSize = Awaited<ReturnType<typeof selectSizes>>[number];

/** Where archives are. */
export interface ArchivePlace {
  url: string;
  schema: string;
}

/** The place that the settings name. */
export function archivePlace(settings: { ARCHIVE_URL: string; ARCHIVE_SCHEMA: string }): ArchivePlace {
  return { url: settings.ARCHIVE_URL, schema: settings.ARCHIVE_SCHEMA };
}

/** The table snapshot_archive. */
export class ArchiveStore {
  readonly #database: Warehouse;

  constructor(database: Warehouse) {
    this.#database = database;
  }

  /** Connects at the first query. The driver is loaded here, because it is slow to load. */
  static async at(
    place: ArchivePlace,
    clock: Clock,
    signal?: AbortSignal,
    applicationName = 'customer-orders archive',
  ): Promise<ArchiveStore> {
    const { PostgresWarehouse } = await import('../warehouse/postgres/warehouse.js');
    const setting = 'ARCHIVE_URL';
    return new ArchiveStore(new PostgresWarehouse({ ...place, clock, applicationName, signal, setting }));
  }

  /** Archives of a customer or of all, oldest first. */
  list(customer: string | null = null): Promise<Archive[]> {
    return selectAll(this.#database, { customer });
  }

  /** The sizes of archives written after a time, oldest first. */
  sizesSince(since: Date): Promise<ArchiveSize[]> {
    return selectSizes(this.#database, { since });
  }

  /** @throws FixFirstError when the archive does not exist. */
  async find(id: number): Promise<Archive> {
    const [archive] = await selectOne(this.#database, { id });
    if (archive) return archive;
    throw new FixFirstError('ARCHIVE_NOT_FOUND', `There is no archive ${id}. "archive list" shows those there are.`);
  }

  /** The newest archive of a customer, or of one of its batches; undefined when there is none or its bytes are damaged. */
  newest(customer: string, batchId: string | null = null): Promise<Archive | undefined> {
    return newestOf(this.#database, customer, batchId);
  }

  parquet(id: number): Promise<Uint8Array> {
    return bytesOf(this.#database, id);
  }

  /**
   * Keeps an archive, unless the customer's newest one is sound and holds the same content: then returns that. `check` gets the
   * bytes as the database gives them back, before the row counts; when it throws, nothing is kept.
   */
  keep(
    archive: NewArchive,
    {
      isSound,
      check,
    }: {
      isSound(parquet: Uint8Array, archive: Archive): Promise<boolean>;
      check(parquet: Uint8Array): Promise<void>;
    },
  ): Promise<Archive> {
    return this.#database.transaction(async (transaction) => {
      // Also when the whole is done again after a commit whose answer was lost.
      const newest = await newestOf(transaction, archive.customer, null);
      if (newest?.contentHash === archive.contentHash && newest.schemaHash === archive.schemaHash)
        if (await isSound(await bytesOf(transaction, newest.id), newest)) return newest;
      const { parquet: _, ...kept } = archive;
      const [row] = await insert(transaction, parametersOf(archive));
      if (row === undefined) throw new Error('INSERT into snapshot_archive gave no id');
      await check(await bytesOf(transaction, row.id));
      return { ...kept, id: row.id };
    });
  }

  async delete(ids: readonly number[]): Promise<void> {
    if (ids.length > 0) await remove(this.#database, { ids });
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

async function newestOf(queryable: Queryable, customer: string, batchId: string | null): Promise<Archive | undefined> {
  return (await selectNewest(queryable, { customer, batch_id: batchId }))[0];
}

async function bytesOf(queryable: Queryable, id: number): Promise<Uint8Array> {
  const [row] = await selectBytes(queryable, { id });
  if (row) return row.parquet_data;
  throw new FixFirstError(
    'ARCHIVE_NOT_FOUND',
    `Archive ${id} was removed while it was read. "archive list" shows those there are.`,
  );
}

function parametersOf(archive: NewArchive) {
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
