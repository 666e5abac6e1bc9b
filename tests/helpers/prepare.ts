import pg from 'pg';
import type { ParameterSpecs } from '../../shared/store/blocks.js';
import { compileForSqlServer } from '../../shared/warehouse/mssql/parameters.js';
import type { Statement } from '../../shared/warehouse/port/statements.js';
import type { Parameters, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { compileForPostgres } from '../../shared/warehouse/postgres/parameters.js';

/**
 * Runs a statement with null for every value, in a transaction that is rolled back. Returns the names of the columns
 * that it gives; none where it gives no rows.
 */
export async function prepare(
  warehouse: Warehouse,
  url: string,
  statement: Statement,
  parameters: ParameterSpecs,
): Promise<string[]> {
  const given = Object.fromEntries(
    Object.entries(parameters).map(([name, spec]) => {
      if (typeof spec !== 'string') return [name, []];
      return [name, spec.endsWith('[]') ? [null] : null];
    }),
  ) as Parameters;
  return warehouse.engine === 'mssql'
    ? onSqlServer(url, compileForSqlServer(warehouse.schema, statement, given))
    : onPostgres(url, compileForPostgres(warehouse.schema, statement, given));
}

async function onPostgres(url: string, { text, values }: ReturnType<typeof compileForPostgres>): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    return (await client.query(text, values)).fields.map(({ name }) => name);
  } finally {
    await client.query('ROLLBACK');
    await client.end();
  }
}

async function onSqlServer(url: string, { text, values }: ReturnType<typeof compileForSqlServer>): Promise<string[]> {
  const { default: sql } = await import('mssql');
  const { hostname, port, username, password, pathname } = new URL(url);
  const pool = await new sql.ConnectionPool({
    server: hostname,
    port: Number(port || 1433),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    options: { trustServerCertificate: true },
  }).connect();
  const transaction = pool.transaction();
  try {
    await transaction.begin();
    const request = transaction.request();
    for (const [name, value] of values) request.input(name, sql.NVarChar(sql.MAX), value);
    const { recordset } = await request.query(text);
    return recordset === undefined ? [] : Object.keys(recordset.columns);
  } finally {
    await transaction.rollback();
    await pool.close();
  }
}
