import { col, HASH, key, NAME, table } from './table.js';

export const ARCHIVE_TABLE = 'snapshot_archive';

/** Which numbered steps of sql/ddl/ a database has had. Made before all others, and by earlier versions with other types. */
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
