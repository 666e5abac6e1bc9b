import { FixFirstError, messageOf, TaskError } from '../../../shared/ground/errors.js';
import { openParquet } from '../../../shared/parquet/parquet.js';
import type { Archive, ArchiveStore } from '../../../shared/store/archives.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import { type ArchivedLine, ArchiveTable } from './archive-table.js';
import { ContentHash, checksumOf, RowHashes } from './write.js';

/** What is known of an archive apart from its bytes, to hold the bytes against. */
export interface Expected {
  readonly customer: string;
  readonly batchId: string | null;
  readonly schemaVersion: number;
  readonly rows: number;
  readonly bytes: number;
  readonly checksum: string;
  readonly schemaHash: string;
  readonly contentHash: string;
}

/** A line with the row it was in the file. */
export interface ReadLine {
  readonly row: ArrayRow;
  readonly line: ArchivedLine;
}

/** An archive read from its bytes. */
export class ArchiveFile {
  readonly table: ArchiveTable;
  readonly #rows: () => AsyncGenerator<ArrayRow[]>;

  private constructor(table: ArchiveTable, rows: () => AsyncGenerator<ArrayRow[]>) {
    this.table = table;
    this.#rows = rows;
  }

  static async open(parquet: Uint8Array): Promise<ArchiveFile> {
    const file = await openParquet(parquet);
    return new ArchiveFile(ArchiveTable.of(file), () => file.rows());
  }

  /** All lines, in chunks; their row hashes are made again from the values. */
  async *lines(): AsyncGenerator<ReadLine[]> {
    const hashes = new RowHashes(this.table);
    for await (const chunk of this.#rows())
      yield chunk.map((row) => ({ row, line: hashes.complete(this.table.decode(row)) }));
  }
}

/** Whether an archive that was listed is not there any more. */
export const isGone = (error: unknown): boolean => error instanceof TaskError && error.code === 'ARCHIVE_NOT_FOUND';

/** What is wrong with an archive, in words; undefined when nothing is. */
export function faultOf(parquet: Uint8Array, expected: Expected): Promise<string | undefined> {
  return compare(parquet, expected).catch((error: unknown) => `it cannot be read (${messageOf(error)})`);
}

/**
 * The content hash covers the row hashes that the lines had, so equality proves that they come out of the values again.
 * It covers nothing that the file says of itself: that is compared with the row first.
 */
async function compare(parquet: Uint8Array, expected: Expected): Promise<string | undefined> {
  if (parquet.length !== expected.bytes) return `it has ${parquet.length} bytes instead of ${expected.bytes}`;
  if (checksumOf(parquet) !== expected.checksum) return 'its bytes do not have the checksum they were written with';
  const file = await ArchiveFile.open(parquet);
  const other = otherOrigin(file.table, expected);
  if (other !== undefined) return other;
  if (file.table.schemaHash !== expected.schemaHash) return 'its columns do not have the schema hash they had';
  const content = new ContentHash(file.table);
  let rows = 0;
  for await (const chunk of file.lines()) {
    for (const { row, line } of chunk) content.add(row, line.rowHash);
    rows += chunk.length;
  }
  if (rows !== expected.rows) return `it has ${rows} lines instead of ${expected.rows}`;
  return content.digest() === expected.contentHash ? undefined : 'its lines do not have the hashes they had';
}

/** A row can be changed or moved without its file, and would then speak for lines that are not its own. */
function otherOrigin({ schemaVersion, customer, batchId }: ArchiveTable, expected: Expected): string | undefined {
  if (expected.schemaVersion !== schemaVersion)
    return `its row says schema version ${expected.schemaVersion} and its file ${schemaVersion}`;
  if (expected.customer !== customer) return `its row says ${expected.customer} and its file ${customer}`;
  const batch = expected.batchId?.toLowerCase() ?? null;
  if (batchId === undefined || batchId === batch) return undefined;
  return `its row says batch ${batch ?? 'none'} and its file ${batchId ?? 'none'}`;
}

/**
 * An archive with its bytes, proven to be what was written, down to the hash of each line.
 * @throws FixFirstError when there is none, or it is not sound; `undone` says what has not been done for it.
 */
export async function readSound(
  store: ArchiveStore,
  archiveId: number,
  undone: string,
): Promise<{ archive: Archive; parquet: Uint8Array }> {
  const archive = await store.find(archiveId);
  const parquet = await store.parquet(archiveId);
  const fault = await faultOf(parquet, archive);
  if (fault === undefined) return { archive, parquet };
  throw new FixFirstError(
    'ARCHIVE_DAMAGED',
    `Archive ${archiveId} is not sound: ${fault}. ${undone}; choose another archive.`,
    {
      where: { customer: archive.customer },
    },
  );
}
