import type { Kept } from '../../shared/lines/kept.js';
import type { MappedLine } from '../../shared/mapper/map-line.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { hashedColumns } from '../../shared/mapping/mapping.js';
import type { StagedChange } from '../../shared/store/changes.js';
import type { Failure } from '../../shared/store/failures.js';
import { mappedColumns } from '../../shared/store/schema/mapped-columns.js';
import { bulkColumns, RAW_PREFIX, tableNamed, warehouseTables } from '../../shared/store/schema/tables.js';
import type { Change, RowState } from '../../shared/store/states.js';
import type { ArrayRow, BulkColumn } from '../../shared/warehouse/port/warehouse.js';

export const ITEMS = 'STG_MON_CustMasterSchedule';
export const SUBITEMS = 'STG_MON_CustMasterSchedule_Subitems';

const LINE_COLUMNS = [
  'batch_id',
  'line_key',
  'stg_status',
  'stg_change',
  'stg_reason',
  'stg_dry',
  'stg_cancelled',
  'stg_error_message',
  'record_uuid',
  'old_uuid',
  'stg_customer',
  'row_hash',
  'mapping_version',
  'Group',
  'Title',
  'stg_absent_columns',
  'stg_absent_sizes',
];
const SIZE_COLUMNS = ['batch_id', 'line_key', 'Size', 'Order Qty', 'size_order', 'stg_status'];

/** What is staged of one change. `mapped` and `kept` are there when the source has the line. */
export interface StagedLine {
  change: StagedChange;
  as: Change;
  status: RowState;
  error: string | null;
  hash: string;
  mapped?: MappedLine;
  kept?: Kept;
  /** What is wrong with it, warnings included. */
  failures?: readonly Failure[];
}

/** Makes rows of the staging tables in the order of `itemColumns` and `subitemColumns`. */
export class StagedRows {
  readonly itemColumns: BulkColumn[];
  readonly subitemColumns: BulkColumn[];
  readonly #mapping: Mapping;
  readonly #batch: { batchId: string; customer: string; dry: boolean };
  readonly #keptCount: number;

  constructor(mapping: Mapping, batch: { batchId: string; customer: string; dry: boolean }) {
    this.#mapping = mapping;
    this.#batch = batch;
    const kept = hashedColumns(mapping);
    this.#keptCount = kept.length;
    const tables = warehouseTables(mappedColumns(mapping));
    const titles = mapping.item.columns.map(({ title }) => title);
    const names = [...LINE_COLUMNS, ...titles, `${RAW_PREFIX}sizes`, ...kept.map((column) => `${RAW_PREFIX}${column}`)];
    this.itemColumns = bulkColumns(tableNamed(tables, ITEMS), names);
    this.subitemColumns = bulkColumns(tableNamed(tables, SUBITEMS), SIZE_COLUMNS);
  }

  item(line: StagedLine): ArrayRow {
    const { change, mapped } = line;
    const columns = this.#mapping.item.columns;
    const absent = mapped ? columns.filter(({ id }) => !mapped.values.has(id)).map(({ title }) => title) : [];
    return [
      this.#batch.batchId,
      change.lineKey,
      line.status,
      line.as,
      change.reason,
      this.#batch.dry ? 1 : 0,
      mapped?.cancelled ? 1 : 0,
      line.error,
      change.recordUuid,
      change.oldUuid,
      this.#batch.customer,
      line.hash,
      this.#mapping.version,
      mapped?.group ?? null,
      mapped?.itemName ?? null,
      listOrNull(absent),
      listOrNull(mapped?.absentSizes ?? []),
      ...columns.map(({ id }) => mapped?.values.get(id) ?? null),
      line.kept?.sizes ?? null,
      ...(line.kept?.values ?? new Array<null>(this.#keptCount).fill(null)),
    ];
  }

  /** Rule 22: a cancelled line wants no size; those it has on the board go to 0 in push. */
  *subitems(line: StagedLine): Generator<ArrayRow> {
    if (line.status !== 'PENDING' || line.as === 'REKEYED' || !line.mapped || line.mapped.cancelled) return;
    for (const { label, quantity, ordinal } of line.mapped.sizes) {
      yield [this.#batch.batchId, line.change.lineKey, label, quantity, ordinal, 'PENDING'];
    }
  }
}

function listOrNull(names: readonly string[]): string | null {
  return names.length === 0 ? null : JSON.stringify(names);
}
