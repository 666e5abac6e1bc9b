import type { BulkColumn, SqlType } from '../warehouse/warehouse.js';

/** A column of one of our tables. Nullable unless it says otherwise. */
export interface Column {
  name: string;
  type: SqlType;
  required?: boolean;
  /** SQL text of a default, the same on both engines. */
  default?: string;
}

export interface Index {
  columns: readonly string[];
  unique?: boolean;
  /** A filter in SQL that both engines read. */
  where?: string;
}

export interface Table {
  name: string;
  columns: readonly Column[];
  primaryKey: readonly string[];
  foreignKeys?: readonly { columns: readonly string[]; table: string; references: readonly string[] }[];
  indexes?: readonly Index[];
}

/** What the tables take from the mapping. */
export interface MappedColumns {
  /** Hashed source columns, sizes apart: kept as text in the snapshot. */
  kept: readonly string[];
  /** Board columns of an item by title. */
  board: readonly { title: string; type: 'text' | 'decimal' | 'date' }[];
}

const key = (name: string, type: SqlType): Column => ({ name, type, required: true });
const col = (name: string, type: SqlType): Column => ({ name, type });
const flag = (name: string): Column => ({ name, type: 'smallint', required: true, default: '0' });
const count = (name: string): Column => ({ name, type: 'int', required: true, default: '0' });

/** Raw values of a staged line stand beside its board values, so their names need a mark. */
export const RAW_PREFIX = 'src ';
const LABEL: SqlType = 'text(128)';
const NAME: SqlType = 'text(255)';
const STATE: SqlType = 'text(32)';
const HASH: SqlType = 'text(64)';

/** All tables of the warehouse that are ours, in an order that respects foreign keys. */
export function warehouseTables(mapped: MappedColumns): readonly Table[] {
  const kept = mapped.kept.map((name) => col(name, 'text'));
  const raw = mapped.kept.map((name) => col(`${RAW_PREFIX}${name}`, 'text'));
  return [
    ...runTables(kept),
    ...batchTables(mapped, raw),
    ...productionTables(mapped),
    ...boardTables(),
    ...errorTables(),
  ];
}

function runTables(kept: readonly Column[]): Table[] {
  return [
    {
      name: 'MON_Mapping',
      columns: [key('mapping_version', HASH), key('hashed_columns', 'text'), key('created_at', 'datetime')],
      primaryKey: ['mapping_version'],
    },
    {
      name: 'MON_Run',
      columns: [
        key('run_id', 'uuid'),
        key('run_key', NAME),
        key('seq', 'bigint'),
        key('state', STATE),
        key('kind', STATE),
        key('method', STATE),
        flag('dry'),
        flag('full'),
        flag('allow_large_change'),
        flag('confirm_deletes'),
        col('filter', 'text'),
        key('mapping_version', HASH),
        col('archive_id', 'bigint'),
        col('size_labels', 'text'),
        col('source_rows', 'int'),
        key('started_at', 'datetime'),
        col('finished_at', 'datetime'),
        col('outputs', 'text'),
      ],
      primaryKey: ['run_id'],
      indexes: [
        { columns: ['run_key'], unique: true },
        { columns: ['seq'], unique: true },
      ],
    },
    {
      name: 'MON_ChangeSet',
      columns: [
        key('run_id', 'uuid'),
        key('customer', NAME),
        key('state', STATE),
        count('new_lines'),
        count('changed_lines'),
        count('deleted_lines'),
        count('rekeyed_lines'),
        count('unchanged_lines'),
        count('pending_deletes'),
        count('moved_out'),
        count('out_of_scope'),
        count('known_lines'),
        col('note', 'text'),
      ],
      primaryKey: ['run_id', 'customer'],
      foreignKeys: [{ columns: ['run_id'], table: 'MON_Run', references: ['run_id'] }],
      indexes: [{ columns: ['customer', 'state'] }],
    },
    {
      name: 'MON_Change',
      columns: [
        key('run_id', 'uuid'),
        key('line_key', 'uuid'),
        key('customer', NAME),
        col('old_customer', NAME),
        col('record_uuid', 'uuid'),
        col('old_uuid', 'uuid'),
        key('change', STATE),
        key('reason', STATE),
        key('row_hash', HASH),
        col('differences', 'text'),
        flag('held'),
      ],
      primaryKey: ['run_id', 'line_key'],
      foreignKeys: [{ columns: ['run_id', 'customer'], table: 'MON_ChangeSet', references: ['run_id', 'customer'] }],
      indexes: [{ columns: ['run_id', 'customer'] }, { columns: ['line_key'] }],
    },
    {
      name: 'ORDERS_UNIFIED_SNAPSHOT',
      columns: [
        key('line_key', 'uuid'),
        key('record_uuid', 'uuid'),
        col('row_hash', HASH),
        key('mapping_version', HASH),
        key('customer', NAME),
        key('snapshot_date', 'datetime'),
        col('missing_since', 'datetime'),
        col('deleted_at', 'datetime'),
        col('batch_id', 'uuid'),
        col('sizes', 'text'),
        ...kept,
      ],
      primaryKey: ['line_key'],
      indexes: [{ columns: ['record_uuid'], unique: true, where: '"deleted_at" IS NULL' }, { columns: ['customer'] }],
    },
    {
      name: 'MON_RestoredLine',
      columns: [
        key('run_id', 'uuid'),
        key('line_key', 'uuid'),
        key('record_uuid', 'uuid'),
        key('customer', NAME),
        key('row_hash', HASH),
        key('mapping_version', HASH),
        col('sizes', 'text'),
        ...kept,
      ],
      primaryKey: ['run_id', 'line_key'],
    },
  ];
}

function batchTables(mapped: MappedColumns, raw: readonly Column[]): Table[] {
  return [
    {
      name: 'MON_BatchProcessing',
      columns: [
        key('batch_id', 'uuid'),
        key('run_id', 'uuid'),
        key('customer_name', NAME),
        key('batch_type', STATE),
        key('status', STATE),
        flag('dry'),
        count('total_records'),
        count('held_back'),
        col('owner_token', 'uuid'),
        key('start_time', 'datetime'),
        col('end_time', 'datetime'),
        col('staging_load_completed', 'datetime'),
        col('items_creation_completed', 'datetime'),
        col('subitems_creation_completed', 'datetime'),
        col('promotion_completed', 'datetime'),
        count('api_calls_made'),
        col('points_used', 'bigint'),
        col('forecast', 'text'),
        col('last_error', 'text'),
      ],
      primaryKey: ['batch_id'],
      indexes: [{ columns: ['customer_name', 'status'] }, { columns: ['run_id', 'customer_name'], unique: true }],
    },
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
        key('customer', NAME),
        key('row_hash', HASH),
        key('mapping_version', HASH),
        col('Group', NAME),
        col('Title', NAME),
        col('stg_absent_columns', 'text'),
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

function productionTables(mapped: MappedColumns): Table[] {
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
    },
  ];
}

function boardTables(): Table[] {
  return [
    {
      name: 'MON_Board',
      columns: [key('board_id', 'bigint'), key('remembered_at', 'datetime')],
      primaryKey: ['board_id'],
    },
    {
      name: 'MON_Request',
      columns: [
        key('request_id', 'uuid'),
        key('board_id', 'bigint'),
        key('idempotency_key', LABEL),
        key('operation', STATE),
        key('body', 'text'),
        key('batch_id', 'uuid'),
        key('generation', 'int'),
        key('created_at', 'datetime'),
        key('sent_at', 'datetime'),
      ],
      primaryKey: ['request_id'],
    },
    {
      name: 'MON_Ledger',
      columns: [
        key('board_id', 'bigint'),
        key('kind', STATE),
        key('ledger_key', NAME),
        { name: 'size', type: LABEL, required: true, default: "''" },
        col('monday_id', NAME),
        col('parent_id', NAME),
        col('answered_values', 'text'),
        col('operation', STATE),
        col('pending_values', 'text'),
        col('pending_columns', 'text'),
        col('attempt_id', 'uuid'),
        col('request_id', 'uuid'),
        col('alias', LABEL),
        col('first_sent_at', 'datetime'),
        col('last_sent_at', 'datetime'),
        col('unread_at', 'datetime'),
        count('tries'),
        count('generation'),
        col('suspect_since', 'datetime'),
        col('suspect_until', 'datetime'),
        col('archived_at', 'datetime'),
        col('batch_id', 'uuid'),
        key('updated_at', 'datetime'),
      ],
      primaryKey: ['board_id', 'kind', 'ledger_key', 'size'],
      indexes: [{ columns: ['monday_id'] }, { columns: ['request_id'] }],
    },
  ];
}

function errorTables(): Table[] {
  const common = [
    key('err_id', 'uuid'),
    col('batch_id', 'uuid'),
    col('last_batch_id', 'uuid'),
    col('run_id', 'uuid'),
    key('step', STATE),
    key('severity', STATE),
    key('reason', LABEL),
    col('column_name', NAME),
    col('line_key', 'uuid'),
    col('record_uuid', 'uuid'),
    col('customer', NAME),
    col('row_hash', HASH),
    col('mapping_version', HASH),
    key('error_message', 'text'),
    col('request_id', LABEL),
    count('retry_count'),
    key('created_date', 'datetime'),
    key('last_seen_date', 'datetime'),
    col('resolved_date', 'datetime'),
    col('resolved_by', 'uuid'),
  ];
  const indexes = [{ columns: ['line_key'] }, { columns: ['batch_id'] }];
  return [
    { name: 'ERR_MON_CustMasterSchedule', columns: common, primaryKey: ['err_id'], indexes },
    {
      name: 'ERR_MON_CustMasterSchedule_Subitems',
      columns: [...common, key('size_label', LABEL), col('order_qty', NAME)],
      primaryKey: ['err_id'],
      indexes,
    },
  ];
}

/** Columns of a table for a bulk load, in the order asked for. */
export function bulkColumns(table: Table, names: readonly string[]): BulkColumn[] {
  return names.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (!column) throw new Error(`${table.name} has no column ${name}`);
    return { name, type: column.type };
  });
}
