import { FAILURE_STEPS, SEVERITIES } from '../states.js';
import { col, count, HASH, key, LABEL, type MappedColumns, NAME, state, type Table, table } from './table.js';

export const ARCHIVE_TABLE = 'snapshot_archive';

/** Which numbered steps a database has had. Made before all others, and by earlier versions with other types. */
export const SCHEMA_TABLE = table({
  name: 'MON_Schema',
  columns: [key('version', 'int'), key('script', NAME), key('applied_at', 'text(32)'), col('checksum', HASH)],
  primaryKey: ['version'],
  columnsOnly: true,
});

/** The archives, in a PostgreSQL database that may be another one. */
export const ARCHIVES = table({
  name: ARCHIVE_TABLE,
  columns: [
    { ...key('id', 'bigint'), identity: true },
    key('snapshot_date', 'datetime'),
    key('customer_filter', NAME),
    col('batch_id', 'uuid'),
    key('record_count', 'int'),
    { ...key('parquet_data', 'bytes'), incompressible: true },
    key('file_size_bytes', 'bigint'),
    key('saved', 'decimal(6,4)'),
    key('schema_version', 'int'),
    key('schema_hash', HASH),
    key('content_hash', HASH),
    key('checksum', HASH),
    col('retention_until', 'date'),
    { ...key('tags', 'json'), default: "'{}'" },
  ],
  primaryKey: ['id'],
  indexes: [{ columns: ['customer_filter', 'id'] }],
});

const common = [
  key('err_id', 'uuid'),
  col('batch_id', 'uuid'),
  col('last_batch_id', 'uuid'),
  col('run_id', 'uuid'),
  state('step', FAILURE_STEPS),
  state('severity', SEVERITIES),
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
] as const;
const indexes = [{ columns: ['line_key'] }, { columns: ['batch_id'] }];

/** What is wrong with a line. */
export const LINE_FAILURES = table({
  name: 'ERR_MON_CustMasterSchedule',
  columns: common,
  primaryKey: ['err_id'],
  indexes,
});

/** What is wrong with a size of a line. */
export const SIZE_FAILURES = table({
  name: 'ERR_MON_CustMasterSchedule_Subitems',
  columns: [...common, key('size_label', LABEL), col('order_qty', NAME)],
  primaryKey: ['err_id'],
  indexes,
});

/** The lines that landed, but for the columns of the mapping. */
export const PRODUCTION_ITEMS = table({
  name: 'MON_CustMasterSchedule',
  columns: [
    key('line_key', 'uuid'),
    key('Item ID', 'bigint'),
    key('record_uuid', 'uuid'),
    key('batch_id', 'uuid'),
    key('promoted_at', 'datetime'),
    col('Group', NAME),
    col('Title', NAME),
  ],
  primaryKey: ['line_key'],
  columnsOnly: true,
});

/** The sizes of the lines that landed. */
export const PRODUCTION_SUBITEMS = table({
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
});

/** What landed, for other systems to read. */
export function productionTables({ board }: MappedColumns): Table[] {
  const mapped = board.map(({ title, type }) => col(title, type));
  return [{ ...PRODUCTION_ITEMS, columns: [...PRODUCTION_ITEMS.columns, ...mapped] }, PRODUCTION_SUBITEMS];
}
