import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES, ERROR_GROUPS } from '../../../shared/ground/error-codes.js';

/** Alerts of others are built on these: a code may be added here, none may go or be spelt anew. */
const KEPT = [
  ...['STOPPED', 'FLAG_INVALID', 'SETTING_INVALID', 'TLS_CHECK_DISABLED', 'MAPPING_INVALID', 'MAPPING_CHANGED'],
  ...['CUSTOMER_UNKNOWN', 'FILE_FAILED', 'FILE_UNUSABLE', 'OUTPUT_NOT_WRITTEN', 'SCHEMA_MISMATCH'],
  ...['STATEMENT_INVALID', 'UNEXPECTED', 'LOCK_BUSY', 'LOCK_LOST', 'RUN_NOT_FOUND', 'RUN_UNFINISHED'],
  ...['RUN_TAKEN_OVER', 'RUN_KEY_REUSED', 'BATCH_NOT_FOUND', 'ID_AMBIGUOUS', 'BATCH_NOT_STAGED', 'BATCH_TAKEN_OVER'],
  ...['MAPPING_VERSIONS_TOO_MANY', 'SNAPSHOT_DAMAGED', 'SOURCE_MISSING', 'SOURCE_EMPTY'],
  ...['SOURCE_COLUMN_MISSING', 'SOURCE_UUIDS_INVALID', 'SOURCE_CUSTOMERS_TOO_MANY', 'SOURCE_CHANGED'],
  ...['SIZE_COLUMNS_INVALID', 'SIZE_COLUMN_GONE', 'DATABASE_UNREACHABLE', 'DATABASE_TIMEOUT'],
  ...['DATABASE_ERROR', 'DATABASE_URL_INVALID', 'DATABASE_UNTRUSTED', 'DATABASE_LOGIN_REFUSED'],
  ...['DATABASE_PERMISSION_DENIED', 'DATABASE_UNSUITABLE', 'TABLE_LOCKED', 'TABLE_MISSING'],
  ...['TABLE_NOT_EMPTY', 'VALUE_TOO_LONG', 'MIGRATION_FAILED', 'TOKEN_REFUSED', 'API_REQUEST_REFUSED'],
  ...['API_UNREACHABLE', 'API_URL_INVALID', 'API_UNTRUSTED', 'API_VERSION_CHANGED', 'API_ANSWER_INVALID'],
  ...['API_ANSWER_INCOMPLETE', 'CURSOR_EXPIRED', 'RATE_LIMITED', 'DAILY_LIMIT_EXCEEDED'],
  ...['BOARD_NOT_FOUND', 'BOARD_INACTIVE', 'BOARD_OTHER', 'BOARD_IN_USE', 'BOARD_MISMATCH'],
  ...['BOARD_COLUMN_MISSING', 'BOARD_COLUMN_TYPE', 'KEY_COLUMN_MISSING', 'SUBITEMS_MISSING'],
  ...['LABELS_UNREADABLE', 'ITEMS_UNREADABLE', 'ORDERS_UNKEYED', 'BOARD_WRITE_REFUSED', 'BOARD_WRITE_FAILED'],
  ...['LINES_UNSETTLED', 'PROBE_NOT_BEGUN', 'PROBE_LEFTOVERS', 'ARCHIVE_NOT_FOUND', 'ARCHIVE_DAMAGED'],
  ...['ARCHIVE_MISMATCH', 'ARCHIVE_VERSION_UNKNOWN', 'RESTORED_LINES_DAMAGED', 'ORDERS_FILE_INVALID'],
  ...['EMBEDDED_DATABASE_FAILED', 'EMBEDDED_DATABASE_UNUSABLE', 'SIMULATOR_FAILED', 'DEMO_FAILED', 'DEMO_RUNNING'],
  ...['KESTRA_REFUSED', 'KESTRA_UNREACHABLE', 'IMAGE_MISSING', 'DEPLOY_INCOMPLETE'],
];

const codes = Object.entries(ERROR_CODES);

function sources(): string {
  return ['tasks', 'shared', 'local']
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('error-codes.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

describe('the error codes', () => {
  it('are never renamed or removed', () => {
    expect(Object.keys(ERROR_CODES)).toEqual(expect.arrayContaining(KEPT));
    expect(KEPT).toEqual(expect.arrayContaining(Object.keys(ERROR_CODES)));
  });

  it('belong to one group each', () => {
    expect(Object.values(ERROR_GROUPS).flatMap((kinds) => Object.keys(kinds))).toEqual(Object.keys(ERROR_CODES));
  });

  it.each(codes)('%s is in capitals and has sentences that explain it', (code, { what, next }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect([what, next]).toEqual([expect.stringMatching(/^([A-Z]|monday).*\.$/), expect.stringMatching(/^[A-Z].*\.$/)]);
  });

  it('are all in use', () => {
    const text = sources();
    expect(codes.map(([code]) => code).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });
});
