import { z } from 'zod';
import { FixFirstError } from '../../shared/errors.js';
import { batchId } from '../../shared/ids.js';
import { RUN_KINDS, RUN_STATES } from '../../shared/states.js';
import { loadStatement } from '../../shared/warehouse/statements.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/warehouse.js';

const runRow = z.object({
  run_id: z.string(),
  state: z.enum(RUN_STATES),
  dry: z.number(),
  kind: z.enum(RUN_KINDS),
  mapping_version: z.string(),
});
const changeSetRow = z.object({
  customer: z.string(),
  state: z.string(),
  batch_id: z.string().nullable(),
  status: z.string().nullable(),
});
const countRow = z.object({ lines: z.coerce.number(), held: z.coerce.number() });
const batchRow = z
  .object({ batch_id: z.string(), customer_name: z.string(), total_records: z.number() })
  .transform((row) => ({ batchId: row.batch_id, customer: row.customer_name, lines: row.total_records }));

export interface Batches {
  batches: z.infer<typeof batchRow>[];
  heldBack: number;
  superseded: string[];
}

export interface BatchOptions {
  runId: string;
  /** Canonical names; undefined means all customers of the run. */
  customers: readonly string[] | undefined;
  /** Lines of failures seen since then are held back; null holds nothing back (`--retry-failed`). */
  heldSince: Date | null;
  now: Date;
}

type Run = z.infer<typeof runRow>;

/** Rule 12: one batch per customer of a run. Asked again, the same batches. */
export async function makeBatches(warehouse: Warehouse, options: BatchOptions): Promise<Batches> {
  const run = await readRun(warehouse, options.runId);
  const rows = await warehouse.query(loadStatement('batch/select-change-sets'), { run_id: run.run_id });
  const changeSets = rows
    .map((row) => changeSetRow.parse(row))
    .filter(({ customer }) => options.customers?.includes(customer) ?? true);
  const superseded = changeSets.filter(({ state }) => state === 'SUPERSEDED').map(({ customer }) => customer);
  let heldBack = 0;
  for (const { customer, state } of changeSets) {
    if (state === 'SUPERSEDED') continue;
    const held = await warehouse.transaction((transaction) =>
      makeBatch(transaction, run, customer, state === 'OPEN', options),
    );
    if (held === undefined) superseded.push(customer);
    else heldBack += held;
  }
  const made = await warehouse.query(loadStatement('batch/select-batches'), { run_id: run.run_id });
  const batches = made
    .map((row) => batchRow.parse(row))
    .filter(({ customer }) => !superseded.includes(customer) && (options.customers?.includes(customer) ?? true));
  return { batches, heldBack, superseded: superseded.sort() };
}

async function readRun(warehouse: Warehouse, runId: string): Promise<Run> {
  const [row] = await warehouse.query(loadStatement('batch/select-run'), { run_id: runId });
  if (!row)
    throw new FixFirstError('There is no run with this id. Take the runId that detect printed.', { where: { runId } });
  const run = runRow.parse(row);
  if (run.state === 'DONE') return run;
  throw new FixFirstError('Detect has not finished this run: run detect again with the same --run-key.', {
    where: { runId },
  });
}

/** Makes one customer's batch; returns how many lines are held back, undefined when a newer detect has superseded the changes. */
async function makeBatch(
  transaction: Queryable,
  run: Run,
  customer: string,
  first: boolean,
  options: BatchOptions,
): Promise<number | undefined> {
  const key = { run_id: run.run_id, customer };
  if ((await transaction.execute(loadStatement('batch/take-change-set'), key)) === 0) return undefined;
  const id = batchId(run.run_id, customer);
  if (first && options.heldSince !== null) {
    await transaction.execute(loadStatement('batch/hold-failed-lines'), {
      ...key,
      mapping_version: run.mapping_version,
      since: options.heldSince,
    });
  }
  const staged = await isStaged(transaction, run.run_id, customer);
  if (options.heldSince === null && !staged) await transaction.execute(loadStatement('batch/release-held-lines'), key);
  const [row] = await transaction.query(loadStatement('batch/count-lines'), key);
  const { lines, held } = countRow.parse(row);
  const numbers = { lines: lines - held, held_back: held };
  if (numbers.lines > 0) {
    const batch_type = run.kind === 'RESTORE' ? 'RESTORE' : 'CUSTOMER_DELTA';
    await transaction.execute(loadStatement('batch/insert-batch'), {
      ...key,
      ...numbers,
      batch_id: id,
      batch_type,
      dry: run.dry,
      now: options.now,
    });
    await transaction.execute(loadStatement('batch/update-batch-lines'), { ...numbers, batch_id: id });
  }
  return held;
}

async function isStaged(transaction: Queryable, runId: string, customer: string): Promise<boolean> {
  const rows = await transaction.query(loadStatement('batch/select-change-sets'), { run_id: runId });
  const status = rows.map((row) => changeSetRow.parse(row)).find((row) => row.customer === customer)?.status ?? null;
  return status !== null && status !== 'STARTED';
}
