import { z } from 'zod';
import { systemClock } from '../../shared/clock.js';
import { FixFirstError } from '../../shared/errors.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { ordersFromCsv } from './csv-orders.js';
import { sampleOrders } from './sample.js';
import { loadOrders } from './source-table.js';

const loadOptions = z.object({
  warehouse: z
    .string()
    .regex(/^(postgres|postgresql|mssql):\/\//, 'must be the URL of a database: postgres://… or mssql://…'),
  schema: z.string().min(1),
  lines: z.number().int().min(1).max(1_000_000),
  seed: z.number().int(),
  sizes: z.number().int(),
  orders: z.string().optional(),
  replace: z.boolean(),
});

/** Opens the warehouse and loads the sample or a file into it; returns the number of lines. */
export async function loadInto(flags: unknown): Promise<number> {
  const options = loadOptions.safeParse(flags);
  if (!options.success) {
    const [issue] = options.error.issues;
    throw new FixFirstError(`--${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { warehouse: url, schema, orders: file, replace, ...sample } = options.data;
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
