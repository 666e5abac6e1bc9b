import sql from 'mssql';
import type { TableHolder } from '../port/lock-wait.js';
import { numbersOf } from './errors.js';

const LOCK_TIMEOUT = 1222;

/** As much as the login may see of other sessions: VIEW SERVER STATE, on Azure VIEW DATABASE STATE. */
const SELECT_HOLDER = `
  SELECT o.name AS "table", s.program_name AS "program", s.login_name AS "user", s.session_id AS "id"
  FROM sys.dm_tran_locks l
  JOIN sys.objects o ON o.object_id = l.resource_associated_entity_id
  JOIN sys.dm_exec_sessions s ON s.session_id = l.request_session_id
  WHERE l.resource_type = 'OBJECT' AND l.resource_database_id = DB_ID() AND l.request_status = 'GRANT'
    AND l.request_session_id <> @@SPID AND l.request_mode NOT IN ('IS', 'Sch-S')
    AND CHARINDEX(CONCAT('"', o.name, '"'), @tables) > 0
  ORDER BY CASE l.request_mode WHEN 'Sch-M' THEN 0 WHEN 'X' THEN 1 WHEN 'SIX' THEN 2 WHEN 'S' THEN 3 ELSE 4 END`;

interface SqlServerHolder {
  table: string;
  program: string | null;
  user: string | null;
  id: number;
}

export function isLockTimeout(error: unknown): boolean {
  return numbersOf(error).includes(LOCK_TIMEOUT);
}

/** Rule 11: who holds one of these tables now; undefined when nobody does any more. */
export async function holderOfTables(
  pool: sql.ConnectionPool,
  tables: readonly string[],
): Promise<TableHolder | undefined> {
  const names = tables.map((table) => `"${table}"`).join('');
  const request = pool.request().input('tables', sql.NVarChar(sql.MAX), names);
  request.arrayRowMode = false;
  const { recordset } = await request.query<SqlServerHolder>(SELECT_HOLDER);
  const [row] = recordset;
  if (row === undefined) return undefined;
  const program = (row.program ?? '').trim() || 'a session without a name';
  return { table: row.table, holder: `${program} (session ${row.id}, login ${row.user ?? '?'})` };
}
