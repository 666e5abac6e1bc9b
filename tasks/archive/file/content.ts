import { createHash, type Hash } from 'node:crypto';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { compileKeptHasher, type Hasher } from '../../../shared/lines/hash.js';
import type { Kept } from '../../../shared/lines/kept.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import type { ArchivedLine, ArchiveTable, StoredLine } from './archive-table.js';

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
