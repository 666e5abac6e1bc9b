import { createHash, type Hash } from 'node:crypto';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { compileKeptHasher, type Hasher } from '../../../shared/lines/hash.js';
import type { Kept } from '../../../shared/lines/kept.js';
import { writeParquet } from '../../../shared/parquet/parquet.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import type { ArchivedLine, ArchiveTable, StoredLine } from './archive-table.js';
import { csvHeader, csvRow } from './snapshot.js';

/** Makes the hash of a line again from its kept values, by the columns of its mapping version. */
export class RowHashes {
  readonly #hashers = new Map<string, Hasher<Kept>>();

  constructor(table: ArchiveTable) {
    const places = new Map(table.keptColumns.map((name, index) => [name, index]));
    for (const [version, columns] of table.hashedColumns) {
      const hashed = columns.filter((name) => places.has(name));
      const hash = compileKeptHasher(hashed);
      this.#hashers.set(version, ({ values, sizes }) =>
        hash({ values: hashed.map((name) => values[places.get(name) ?? -1] ?? null), sizes }),
      );
    }
  }

  of(line: Kept & { mappingVersion: string; lineKey: string }): string {
    const hash = this.#hashers.get(line.mappingVersion);
    if (hash) return hash(line).toString('hex');
    throw new FixFirstError(
      'SNAPSHOT_DAMAGED',
      `MON_Mapping does not know mapping version ${line.mappingVersion}, under which the snapshot keeps this line. Put its row back, or set row_hash of the line to NULL and run the pipeline for its customer.`,
      { where: { lineKey: line.lineKey } },
    );
  }

  /** A line out of a file, with the hash that its values have. */
  complete({ acknowledged, ...line }: StoredLine): ArchivedLine {
    return { ...line, rowHash: acknowledged ? this.of(line) : null };
  }
}

/**
 * SHA-256 over all rows in order, each with its row hash: equal for equal content, whichever bytes a version of the
 * Parquet writer makes of it.
 */
export class ContentHash {
  readonly #hash: Hash = createHash('sha256');

  constructor(table: ArchiveTable) {
    this.#add(table.columns.map(({ name }) => name));
  }

  add(row: ArrayRow, rowHash: string | null): void {
    this.#add([...row, rowHash]);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  /** Lengths go before texts, so that no two lists look alike. */
  #add(values: ArrayRow): void {
    let text = `${values.length};`;
    for (const value of values) {
      const part = String(value);
      text += value === null ? '-' : `${part.length}:${part}`;
    }
    this.#hash.update(text, 'utf8');
  }
}

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
    schemaVersion: table.schemaVersion,
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
