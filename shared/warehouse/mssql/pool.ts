import sql from 'mssql';

/** The parts of a pool that the client does not describe; a test with a scripted server holds them in place. */
interface PoolSteps {
  pool?: unknown;
  _poolCreate?: () => Promise<sql.Connection>;
  _poolDestroy?: (connection: sql.Connection) => Promise<void>;
  _poolValidate(connection: sql.Connection): unknown;
}

/**
 * A pool that keeps the connection with which it tries whether it can connect. The client closes that one and opens
 * another: every pool would log in once more than it needs to.
 */
export function makePool(config: sql.config): sql.ConnectionPool {
  const pool = new sql.ConnectionPool(config);
  const steps = pool as unknown as PoolSteps;
  const [create, destroy] = [steps._poolCreate, steps._poolDestroy];
  const close = pool.close.bind(pool) as () => Promise<void>;
  if (create === undefined || destroy === undefined)
    throw new TypeError('This version of mssql opens connections in another way than the one we know.');
  let tried: sql.Connection | undefined;
  steps._poolDestroy = async (connection) => {
    // Until the first trial is over there is nothing that could hold the connection.
    if (steps.pool) await destroy.call(pool, connection);
    else tried = connection;
  };
  steps._poolCreate = async () => {
    const kept = tried;
    tried = undefined;
    return kept !== undefined && steps._poolValidate(kept) ? kept : create.call(pool);
  };
  pool.close = async () => {
    if (tried !== undefined) await destroy.call(pool, tried);
    tried = undefined;
    return close();
  };
  // A connection that dies fails the statement that runs on it, or is replaced at its next use; without a listener
  // its event would end the process.
  pool.on('error', () => undefined);
  return pool;
}
