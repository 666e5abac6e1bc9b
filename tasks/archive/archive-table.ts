import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Kept } from '../../shared/lines/kept.js';
import { formatSizes, type KeptSize, parseSizes } from '../../shared/lines/sizes-text.js';
import { byCodeUnits } from '../../shared/mapping/mapping.js';
import type { ParquetColumn, ParquetTable } from '../../shared/parquet/parquet.js';
import type { ArrayRow } from '../../shared/warehouse/warehouse.js';

/** Raised when the columns below change their meaning. */
export const SCHEMA_VERSION = 1;

/** A line of the snapshot as it is archived. Values are in the order of `ArchiveTable.keptColumns`. */
export interface ArchivedLine extends Kept {
  readonly lineKey: string;
  readonly recordUuid: string;
  /** Null when the board's state of the line was not known: restore leaves such a line alone. */
  readonly rowHash: string | null;
  readonly mappingVersion: string;
}

/** A line as it comes out of a file, where the hash is not kept but made again from the values. */
export type StoredLine = Omit<ArchivedLine, 'rowHash'> & { readonly acknowledged: boolean };

const LINE_COLUMNS = ['line_key', 'record_uuid', 'acknowledged', 'mapping_version'] as const;
const OTHER_SIZES = 'other_sizes';
const METADATA_KEY = 'customer_orders';

const metadataText = z.object({
  schemaVersion: z.number(),
  customer: z.string(),
  kept: z.array(z.string()),
  hashedColumns: z.record(z.string(), z.array(z.string())),
});

/**
 * The shape of one archive: a row per line, a text column per kept source column, an INT column per size that occurs.
 *
 * Two things that do not compress are left out, because together they would be most of the file: `record_uuid` is null
 * while it is still the line key, and a row hash is made again from the values, by the hashed columns of its mapping
 * version, which the file carries. The archive's content hash covers the row hashes, and so proves them.
 */
export class ArchiveTable {
  readonly customer: string;
  readonly keptColumns: readonly string[];
  /** Hashed columns by mapping version. */
  readonly hashedColumns: ReadonlyMap<string, readonly string[]>;
  readonly columns: readonly ParquetColumn[];
  readonly sizes: readonly string[];
  readonly #sizePlaces: ReadonlyMap<string, number>;
  readonly #otherPlace: number;

  constructor(shape: {
    customer: string;
    keptColumns: readonly string[];
    sizes: Iterable<string>;
    otherSizes: boolean;
    hashedColumns: ReadonlyMap<string, readonly string[]>;
  }) {
    this.customer = shape.customer;
    this.keptColumns = shape.keptColumns;
    this.hashedColumns = new Map([...shape.hashedColumns].sort(([a], [b]) => byCodeUnits(a, b)));
    this.sizes = [...shape.sizes].sort(byCodeUnits);
    this.columns = [
      { name: LINE_COLUMNS[0], kind: 'text', distinct: true },
      { name: LINE_COLUMNS[1], kind: 'text', distinct: true },
      { name: LINE_COLUMNS[2], kind: 'int' },
      { name: LINE_COLUMNS[3], kind: 'text' },
      ...shape.keptColumns.map((name): ParquetColumn => ({ name, kind: 'text' })),
      ...this.sizes.map((name): ParquetColumn => ({ name, kind: 'int' })),
      ...(shape.otherSizes ? [{ name: OTHER_SIZES, kind: 'text' } as const] : []),
    ];
    const firstSize = LINE_COLUMNS.length + shape.keptColumns.length;
    this.#sizePlaces = new Map(this.sizes.map((name, index) => [name, firstSize + index]));
    this.#otherPlace = shape.otherSizes ? this.columns.length - 1 : -1;
  }

  /** The shape of a file that was written before. */
  static of(parquet: ParquetTable): ArchiveTable {
    const metadata = metadataText.parse(JSON.parse(parquet.metadata.get(METADATA_KEY) ?? 'null'));
    const sizes = parquet.columns.slice(LINE_COLUMNS.length + metadata.kept.length);
    return new ArchiveTable({
      customer: metadata.customer,
      keptColumns: metadata.kept,
      sizes: sizes.filter(({ kind }) => kind === 'int').map(({ name }) => name),
      otherSizes: sizes.some(({ kind }) => kind === 'text'),
      hashedColumns: new Map(Object.entries(metadata.hashedColumns)),
    });
  }

  /** SHA-256 over names and types. */
  get schemaHash(): string {
    const text = this.columns.map(({ name, kind }) => `${name}:${kind}`).join('|');
    return createHash('sha256').update(text).digest('hex');
  }

  /** What a file says of itself beside its rows. */
  get metadata(): ReadonlyMap<string, string> {
    const { customer, keptColumns, hashedColumns } = this;
    const text = {
      schemaVersion: SCHEMA_VERSION,
      customer,
      kept: keptColumns,
      hashedColumns: Object.fromEntries(hashedColumns),
    };
    return new Map([[METADATA_KEY, JSON.stringify(text)]]);
  }

  encode(line: ArchivedLine): ArrayRow {
    const row = new Array<string | number | null>(this.columns.length).fill(null);
    row[0] = line.lineKey;
    row[1] = line.recordUuid === line.lineKey ? null : line.recordUuid;
    row[2] = line.rowHash === null ? 0 : 1;
    row[3] = line.mappingVersion;
    for (const [index, value] of line.values.entries()) row[LINE_COLUMNS.length + index] = value;
    const others: KeptSize[] = [];
    for (const size of parseSizes(line.sizes)) {
      const place = isPlain(size) ? this.#sizePlaces.get(size[0]) : undefined;
      if (place === undefined) others.push(size);
      else row[place] = Number(size[1]);
    }
    if (others.length > 0) row[this.#otherPlace] = formatSizes(others);
    return row;
  }

  /** Sizes come back in the order of the file's columns, whatever order they had. */
  decode(row: ArrayRow): StoredLine {
    const lineKey = String(row[0]);
    const sizes: KeptSize[] = [];
    for (const [label, place] of this.#sizePlaces) {
      const value = row[place] ?? null;
      if (value !== null) sizes.push([label, String(value)]);
    }
    const others = row[this.#otherPlace] ?? null;
    if (others !== null) sizes.push(...parseSizes(String(others)));
    return {
      lineKey,
      recordUuid: String(row[1] ?? lineKey),
      acknowledged: row[2] === 1,
      mappingVersion: String(row[3]),
      values: this.keptColumns.map((_, index) => textOf(row[LINE_COLUMNS.length + index])),
      sizes: formatSizes(sizes),
    };
  }
}

/** Collects what an archive's columns must have room for, line by line. */
export class SizeSurvey {
  readonly labels = new Set<string>();
  others = false;
  readonly #taken: ReadonlySet<string>;

  constructor(keptColumns: readonly string[]) {
    this.#taken = new Set([...LINE_COLUMNS, OTHER_SIZES, ...keptColumns]);
  }

  add(sizes: string): void {
    for (const size of parseSizes(sizes)) {
      if (isPlain(size) && !this.#taken.has(size[0])) this.labels.add(size[0]);
      else this.others = true;
    }
  }
}

/** Whether a size's text is just what an INT32 column gives back. */
function isPlain([, text]: KeptSize): boolean {
  const value = Number(text);
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31 && String(value) === text;
}

function textOf(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
