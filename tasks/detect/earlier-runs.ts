import { z } from 'zod';
import { loadStatement } from '../../shared/warehouse/statements.js';
import type { Warehouse } from '../../shared/warehouse/warehouse.js';
import { outputsText } from './open-run.js';

const restoredRow = z.object({ customer: z.string(), seq: z.coerce.number() });
const coverage = z.object({ customers: z.array(z.string()), busy: z.array(z.string()) });
const runRow = z.object({
  seq: z.coerce.number(),
  allow_large_change: z.number(),
  outputs: outputsText.pipe(coverage),
});

/** Customers that a newer run has dealt with since this one scanned: what this one would say of them is out of date. */
export async function readOvertaken(warehouse: Warehouse, seq: number): Promise<Set<string>> {
  const runs = await readRunsSince(warehouse, seq);
  return new Set(runs.flatMap(customersDone));
}

/** Rule 27: customers whose board was taken back and not released since by a run with --allow-large-change. */
export async function readRestored(warehouse: Warehouse): Promise<Set<string>> {
  const rows = await warehouse.query(loadStatement('detect/select-restored-customers'));
  const restored = rows.map((row) => restoredRow.parse(row));
  if (restored.length === 0) return new Set();
  const releases = (await readRunsSince(warehouse, Math.min(...restored.map(({ seq }) => seq)))).filter(
    (run) => run.allow_large_change === 1,
  );
  const isReleased = (customer: string, since: number): boolean =>
    releases.some((run) => run.seq > since && customersDone(run).includes(customer));
  return new Set(restored.filter(({ customer, seq }) => !isReleased(customer, seq)).map(({ customer }) => customer));
}

async function readRunsSince(warehouse: Warehouse, seq: number): Promise<z.infer<typeof runRow>[]> {
  const rows = await warehouse.query(loadStatement('detect/select-runs-since'), { seq });
  return rows.map((row) => runRow.parse(row));
}

function customersDone({ outputs }: z.infer<typeof runRow>): string[] {
  return outputs.customers.filter((customer) => !outputs.busy.includes(customer));
}
