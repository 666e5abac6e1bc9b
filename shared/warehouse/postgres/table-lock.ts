import pg from 'pg';
import type { TableHolder } from '../port/table-lock.js';

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
