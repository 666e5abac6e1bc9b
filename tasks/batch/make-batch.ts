import { z } from 'zod';
import type { Clock } from '../../shared/ground/clock.js';
import { batchId } from '../../shared/ground/ids.js';
import { insertBatch, setBatchLines } from '../../shared/store/batches.js';
import type { BatchState, ChangeSetState, RunKind, RunState } from '../../shared/store/states.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';

export interface Run {
  runId: string;
  state: RunState;
  kind: RunKind;
  dry: boolean;
  seq: number;
  mappingVersion: string;
}

/** What a run found of one customer. */
export interface ChangeSet {
  customer: string;
  state: ChangeSetState;
  /** A newer run has a change set of this customer. */
  hasNewer: boolean;
  /** Of the batch made of it; null when there is none. */
  batchStatus: BatchState | null;
}

export interface BatchRules {
  retryFailed: boolean;
  /** Rule 26: how long a line that failed for good is held back. */
  retryAfterMs: number;
  clock: Clock;
}

const countsRow = z.object({ lines: z.coerce.number(), held: z.coerce.number() });

/** Makes one customer's batch, in one transaction and at most once; without a line that may go, there is none. */
export async function makeBatch(
  warehouse: Warehouse,
  run: Run,
  changeSet: ChangeSet,
  rules: BatchRules,
): Promise<void> {
  const { customer, state, batchStatus } = changeSet;
  // Until a batch is staged, --retry-failed can still add what was held back; without a batch it makes one.
  const isOpen =
    state === 'OPEN' || (rules.retryFailed && state === 'BATCHED' && (batchStatus ?? 'STARTED') === 'STARTED');
  if (!isOpen) return;
  const superseded = changeSet.hasNewer && !run.dry;
  await warehouse.transaction(async (transaction) => {
    const parameters = { run_id: run.runId, customer };
    const taken = await transaction.execute(loadStatement('change-sets/set-change-set-state'), {
      ...parameters,
      from: [state],
      state: superseded ? 'SUPERSEDED' : 'BATCHED',
    });
    if (taken === 0 || superseded) return;
    await holdLines(transaction, run, customer, rules);
    const [row] = await transaction.query(loadStatement('changes/count-changes'), parameters);
    const { lines, held } = countsRow.parse(row);
    if (lines > held)
      await writeBatch(transaction, run, customer, { lines: lines - held, held, now: rules.clock.now() });
  });
}

async function holdLines(transaction: Queryable, run: Run, customer: string, rules: BatchRules): Promise<void> {
  const parameters = { run_id: run.runId, customer };
  if (rules.retryFailed) {
    await transaction.execute(loadStatement('changes/release-lines'), parameters);
    return;
  }
  await transaction.execute(loadStatement('changes/hold-lines'), {
    ...parameters,
    mapping_version: run.mappingVersion,
    failed_after: new Date(rules.clock.now().getTime() - rules.retryAfterMs),
  });
}

async function writeBatch(
  transaction: Queryable,
  run: Run,
  customer: string,
  { lines, held, now }: { lines: number; held: number; now: Date },
): Promise<void> {
  const { runId, kind, dry } = run;
  const type = kind === 'RESTORE' ? 'RESTORE' : 'CUSTOMER_DELTA';
  const batch = { batchId: batchId(runId, customer), runId, customer, type, dry, lines, heldBack: held } as const;
  await insertBatch(transaction, batch, now);
  await setBatchLines(transaction, batch);
}
