import pg from 'pg';
import type { ParameterSpecs } from '../../shared/store/blocks.js';
import { compileForSqlServer } from '../../shared/warehouse/mssql/parameters.js';
import type { Statement } from '../../shared/warehouse/port/statements.js';
import type { Parameters, Scalar, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { compileForPostgres } from '../../shared/warehouse/postgres/parameters.js';

/** A value of each type; the text is good as JSON and as base64 too. */
const SOME: Readonly<Record<string, Scalar>> = {
  uuid: '00000000-0000-4000-8000-000000000001',
  text: '1234',
  int: 1,
  bigint: 1,
  flag: 1,
  datetime: new Date(0),
  date: '1970-01-01',
  decimal: 1,
};

/**
 * Runs a statement in a transaction that is rolled back, with null for what may be null, some value for every other
 * parameter, and no rows. Returns the names of the columns that it gives; none where it gives no rows.
 */
export async function prepare(
  warehouse: Pick<Warehouse, 'engine' | 'schema'>,
  url: string,
  statement: Statement,
  parameters: ParameterSpecs,
): Promise<string[]> {
  const given = Object.fromEntries(
    Object.entries(parameters).map(([name, spec]) => {
      if (typeof spec !== 'string') return [name, []];
      const some = SOME[spec.replace(/\W+$/, '')];
      return [name, spec.endsWith('[]') ? [some] : spec.endsWith('?') ? null : some];
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
    for (const [name, value] of values) request.input(name, value);
    const { recordset } = await request.query(text);
    return recordset === undefined ? [] : Object.keys(recordset.columns);
  } finally {
    await transaction.rollback();
    await pool.close();
  }
}
