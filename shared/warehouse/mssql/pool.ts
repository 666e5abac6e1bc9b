import sql from 'mssql';
import { keepTriedConnection } from './driver.js';

/** A pool that logs in no more often than it needs to. */
export function makePool(config: sql.config): sql.ConnectionPool {
  const pool = new sql.ConnectionPool(config);
  keepTriedConnection(pool);
  // A connection that dies fails the statement that runs on it, or is replaced at its next use; without a listener
  // its event would end the process.
  pool.on('error', () => undefined);
  return pool;
}
