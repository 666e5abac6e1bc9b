import { FixFirstError } from '../../shared/ground/errors.js';
import { byCodeUnits, hashedColumns, type Mapping } from '../../shared/mapping/mapping.js';
import { readHashedColumns } from '../../shared/store/mappings.js';
import { bookkeeping } from '../../shared/store/schema/tables.js';
import { loadStatement, quoteColumns } from '../../shared/warehouse/port/statements.js';
import type { ArrayRow, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { type ArchivedLine, ArchiveTable, SizeSurvey } from './archive-table.js';

const SNAPSHOT = 'ORDERS_UNIFIED_SNAPSHOT';
const LINE_COLUMNS = ['line_key', 'record_uuid', 'row_hash', 'mapping_version', 'sizes'];

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
    const statement = loadStatement('snapshot/select-snapshot-kinds');
    for await (const chunk of this.#warehouse.stream(statement, { customer: this.#customer })) {
      for (const [sizes, version] of chunk) {
        survey.add(String(sizes ?? ''));
        versions.add(String(version));
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
  async *lines(table: ArchiveTable): AsyncGenerator<ArchivedLine[]> {
    const present = new Set(table.keptColumns);
    const order = [...this.#mapping.source.businessKey.filter((name) => present.has(name)), 'line_key'];
    const statement = loadStatement('snapshot/select-snapshot-lines').with({
      columns: quoteColumns([...LINE_COLUMNS, ...table.keptColumns]),
      order: quoteColumns(order),
    });
    for await (const chunk of this.#warehouse.stream(statement, { customer: this.#customer })) yield chunk.map(lineOf);
  }

  /** Everything the snapshot keeps of the source, columns of earlier mappings included. */
  async #keptColumns(): Promise<string[]> {
    const live = await this.#warehouse.columns(SNAPSHOT);
    if (live.length === 0)
      throw new FixFirstError('TABLE_MISSING', `The table ${SNAPSHOT} does not exist. Run migrate first.`);
    const own = bookkeeping(SNAPSHOT);
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

function lineOf(row: ArrayRow): ArchivedLine {
  const [lineKey, recordUuid, rowHash, mappingVersion, sizes, ...values] = row.map((value) =>
    value === null ? null : String(value),
  );
  return {
    lineKey: (lineKey ?? '').toLowerCase(),
    recordUuid: (recordUuid ?? '').toLowerCase(),
    rowHash: rowHash ?? null,
    mappingVersion: mappingVersion ?? '',
    sizes: sizes ?? '',
    values,
  };
}
