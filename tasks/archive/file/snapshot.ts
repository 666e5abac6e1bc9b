import { FixFirstError } from '../../../shared/ground/errors.js';
import { type CsvText, csvLine, exactText } from '../../../shared/ground/parsing.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { byCodeUnits, hashedColumns } from '../../../shared/mapping/mapping-version.js';
import { readHashedColumns } from '../../../shared/store/mappings.js';
import { SNAPSHOT } from '../../../shared/store/schema/run-tables.js';
import { bookkeeping } from '../../../shared/store/schema/tables.js';
import { readKinds, readSnapshotLines } from '../../../shared/store/snapshot-lines.js';
import type { ArrayRow, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { type ArchivedLine, ArchiveTable, SizeSurvey } from './archive-table.js';

/** Reads a customer's part of the snapshot. Hold the customer's lock meanwhile: it is read twice. */
export class CustomerSnapshot {
  readonly #warehouse: Warehouse;
  readonly #mapping: Mapping;
  readonly #customer: string;

  constructor(warehouse: Warehouse, mapping: Mapping, customer: string) {
    this.#warehouse = warehouse;
    this.#mapping = mapping;
    this.#customer = customer;
  }

  /** The first look: which columns an archive of these lines has. */
  async table(batchId: string | null): Promise<ArchiveTable> {
    const keptColumns = await this.#keptColumns();
    const survey = new SizeSurvey(keptColumns);
    const versions = new Set<string>();
    for await (const chunk of readKinds(this.#warehouse, this.#customer)) {
      for (const { sizes, mappingVersion } of chunk) {
        survey.add(sizes);
        versions.add(mappingVersion);
      }
    }
    return new ArchiveTable({
      customer: this.#customer,
      batchId,
      keptColumns,
      sizes: survey.labels,
      otherSizes: survey.others,
      hashedColumns: await this.#hashedColumns([...versions]),
    });
  }

  /** The second look: the lines, tombstones apart, ordered by business key so that alike lines are neighbours. */
  lines({ keptColumns: columns }: ArchiveTable): AsyncIterable<ArchivedLine[]> {
    const order = this.#mapping.source.businessKey.filter((name) => columns.includes(name));
    return readSnapshotLines(this.#warehouse, this.#customer, { columns, order });
  }

  /** Everything the snapshot keeps of the source, columns of earlier mappings included. */
  async #keptColumns(): Promise<string[]> {
    const live = await this.#warehouse.columns(SNAPSHOT.name);
    if (live.length === 0)
      throw new FixFirstError(
        'TABLE_MISSING',
        `The table ${SNAPSHOT.name} is not in schema "${this.#warehouse.schema}". Run migrate if our tables are to be there, or correct WAREHOUSE_SCHEMA.`,
      );
    const own = bookkeeping(SNAPSHOT.name);
    return live
      .map(({ name }) => name)
      .filter((name) => !own.has(name))
      .sort(byCodeUnits);
  }

  async #hashedColumns(versions: readonly string[]): Promise<Map<string, readonly string[]>> {
    const known = await readHashedColumns(this.#warehouse, versions);
    if (versions.includes(this.#mapping.version)) known.set(this.#mapping.version, hashedColumns(this.#mapping));
    return known;
  }
}

/** The header of an archive as CSV after RFC 4180: the columns of the Parquet file, with the row hash itself. */
export function csvHeader(table: ArchiveTable, textOf: CsvText = exactText): string {
  return csvLine(
    table.columns.map(({ name }) => (name === 'acknowledged' ? 'row_hash' : name)),
    textOf,
  );
}

/** A line as CSV, with its own record_uuid and row hash. An empty field is null, `""` the empty text. */
export function csvRow(encoded: ArrayRow, line: ArchivedLine, textOf: CsvText = exactText): string {
  const row = [...encoded];
  row[1] = line.recordUuid;
  row[2] = line.rowHash;
  return csvLine(row, textOf);
}
