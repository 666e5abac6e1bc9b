import { FAILURE_STEPS, SEVERITIES } from '../states.js';
import { col, count, HASH, key, LABEL, NAME, state, table } from './table.js';

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
