import { systemClock } from '../../shared/ground/clock.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { ordersFromCsv } from './csv-orders.js';
import { sampleOrders } from './sample.js';
import { loadOrders } from './source-table.js';

export interface OrderLoadOptions {
  warehouse: string;
  schema: string;
  lines?: number | undefined;
  seed: number;
  sizes: number;
  /** A CSV file to load in place of a sample. */
  orders?: string | undefined;
  replace: boolean;
}

/** Opens the warehouse and loads the sample or a file into it; returns the number of lines. */
export async function loadInto(options: OrderLoadOptions): Promise<number> {
  const { warehouse: url, schema, orders: file, replace, lines, seed, sizes } = options;
  const sample = { seed, sizes, ...(lines === undefined ? {} : { lines }) };
  const orders = file === undefined ? sampleOrders(sample) : await ordersFromCsv(file);
  const warehouse = await openWarehouse({
    url,
    schema,
    clock: systemClock(),
    applicationName: 'customer-orders sample',
  });
  try {
    return await loadOrders(warehouse, orders, { replace });
  } finally {
    await warehouse.close();
  }
}
