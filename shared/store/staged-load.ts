import type { Mapping } from '../mapping/mapping.js';
import { hashedColumns } from '../mapping/mapping-version.js';
import type { ArrayRow, BulkColumn, Queryable } from '../warehouse/port/warehouse.js';
import { STAGED_ITEMS, STAGED_SIZES } from './schema/batch-tables.js';
import { mappedColumns } from './schema/mapped-columns.js';
import { bulkColumns, RAW_PREFIX, tableNamed, warehouseTables } from './schema/tables.js';
import type { Change, Reason, RowState } from './states.js';

const ITEM_COLUMNS = [
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
] as const;
const SIZE_COLUMNS = ['batch_id', 'line_key', 'Size', 'Order Qty', 'size_order', 'stg_status'] as const;

/** The batch that lines are staged of. */
export interface StagedBatch {
  batchId: string;
  customer: string;
  dry: boolean;
}

/** A line as it is staged. */
export interface NewStagedItem {
  lineKey: string;
  status: RowState;
  change: Change;
  reason: Reason;
  cancelled: boolean;
  error: string | null;
  recordUuid: string | null;
  oldUuid: string | null;
  rowHash: string;
  group: string | null;
  title: string | null;
  absentColumns: readonly string[];
  absentSizes: readonly string[];
  /** In the order of the mapping's item columns. */
  values: readonly (string | null)[];
  /** What the snapshot shall keep, in the order of the hashed columns; null where the source has no such line. */
  kept: { values: readonly (string | null)[]; sizes: string } | null;
}

export interface NewStagedSize {
  lineKey: string;
  size: string;
  quantity: number;
  order: number;
}

/** Loads the staged lines of one batch in bulk: items before their sizes. */
export class StagedLoad {
  readonly itemColumns: readonly BulkColumn[];
  readonly sizeColumns: readonly BulkColumn[];
  readonly #batch: StagedBatch;
  readonly #version: string;
  readonly #nothingKept: readonly null[];

  constructor(mapping: Mapping, batch: StagedBatch) {
    this.#batch = batch;
    this.#version = mapping.version;
    const kept = hashedColumns(mapping);
    this.#nothingKept = new Array<null>(kept.length).fill(null);
    const tables = warehouseTables(mappedColumns(mapping));
    const titles = mapping.item.columns.map(({ title }) => title);
    const raw = ['sizes', ...kept].map((column) => `${RAW_PREFIX}${column}`);
    this.itemColumns = bulkColumns(tableNamed(tables, STAGED_ITEMS.name), [...ITEM_COLUMNS, ...titles, ...raw]);
    this.sizeColumns = bulkColumns(STAGED_SIZES, SIZE_COLUMNS);
  }

  /** Takes items in chunks, as they come. */
  async items(transaction: Queryable, chunks: AsyncIterable<readonly NewStagedItem[]>): Promise<void> {
    const row = (item: NewStagedItem): ArrayRow => this.#itemRow(item);
    await transaction.bulkLoad(STAGED_ITEMS.name, this.itemColumns, rowsOf(chunks, row));
  }

  async sizes(transaction: Queryable, sizes: readonly NewStagedSize[]): Promise<void> {
    const { batchId } = this.#batch;
    await transaction.bulkLoad(
      STAGED_SIZES.name,
      this.sizeColumns,
      sizes.map(({ lineKey, size, quantity, order }) => [batchId, lineKey, size, quantity, order, 'PENDING']),
    );
  }

  #itemRow(item: NewStagedItem): ArrayRow {
    return [
      this.#batch.batchId,
      item.lineKey,
      item.status,
      item.change,
      item.reason,
      this.#batch.dry ? 1 : 0,
      item.cancelled ? 1 : 0,
      item.error,
      item.recordUuid,
      item.oldUuid,
      this.#batch.customer,
      item.rowHash,
      this.#version,
      item.group,
      item.title,
      listOrNull(item.absentColumns),
      listOrNull(item.absentSizes),
      ...item.values,
      item.kept?.sizes ?? null,
      ...(item.kept?.values ?? this.#nothingKept),
    ];
  }
}

async function* rowsOf<Item>(
  chunks: AsyncIterable<readonly Item[]>,
  row: (item: Item) => ArrayRow,
): AsyncGenerator<ArrayRow[]> {
  for await (const items of chunks) yield items.map(row);
}

function listOrNull(names: readonly string[]): string | null {
  return names.length === 0 ? null : JSON.stringify(names);
}
