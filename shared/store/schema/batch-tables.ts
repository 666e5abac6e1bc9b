import { BATCH_STATES, BATCH_TYPES, CHANGES, REASONS, ROW_STATES, STAGED_ACTIONS } from '../states.js';
import {
  type ColumnDescription,
  col,
  count,
  flag,
  HASH,
  key,
  LABEL,
  type MappedColumns,
  NAME,
  RAW_PREFIX,
  state,
  stateOrNull,
  type Table,
  table,
} from './table.js';

/** The changes of one customer in one run. */
export const BATCHES = table({
  name: 'MON_BatchProcessing',
  columns: [
    key('batch_id', 'uuid'),
    key('run_id', 'uuid'),
    key('customer_name', NAME),
    state('batch_type', BATCH_TYPES),
    state('status', BATCH_STATES),
    flag('dry'),
    count('total_records'),
    count('held_back'),
    count('failed_records'),
    col('owner_token', 'uuid'),
    col('superseded_by', 'uuid'),
    key('start_time', 'datetime'),
    col('end_time', 'datetime'),
    col('staging_started', 'datetime'),
    col('staging_load_completed', 'datetime'),
    col('staged_as', HASH),
    col('push_started', 'datetime'),
    col('items_creation_completed', 'datetime'),
    col('subitems_creation_completed', 'datetime'),
    col('promotion_started', 'datetime'),
    col('promotion_completed', 'datetime'),
    count('api_calls_made'),
    col('points_used', 'bigint'),
    count('mutations_asked'),
    count('mutations_accepted'),
    col('staged_counts', 'text'),
    col('forecast', 'text'),
    col('board_url', 'text'),
    col('last_error', 'text'),
  ],
  primaryKey: ['batch_id'],
  indexes: [{ columns: ['customer_name', 'status'] }, { columns: ['run_id', 'customer_name'], unique: true }],
});

/** Staged lines. The columns of the mapping come behind these: board values, and raw ones under `RAW_PREFIX`. */
export const STAGED_ITEMS = table({
  name: 'STG_MON_CustMasterSchedule',
  columns: [
    key('batch_id', 'uuid'),
    key('line_key', 'uuid'),
    state('stg_status', ROW_STATES),
    state('stg_change', CHANGES),
    state('stg_reason', REASONS),
    flag('stg_dry'),
    flag('stg_cancelled'),
    stateOrNull('stg_action', STAGED_ACTIONS),
    col('stg_monday_item_id', 'bigint'),
    col('stg_error_message', 'text'),
    col('stg_request_id', LABEL),
    col('stg_processed_date', 'datetime'),
    col('record_uuid', 'uuid'),
    col('old_uuid', 'uuid'),
    key('stg_customer', NAME),
    key('row_hash', HASH),
    key('mapping_version', HASH),
    col('Group', NAME),
    col('Title', NAME),
    col('stg_absent_columns', 'text'),
    col('stg_absent_sizes', 'text'),
    col(`${RAW_PREFIX}sizes`, 'text'),
  ],
  primaryKey: ['batch_id', 'line_key'],
  indexes: [{ columns: ['batch_id', 'stg_status'] }],
});

/** Staged sizes of the lines. */
export const STAGED_SIZES = table({
  name: 'STG_MON_CustMasterSchedule_Subitems',
  columns: [
    key('batch_id', 'uuid'),
    key('line_key', 'uuid'),
    key('Size', LABEL),
    key('Order Qty', 'int'),
    key('size_order', 'int'),
    state('stg_status', ROW_STATES),
    stateOrNull('stg_action', STAGED_ACTIONS),
    col('stg_monday_subitem_id', 'bigint'),
    col('stg_error_message', 'text'),
    col('stg_request_id', LABEL),
    col('stg_processed_date', 'datetime'),
  ],
  primaryKey: ['batch_id', 'line_key', 'Size'],
  foreignKeys: [{ columns: ['batch_id', 'line_key'], table: STAGED_ITEMS.name, references: ['batch_id', 'line_key'] }],
});

/** Batches and what is staged of them. */
export function batchTables(mapped: MappedColumns, raw: readonly ColumnDescription[]): Table[] {
  const board = mapped.board.map(({ title }) => col(title, 'text'));
  return [BATCHES, { ...STAGED_ITEMS, columns: [...STAGED_ITEMS.columns, ...board, ...raw] }, STAGED_SIZES];
}
