import { OPERATIONS } from '../../ledger/entry.js';
import { LEDGER_KINDS } from '../states.js';
import { col, count, HASH, key, LABEL, NAME, STATE, state, stateOrNull, type Table, table } from './table.js';

/** The boards that were pushed to: one. */
export const BOARDS = table({
  name: 'MON_Board',
  columns: [
    key('board_id', 'bigint'),
    key('remembered_at', 'datetime'),
    col('subitems_board_id', 'bigint'),
    col('calls_per_day', 'int'),
    col('calls_per_day_at', 'datetime'),
    col('calls_day', 'datetime'),
    col('calls_made', 'decimal(12,1)'),
    col('calls_used_up', 'smallint'),
  ],
  primaryKey: ['board_id'],
});

/** Labels that were asked for, and what the board made of them. */
export const LABELS = table({
  name: 'MON_Label',
  columns: [
    key('board_id', 'bigint'),
    key('column_id', NAME),
    key('text_hash', HASH),
    key('sent_text', 'text'),
    col('known_ids', 'text'),
    col('label_id', 'int'),
    col('label_text', 'text'),
    key('updated_at', 'datetime'),
  ],
  primaryKey: ['board_id', 'column_id', 'text_hash'],
});

/** Requests in flight, to the byte. */
export const REQUESTS = table({
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
});

/** What the board holds of ours, and what is on its way there. */
export const LEDGER = table({
  name: 'MON_Ledger',
  columns: [
    key('board_id', 'bigint'),
    state('kind', LEDGER_KINDS),
    key('ledger_key', NAME),
    { ...key('size', LABEL), default: "''" },
    col('monday_id', NAME),
    col('parent_id', NAME),
    col('answered_values', 'text'),
    stateOrNull('operation', OPERATIONS),
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
  indexes: [
    { columns: ['monday_id'] },
    { columns: ['request_id'] },
    // What waits for an answer: few entries of a ledger that may have millions.
    { columns: ['ledger_key'], where: '"operation" IS NOT NULL' },
  ],
});

export function boardTables(): Table[] {
  return [BOARDS, LABELS, REQUESTS, LEDGER];
}
