import { col, count, HASH, key, LABEL, NAME, STATE, type Table } from './table.js';

/** What the board holds of ours, and what is on its way there. */
export function boardTables(): Table[] {
  return [
    {
      name: 'MON_Board',
      columns: [key('board_id', 'bigint'), key('remembered_at', 'datetime')],
      primaryKey: ['board_id'],
    },
    {
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
      indexes: [
        { columns: ['monday_id'] },
        { columns: ['request_id'] },
        // What waits for an answer: few entries of a ledger that may have millions.
        { columns: ['ledger_key'], where: '"operation" IS NOT NULL' },
      ],
    },
  ];
}
