import { FixFirstError } from '../errors.js';
import type { OpenOptions } from './open.js';
import type { Warehouse } from './warehouse.js';

/** The SQL Server driver's place. */
export function openSqlServer(_options: OpenOptions): Warehouse {
  throw new FixFirstError('The SQL Server driver is not part of this version. Use a postgres:// WAREHOUSE_URL.');
}
