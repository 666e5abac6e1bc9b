import { sqlType } from '../../shared/warehouse/port/sql-types.js';
import { quoteColumns, quoteIdentifier, selectExactly } from '../../shared/warehouse/port/statements.js';
import type { Row, Scalar, SqlType, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { ENGINE } from './engine.js';
import { sql } from './warehouse.js';

const onSqlServer = ENGINE === 'mssql';

// What tests say in SQL and the two engines have no common words for.

/** An expression that is another uuid for every row. */
export const NEW_UUID = onSqlServer ? 'NEWID()' : 'gen_random_uuid()';

/** An assignment that makes a time so many minutes earlier. */
export function earlier(column: string, minutes: number): string {
  const name = quoteIdentifier(column);
  return onSqlServer
    ? `${name} = DATEADD(MINUTE, -${minutes}, ${name})`
    : `${name} = ${name} - INTERVAL '${minutes} minutes'`;
}

/** By way of a third name: servers of which names in another case are the same refuse it otherwise. */
export async function renameColumn(warehouse: Warehouse, table: string, from: string, to: string): Promise<void> {
  if (!onSqlServer) {
    await sql(warehouse, `ALTER TABLE dbo."${table}" RENAME COLUMN "${from}" TO "${to}"`);
    return;
  }
  await sql(warehouse, `EXEC sp_rename 'dbo.${table}.${from}', 'between', 'COLUMN'`);
  await sql(warehouse, `EXEC sp_rename 'dbo.${table}.between', '${to}', 'COLUMN'`);
}

export async function renameTable(warehouse: Warehouse, from: string, to: string): Promise<void> {
  await sql(
    warehouse,
    onSqlServer ? `EXEC sp_rename 'dbo.${from}', '${to}', 'OBJECT'` : `ALTER TABLE dbo."${from}" RENAME TO "${to}"`,
  );
}

export async function changeType(warehouse: Warehouse, table: string, column: string, type: SqlType): Promise<void> {
  const change = onSqlServer ? '' : 'TYPE';
  // SQL Server makes a column nullable again unless its change says otherwise.
  const live = (await warehouse.describeTables([table])).get(table)?.columns.find(({ name }) => name === column);
  const kept = onSqlServer && live?.nullable === false ? ' NOT NULL' : '';
  await sql(warehouse, `ALTER TABLE dbo."${table}" ALTER COLUMN "${column}" ${change} ${sqlType(ENGINE, type)}${kept}`);
}

/** An index belongs to its table on SQL Server, to a schema on PostgreSQL. */
export async function dropIndex(warehouse: Warehouse, table: string, name: string): Promise<void> {
  await sql(warehouse, onSqlServer ? `DROP INDEX "${name}" ON dbo."${table}"` : `DROP INDEX dbo."${name}"`);
}

/** Whether a statement waits for a lock; SQL Server does not tell simply of which table. */
export async function waitsForTable(warehouse: Warehouse, table: string): Promise<boolean> {
  const waiting = onSqlServer
    ? await sql(
        warehouse,
        `SELECT spid AS n FROM sys.sysprocesses
         WHERE dbid = DB_ID() AND blocked <> 0 AND UPPER(lastwaittype) LIKE 'L%CK%'`,
      )
    : await sql(warehouse, `SELECT 1 AS n FROM pg_locks WHERE NOT granted AND relation = CAST(@table AS regclass)`, {
        table: `dbo."${table}"`,
      });
  return waiting.length > 0;
}

/** Every value of a table, of the columns named or of all. */
export async function readWhole(
  warehouse: Warehouse,
  table: string,
  order: readonly string[],
  columns?: readonly string[],
): Promise<Row[]> {
  const live = await warehouse.columns(table);
  const select = selectExactly(live, columns ?? live.map(({ name }) => name));
  return sql(warehouse, `SELECT ${select} FROM dbo."${table}" ORDER BY ${quoteColumns(order)}`);
}

/** A further line of the source: that of a uuid with a uuid of its own and what else is to be different. */
export async function copyLine(
  warehouse: Warehouse,
  from: string,
  to: string,
  changes: Readonly<Record<string, Scalar>>,
): Promise<void> {
  const names = (await warehouse.columns('ORDERS_UNIFIED')).map(({ name }) => name);
  const changed = Object.keys(changes);
  const values = names.map((name) => {
    if (name === 'record_uuid') return `CAST(@to AS ${sqlType(ENGINE, 'uuid')})`;
    return changed.includes(name) ? `@v${changed.indexOf(name)}` : quoteIdentifier(name);
  });
  await sql(
    warehouse,
    `INSERT INTO dbo."ORDERS_UNIFIED" (${quoteColumns(names)})
     SELECT ${values.join(', ')} FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @from`,
    { from, to, ...Object.fromEntries(Object.values(changes).map((value, index) => [`v${index}`, value])) },
  );
}
