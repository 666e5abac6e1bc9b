import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { formatSizes, type KeptSize, parseSizes } from '../../../shared/lines/sizes-text.js';
import { byCodeUnits } from '../../../shared/mapping/mapping-version.js';
import { textOf } from '../../../shared/mapping/texts.js';
import type { ParquetColumn, ParquetTable } from '../../../shared/parquet/parquet.js';
import type { SnapshotLine } from '../../../shared/store/snapshot-lines.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';

/** Raised when the meaning of the columns below, or the format of the metadata, changes. Files of later versions are refused. */
export const SCHEMA_VERSION = 2;

/** A line of the snapshot as it is archived. Values are in the order of `ArchiveTable.keptColumns`. */
export type ArchivedLine = SnapshotLine;

/** A line as it comes out of a file, where the hash is not kept but made again from the values. */
export type StoredLine = Omit<ArchivedLine, 'rowHash'> & { readonly acknowledged: boolean };

const LINE_COLUMNS = ['line_key', 'record_uuid', 'acknowledged', 'mapping_version'] as const;
const OTHER_SIZES = 'other_sizes';
const METADATA_KEY = 'customer_orders';

const versionText = z.object({ schemaVersion: z.number() });
const origin = {
  customer: z.string(),
  /** Files of the first days do not say it. */
  batchId: z.string().nullable().optional(),
};
/** What a file says of itself, by schema version. Version 2 names no column that the file has. */
const METADATA = {
  1: z.object({ ...origin, kept: z.array(z.string()), hashedColumns: z.record(z.string(), z.array(z.string())) }),
  2: z.object({
    ...origin,
    /** So many columns after the first ones are of the source. */
    kept: z.number(),
    /** Null: all of those. */
    hashedColumns: z.record(z.string(), z.array(z.string()).nullable()),
  }),
};

/**
 * The shape of one archive: a row per line, a text column per kept source column, an INT column per size that occurs.
 *
 * Two things that do not compress are left out, because together they would be most of the file: `record_uuid` is null
 * while it is still the line key, and a row hash is made again from the values, by the hashed columns of its mapping
 * version, which the file carries. The archive's content hash covers the row hashes, and so proves them.
 */
export class ArchiveTable {
  readonly schemaVersion: number;
  readonly customer: string;
  /** The batch after which it was made, null for one by hand; undefined when the file does not say. */
  readonly batchId: string | null | undefined;
  readonly keptColumns: readonly string[];
  /** Hashed columns by mapping version. */
  readonly hashedColumns: ReadonlyMap<string, readonly string[]>;
  readonly columns: readonly ParquetColumn[];
  readonly sizes: readonly string[];
  readonly #sizePlaces: ReadonlyMap<string, number>;
  readonly #otherPlace: number;

  constructor(shape: {
    customer: string;
    batchId?: string | null | undefined;
    keptColumns: readonly string[];
    sizes: Iterable<string>;
    otherSizes: boolean;
    hashedColumns: ReadonlyMap<string, readonly string[]>;
    schemaVersion?: number;
  }) {
    this.schemaVersion = shape.schemaVersion ?? SCHEMA_VERSION;
    this.customer = shape.customer;
    // SQL Server gives uuids in capitals.
    this.batchId = shape.batchId?.toLowerCase() ?? shape.batchId;
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

  /**
   * The shape of a file that was written before.
   * @throws FixFirstError when it is no archive, or its schema version is not known.
   */
  static of(parquet: ParquetTable): ArchiveTable {
    const { kept, hashedColumns, ...said } = readMetadata(parquet.metadata.get(METADATA_KEY));
    const names = parquet.columns.map(({ name }) => name);
    const keptColumns = Array.isArray(kept) ? kept : names.slice(LINE_COLUMNS.length, LINE_COLUMNS.length + kept);
    const sizes = parquet.columns.slice(LINE_COLUMNS.length + keptColumns.length);
    return new ArchiveTable({
      ...said,
      keptColumns,
      sizes: sizes.filter(({ kind }) => kind === 'int').map(({ name }) => name),
      otherSizes: sizes.some(({ kind }) => kind === 'text'),
      hashedColumns: new Map(
        Object.entries(hashedColumns).map(([version, columns]) => [version, columns ?? keptColumns]),
      ),
    });
  }

  /** SHA-256 over names and types. */
  get schemaHash(): string {
    const text = this.columns.map(({ name, kind }) => `${name}:${kind}`).join('|');
    return createHash('sha256').update(text).digest('hex');
  }

  /** What a file says of itself beside its rows. */
  get metadata(): ReadonlyMap<string, string> {
    const { customer, batchId, keptColumns, hashedColumns } = this;
    const all = JSON.stringify(keptColumns);
    const text = {
      schemaVersion: SCHEMA_VERSION,
      customer,
      batchId,
      kept: keptColumns.length,
      hashedColumns: Object.fromEntries(
        [...hashedColumns].map(([version, columns]) => [version, JSON.stringify(columns) === all ? null : columns]),
      ),
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

/** @throws FixFirstError when the text is not of an archive, or of one that this program may misread. */
function readMetadata(text: string | undefined) {
  const said: unknown = JSON.parse(text ?? 'null');
  const version = versionText.safeParse(said).data?.schemaVersion;
  if (version !== undefined && version !== 1 && version !== 2)
    throw new FixFirstError(
      'ARCHIVE_VERSION_UNKNOWN',
      `its schema version ${version} is unknown to this program, which reads 1 to ${SCHEMA_VERSION}: take the version of the program that wrote it`,
    );
  const metadata = version === undefined ? undefined : METADATA[version].safeParse(said).data;
  if (version !== undefined && metadata !== undefined) return { ...metadata, schemaVersion: version };
  throw new FixFirstError('ARCHIVE_DAMAGED', 'the file does not say what it is');
}

/** Whether a size's text is just what an INT32 column gives back. */
function isPlain([, text]: KeptSize): boolean {
  const value = Number(text);
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31 && String(value) === text;
}
