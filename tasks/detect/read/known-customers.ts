import { z } from 'zod';
import { OPEN_BATCH_STATES } from '../../../shared/store/states.js';
import { loadStatement } from '../../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';

const customerRow = z.object({ customer: z.string() });

/** Customers of whom the pipeline holds a line, an open batch or an open change set. */
export async function readKnownCustomers(warehouse: Warehouse): Promise<string[]> {
  const parameters = { open_states: OPEN_BATCH_STATES };
  const rows = await warehouse.query(loadStatement('snapshot/select-known-customers'), parameters);
  return rows.map((row) => customerRow.parse(row).customer);
}
