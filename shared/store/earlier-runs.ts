import { z } from 'zod';
import { jsonText } from '../ground/json-text.js';
import { loadStatement } from '../warehouse/port/statements.js';
import type { Warehouse } from '../warehouse/port/warehouse.js';

const restoredRow = z.object({ customer: z.string(), seq: z.coerce.number() });
/** The outputs of a run, as MON_Run keeps them. */
export const outputsText = jsonText(z.record(z.string(), z.unknown()));
const coverage = z.object({ customers: z.array(z.string()), busy: z.array(z.string()) });
const runRow = z.object({
  seq: z.coerce.number(),
  allow_large_change: z.number(),
  outputs: outputsText.pipe(coverage),
});

/** A customer whose board was taken back, and the run that did it. */
export type Restored = z.infer<typeof restoredRow>;

/** Customers that a newer run has dealt with since this one scanned: what this one would say of them is out of date. */
export async function readOvertaken(warehouse: Warehouse, seq: number): Promise<Set<string>> {
  const runs = await readRunsSince(warehouse, seq);
  const restores = (await readNewestRestores(warehouse)).filter((restore) => restore.seq > seq);
  return new Set([...runs.flatMap(customersDone), ...restores.map(({ customer }) => customer)]);
}

/** Rule 27: customers whose board was taken back and not released since by a run with --allow-large-change. */
export async function readRestored(warehouse: Warehouse): Promise<Restored[]> {
  const restored = await readNewestRestores(warehouse);
  if (restored.length === 0) return [];
  const releases = (await readRunsSince(warehouse, Math.min(...restored.map(({ seq }) => seq)))).filter(
    (run) => run.allow_large_change === 1,
  );
  return restored.filter(
    ({ customer, seq }) => !releases.some((run) => run.seq > seq && customersDone(run).includes(customer)),
  );
}

async function readNewestRestores(warehouse: Warehouse): Promise<Restored[]> {
  const rows = await warehouse.query(loadStatement('change-sets/select-restored-customers'));
  return rows.map((row) => restoredRow.parse(row));
}

async function readRunsSince(warehouse: Warehouse, seq: number): Promise<z.infer<typeof runRow>[]> {
  const rows = await warehouse.query(loadStatement('runs/select-runs-since'), { seq });
  return rows.map((row) => runRow.parse(row));
}

function customersDone({ outputs }: z.infer<typeof runRow>): string[] {
  return outputs.customers.filter((customer) => !outputs.busy.includes(customer));
}
