import { z } from 'zod';
import { loadStatement } from '../../../shared/warehouse/port/statements.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';

const heldCountRow = z.object({ customer: z.string(), held: z.coerce.number() });

/** How many lines of each customer were held back. */
export async function countHeldLines(queryable: Queryable, runId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await queryable.query(loadStatement('changes/count-held'), { run_id: runId });
  return new Map(rows.map((row) => heldCountRow.parse(row)).map(({ customer, held }) => [customer, held]));
}
