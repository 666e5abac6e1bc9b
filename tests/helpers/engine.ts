import { randomBytes } from 'node:crypto';
import { systemClock } from '../../shared/ground/clock.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { parseStatement, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { OpenOptions, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { createTestDatabase, nameOf, type Template, type TestDatabase, withDatabase } from './database.js';

/** The engine that holds the warehouse in this run of a test file; archives are in PostgreSQL either way. */
export const ENGINE: Warehouse['engine'] = process.env['TEST_ENGINE'] === 'mssql' ? 'mssql' : 'postgres';

/** A limit of time, longer on a server where everything takes longer. */
export const patience = (ms: number): number => ms * Number(process.env['TEST_PATIENCE'] ?? 1);

/** A database for a warehouse, empty or as `template` fills it, on the engine of this run. */
export function createWarehouseDatabase(template?: Template): Promise<TestDatabase> {
  return ENGINE === 'mssql' ? createSqlServerDatabase(template) : createTestDatabase(template);
}

export function openWarehouseAt(url: string, options: Partial<OpenOptions> = {}): Promise<Warehouse> {
  const usual = { schema: 'dbo', clock: systemClock(), applicationName: 'customer-orders test' };
  return openWarehouse({ url, ...usual, ...options });
}

/** SQL Server cannot copy a database in a moment, so each one is filled anew. */
async function createSqlServerDatabase(template?: Template): Promise<TestDatabase> {
  const server = process.env['TEST_MSSQL_URL'];
  if (server === undefined) throw new Error('TEST_MSSQL_URL does not say which SQL Server to test on');
  const name = nameOf(randomBytes(6).toString('hex'));
  await onServer(server, `CREATE DATABASE ${quoteIdentifier(name)}`);
  const url = withDatabase(server, name);
  await template?.fill(url);
  return { url, drop: () => onServer(server, `DROP DATABASE ${quoteIdentifier(name)}`) };
}

/** One after the other: a server may refuse to make two databases at once. */
function onServer(server: string, text: string): Promise<void> {
  const turn = lastTurn.then(() => run(server, text));
  lastTurn = turn.catch(() => undefined);
  return turn;
}
let lastTurn: Promise<void> = Promise.resolve();

async function run(server: string, text: string): Promise<void> {
  const warehouse = await openWarehouseAt(withDatabase(server, 'master'));
  try {
    await warehouse.execute(parseStatement('test', text));
  } finally {
    await warehouse.close();
  }
}
