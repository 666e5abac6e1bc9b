import { CHANGE_SET_STATES, CHANGES, METHODS, REASONS, RUN_KINDS, RUN_STATES } from '../states.js';
import { type ColumnDescription, col, count, flag, HASH, key, NAME, state, type Table, table } from './table.js';

/** A mapping version and the columns it hashes. */
export const MAPPINGS = table({
  name: 'MON_Mapping',
  columns: [key('mapping_version', HASH), key('hashed_columns', 'text'), key('created_at', 'datetime')],
  primaryKey: ['mapping_version'],
});

/** One detect and all that follows from it, or one restore. */
export const RUNS = table({
  name: 'MON_Run',
  columns: [
    key('run_id', 'uuid'),
    key('run_key', NAME),
    key('seq', 'bigint'),
    state('state', RUN_STATES),
    state('kind', RUN_KINDS),
    state('method', METHODS),
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
    col('alerted_at', 'datetime'),
    col('alert', 'text'),
    col('last_error', 'text'),
  ],
  primaryKey: ['run_id'],
  indexes: [
    { columns: ['run_key'], unique: true },
    { columns: ['seq'], unique: true },
  ],
});

/** What a run found for one customer. */
export const CHANGE_SETS = table({
  name: 'MON_ChangeSet',
  columns: [
    key('run_id', 'uuid'),
    key('customer', NAME),
    state('state', CHANGE_SET_STATES),
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
});

/** One changed line of a run. */
export const LINE_CHANGES = table({
  name: 'MON_Change',
  columns: [
    key('run_id', 'uuid'),
    key('line_key', 'uuid'),
    key('customer', NAME),
    col('old_customer', NAME),
    col('record_uuid', 'uuid'),
    col('old_uuid', 'uuid'),
    state('change', CHANGES),
    state('reason', REASONS),
    key('row_hash', HASH),
    col('differences', 'text'),
    flag('held'),
  ],
  primaryKey: ['run_id', 'line_key'],
  foreignKeys: [{ columns: ['run_id', 'customer'], table: 'MON_ChangeSet', references: ['run_id', 'customer'] }],
  indexes: [{ columns: ['run_id', 'customer'] }, { columns: ['line_key'] }],
});

/** Names that the mapping does not know and limits that archives are above, of which an alert was given. */
export const TOLD_NAMES = table({
  name: 'MON_ToldName',
  columns: [
    key('told_id', 'uuid'),
    key('name', NAME),
    col('column_name', NAME),
    key('run_id', 'uuid'),
    key('told_at', 'datetime'),
  ],
  primaryKey: ['told_id'],
});

/** The archived lines of a restore, but for the values of its kept columns. */
export const RESTORED_LINES = table({
  name: 'MON_RestoredLine',
  columns: [
    key('run_id', 'uuid'),
    key('line_key', 'uuid'),
    key('record_uuid', 'uuid'),
    key('customer', NAME),
    key('row_hash', HASH),
    key('mapping_version', HASH),
    col('sizes', 'text'),
  ],
  primaryKey: ['run_id', 'line_key'],
});

/** The last acknowledged state of every line. The kept columns of the mapping come behind these. */
export const SNAPSHOT = table({
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
  ],
  primaryKey: ['line_key'],
  indexes: [{ columns: ['record_uuid'], unique: true, where: '"deleted_at" IS NULL' }, { columns: ['customer'] }],
});

/** What detect writes, and the snapshot that it compares with. */
export function runTables(kept: readonly ColumnDescription[]): Table[] {
  return [
    MAPPINGS,
    RUNS,
    CHANGE_SETS,
    LINE_CHANGES,
    { ...SNAPSHOT, columns: [...SNAPSHOT.columns, ...kept] },
    TOLD_NAMES,
    { ...RESTORED_LINES, columns: [...RESTORED_LINES.columns, ...kept] },
  ];
}
