import type pg from 'pg';

/**
 * What the form and the meaning of values, and the fate of statements, depend on. A database or a role may default to
 * anything in each of these; what stands in the start-up packet goes before that.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Forms of values. Money has as many digits behind its point as this locale says: two.
  DateStyle: 'ISO,MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lc_monetary: 'C',
  xmloption: 'content',
  // How statements are read.
  search_path: '"$user",public',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  array_nulls: 'on',
  // Transactions: ours end by our own doing, and what is committed is on disk.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  synchronous_commit: 'on',
  exit_on_error: 'off',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
};

/** Came with version 17: a server before it would refuse the start-up packet. */
const UNLIMITED_TRANSACTIONS =
  "SELECT set_config('transaction_timeout', '0', false) WHERE current_setting('server_version_num')::int >= 170000";

/** The start-up options of a session; those that a URL has go before ours. */
export function sessionOptions(given?: string): string {
  const ours = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`);
  return [...(given === undefined ? [] : [given]), ...ours].join(' ');
}

/** What a new connection is told before its first use; a lock of others is waited for so long and no longer. */
export async function beginSession(client: pg.ClientBase, lockTimeoutMs: number): Promise<void> {
  await client.query(`SET lock_timeout = ${lockTimeoutMs}; ${UNLIMITED_TRANSACTIONS}`);
}
