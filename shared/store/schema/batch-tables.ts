import { BATCH_STATES, BATCH_TYPES } from '../states.js';
import {
  type Column,
  col,
  count,
  flag,
  HASH,
  key,
  LABEL,
  type MappedColumns,
  NAME,
  RAW_PREFIX,
  STATE,
  state,
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
    col('last_error', 'text'),
  ],
  primaryKey: ['batch_id'],
  indexes: [{ columns: ['customer_name', 'status'] }, { columns: ['run_id', 'customer_name'], unique: true }],
});

/** Batches and what is staged of them. */
export function batchTables(mapped: MappedColumns, raw: readonly Column[]): Table[] {
  return [
    BATCHES,
    {
      name: 'STG_MON_CustMasterSchedule',
      columns: [
        key('batch_id', 'uuid'),
        key('line_key', 'uuid'),
        key('stg_status', STATE),
        key('stg_change', STATE),
        key('stg_reason', STATE),
        flag('stg_dry'),
        flag('stg_cancelled'),
        col('stg_action', STATE),
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
        ...mapped.board.map(({ title }) => col(title, 'text')),
        col(`${RAW_PREFIX}sizes`, 'text'),
        ...raw,
      ],
      primaryKey: ['batch_id', 'line_key'],
      indexes: [{ columns: ['batch_id', 'stg_status'] }],
    },
    {
      name: 'STG_MON_CustMasterSchedule_Subitems',
      columns: [
        key('batch_id', 'uuid'),
        key('line_key', 'uuid'),
        key('Size', LABEL),
        key('Order Qty', 'int'),
        key('size_order', 'int'),
        key('stg_status', STATE),
        col('stg_action', STATE),
        col('stg_monday_subitem_id', 'bigint'),
        col('stg_error_message', 'text'),
        col('stg_request_id', LABEL),
        col('stg_processed_date', 'datetime'),
      ],
      primaryKey: ['batch_id', 'line_key', 'Size'],
      foreignKeys: [
        {
          columns: ['batch_id', 'line_key'],
          table: 'STG_MON_CustMasterSchedule',
          references: ['batch_id', 'line_key'],
        },
      ],
    },
  ];
}

/** What landed, for other systems to read. */
export function productionTables(mapped: MappedColumns): Table[] {
  return [
    {
      name: 'MON_CustMasterSchedule',
      columns: [
        key('line_key', 'uuid'),
        key('Item ID', 'bigint'),
        key('record_uuid', 'uuid'),
        key('batch_id', 'uuid'),
        key('promoted_at', 'datetime'),
        col('Group', NAME),
        col('Title', NAME),
        ...mapped.board.map(({ title, type }) => col(title, type)),
      ],
      primaryKey: ['line_key'],
      columnsOnly: true,
    },
    {
      name: 'MON_CustMasterSchedule_Subitems',
      columns: [
        key('line_key', 'uuid'),
        key('Size', LABEL),
        key('parent_item_id', 'bigint'),
        key('subitem_id', 'bigint'),
        key('Order Qty', 'int'),
        key('batch_id', 'uuid'),
        key('promoted_at', 'datetime'),
      ],
      primaryKey: ['line_key', 'Size'],
      foreignKeys: [{ columns: ['line_key'], table: 'MON_CustMasterSchedule', references: ['line_key'] }],
      columnsOnly: true,
    },
  ];
}
