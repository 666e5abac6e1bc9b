import pg from 'pg';
import type { TableHolder } from '../port/lock-wait.js';

/**
 * What the form and the meaning of values, and the fate of statements, depend on. A database or a role may default to
 * anything in each of these; what stands in the start-up packet goes before that.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Formats of values. Money has as many decimal places as this locale says: two.
  DateStyle: 'ISO,MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lc_monetary: 'C',
  xmloption: 'content',
  // How statements are parsed.
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

/** New in version 17: an older server would refuse the start-up packet. */
const UNLIMITED_TRANSACTIONS =
  "SELECT set_config('transaction_timeout', '0', false) WHERE current_setting('server_version_num')::int >= 170000";

/** The start-up options of a session; those of the URL come before ours. */
export function sessionOptions(given?: string): string {
  const ours = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`);
  return [...(given === undefined ? [] : [given]), ...ours].join(' ');
}

/** Until the end of a transaction: tables are read as a whole only where no index helps. */
export const BY_KEYS = 'SET LOCAL enable_seqscan = off';

/** What a new connection is told before its first use; a lock of others is waited for so long and no longer. */
export async function beginSession(client: pg.ClientBase, lockTimeoutMs: number): Promise<void> {
  await client.query(`SET lock_timeout = ${lockTimeoutMs}; ${UNLIMITED_TRANSACTIONS}`);
}

const LOCK_TIMEOUT = '55P03';

/** The strongest lock of another session on these tables, or on any where it excludes everybody, and the oldest of equals. */
const SELECT_HOLDER = `
  SELECT c.relname AS table, a.application_name AS program, a.usename AS "user", a.pid, a.xact_start AS since
  FROM pg_locks l
  JOIN pg_class c ON c.oid = l.relation
  JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.granted AND l.pid <> pg_backend_pid()
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.mode NOT IN ('AccessShareLock', 'SIReadLock')
    AND (c.relname = ANY($1) OR (l.mode = 'AccessExclusiveLock' AND c.relkind IN ('r', 'p', 'm')))
  ORDER BY array_position(ARRAY['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock',
    'ShareUpdateExclusiveLock', 'RowExclusiveLock', 'RowShareLock'], l.mode), c.relname = ANY($1) DESC, a.xact_start
  LIMIT 1`;

interface PostgresHolder {
  table: string;
  program: string;
  user: string | null;
  pid: number;
  since: Date | null;
}

export function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === LOCK_TIMEOUT;
}

/** Rule 11: who holds one of these tables now; undefined when nobody does any more. */
export async function holderOfTables(pool: pg.Pool, tables: readonly string[]): Promise<TableHolder | undefined> {
  const { rows } = await pool.query<PostgresHolder>(SELECT_HOLDER, [tables]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { table, program, user, pid, since } = row;
  const began = since === null ? '' : `, in a transaction since ${since.toISOString()}`;
  return { table, holder: `${program || 'a session without a name'} (process ${pid}, user ${user ?? '?'}${began})` };
}
