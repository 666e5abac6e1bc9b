import { engineOf } from './port/sql-types.js';
import type { OpenOptions, Warehouse } from './port/warehouse.js';

/** Opens the warehouse by the URL's scheme. Drivers are imported only here, because they are slow to load. */
export async function openWarehouse(options: OpenOptions): Promise<Warehouse> {
  if (engineOf(options.url) === 'mssql') {
    const { SqlServerWarehouse } = await import('./mssql/warehouse.js');
    return new SqlServerWarehouse(options);
  }
  const { PostgresWarehouse } = await import('./postgres/warehouse.js');
  return new PostgresWarehouse(options);
}
