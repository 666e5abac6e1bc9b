import type { Clock } from '../clock.js';
import type { Warehouse } from './warehouse.js';

export interface OpenOptions {
  url: string;
  schema: string;
  clock: Clock;
  /** Task and batch, so that the holder of a lock can be named. */
  applicationName: string;
  /** When it aborts, a server that is away is not waited for any more. */
  signal?: AbortSignal | undefined;
  /** LOCK_WAIT: no statement waits longer for the locks of others. */
  lockWaitMs?: number;
  /** Where the URL comes from, for messages: `WAREHOUSE_URL` unless it says otherwise. */
  setting?: string;
}

/** Opens the warehouse by the URL's scheme. Drivers are imported only here, because they are slow to load. */
export async function openWarehouse(options: OpenOptions): Promise<Warehouse> {
  if (options.url.startsWith('mssql:')) {
    const { SqlServerWarehouse } = await import('./mssql.js');
    return new SqlServerWarehouse(options);
  }
  const { PostgresWarehouse } = await import('./postgres.js');
  return new PostgresWarehouse(options);
}
