import { createHash } from 'node:crypto';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { writeParquet } from '../../../shared/parquet/parquet.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import { type ArchivedLine, type ArchiveTable, SCHEMA_VERSION } from './archive-table.js';
import { ContentHash, RowHashes } from './content.js';
import { csvHeader, csvRow } from './csv.js';

/** An archive as a file, with what is said of it beside the bytes. */
export interface WrittenArchive {
  readonly customer: string;
  readonly batchId: string | null;
  readonly schemaVersion: number;
  readonly parquet: Uint8Array;
  readonly rows: number;
  readonly bytes: number;
  /** What the same lines would take as CSV. */
  readonly csvBytes: number;
  readonly unacknowledged: number;
  readonly schemaHash: string;
  readonly contentHash: string;
  readonly checksum: string;
}

/**
 * Writes lines as Parquet.
 * @throws FixFirstError when a line's values do not have the hash that the snapshot keeps: it could never be restored.
 */
export async function writeArchive(
  table: ArchiveTable,
  lines: AsyncIterable<readonly ArchivedLine[]>,
): Promise<WrittenArchive> {
  const content = new ContentHash(table);
  const hashes = new RowHashes(table);
  let csvBytes = Buffer.byteLength(csvHeader(table));
  let unacknowledged = 0;
  const encode = (line: ArchivedLine): ArrayRow => {
    if (line.rowHash === null) unacknowledged += 1;
    else if (hashes.of(line) !== line.rowHash) throw notItsHash(line);
    const row = table.encode(line);
    content.add(row, line.rowHash);
    csvBytes += Buffer.byteLength(csvRow(row, line));
    return row;
  };
  async function* rows(): AsyncGenerator<ArrayRow[]> {
    for await (const chunk of lines) yield chunk.map(encode);
  }
  const { bytes, rowCount } = await writeParquet(table.columns, rows(), table.metadata);
  return {
    customer: table.customer,
    batchId: table.batchId ?? null,
    schemaVersion: SCHEMA_VERSION,
    parquet: bytes,
    rows: rowCount,
    bytes: bytes.length,
    csvBytes,
    unacknowledged,
    schemaHash: table.schemaHash,
    contentHash: content.digest(),
    checksum: checksumOf(bytes),
  };
}

export function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function notItsHash({ lineKey }: ArchivedLine): FixFirstError {
  return new FixFirstError(
    'SNAPSHOT_DAMAGED',
    'The snapshot keeps values of this line that do not have its row_hash, so somebody has changed them. Set its row_hash to NULL and run the pipeline for its customer; nothing was archived.',
    { where: { lineKey } },
  );
}
