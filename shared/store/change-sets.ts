import { z } from 'zod';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { supersedeBatches } from './batches.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { CHANGE_SETS } from './schema/run-tables.js';
import { BATCH_STATES, type BrakeReason, type ChangeSetState } from './states.js';

const blocks = blocksOf('change-sets');

const select = blocks.rows(
  'select-change-sets',
  { run_id: 'uuid', seq: 'bigint' },
  rowOf(CHANGE_SETS, ['customer', 'state'])
    .extend({ newer: z.coerce.number(), status: z.enum(BATCH_STATES).nullable() })
    .transform(({ customer, state, newer, status }) => ({
      customer,
      state,
      /** A newer run has a change set of this customer. */
      hasNewer: newer > 0,
      /** Of the batch made of it; null when there is none. */
      batchStatus: status,
    })),
);

/** What a run found for one customer. */
export type ChangeSet = Awaited<ReturnType<typeof select>>[number];

/** The change sets of a run that lines may come from: those that were braked or busy are left out. */
export function changeSetsOfRun(queryable: Queryable, run: { runId: string; seq: number }): Promise<ChangeSet[]> {
  return select(queryable, { run_id: run.runId, seq: run.seq });
}

/** Why a customer was left out of a run, with the numbers that were too high. */
export interface Braked {
  customer: string;
  reason: BrakeReason;
  known?: number;
  changed?: number;
  deleted?: number;
  /** Lines that left scope because of an unknown name or word. */
  left?: number;
}

/** The lines of a customer by kind, each counted once. */
export interface ChangeCounts {
  new: number;
  changed: number;
  deleted: number;
  rekeyed: number;
  unchanged: number;
  /** Vanished lines that are not deleted yet. */
  pendingDeletes: number;
  /** Lines that belong to another customer now. */
  movedOut: number;
  outOfScope: number;
  /** Lines with an acknowledged state before the run. */
  known: number;
}

/** A new change set. */
export interface NewChangeSet extends ChangeCounts {
  customer: string;
  state: ChangeSetState;
  braked: Braked | undefined;
}

const insert = blocks.touches('insert-change-sets', {
  run_id: 'uuid',
  rows: {
    customer: 'text',
    state: 'text',
    new_lines: 'int',
    changed_lines: 'int',
    deleted_lines: 'int',
    rekeyed_lines: 'int',
    unchanged_lines: 'int',
    pending_deletes: 'int',
    moved_out: 'int',
    out_of_scope: 'int',
    known_lines: 'int',
    note: 'text?',
  },
});

/** Nothing happens if the run does not exist. */
export async function insertChangeSets(
  transaction: Queryable,
  runId: string,
  sets: readonly NewChangeSet[],
): Promise<void> {
  const rows = sets.map((set) => ({
    customer: set.customer,
    state: set.state,
    new_lines: set.new,
    changed_lines: set.changed,
    deleted_lines: set.deleted,
    rekeyed_lines: set.rekeyed,
    unchanged_lines: set.unchanged,
    pending_deletes: set.pendingDeletes,
    moved_out: set.movedOut,
    out_of_scope: set.outOfScope,
    known_lines: set.known,
    note: set.braked === undefined ? null : JSON.stringify(set.braked),
  }));
  await insert(transaction, { run_id: runId, rows });
}

const remove = blocks.touches('delete-change-sets', { run_id: 'uuid' });

/** For a run that is repeated. The changes are deleted first. */
export async function deleteChangeSets(transaction: Queryable, runId: string): Promise<void> {
  await remove(transaction, { run_id: runId });
}

const setState = blocks.touches('set-change-set-state', {
  run_id: 'uuid',
  customer: 'text',
  state: 'text',
  from: 'text[]',
});

/** @returns whether the change set was in the state `from`: a newer run, or another container, may have been faster. */
export async function moveChangeSet(
  transaction: Queryable,
  { runId, customer }: { runId: string; customer: string },
  { from, to }: { from: ChangeSetState; to: ChangeSetState },
): Promise<boolean> {
  return (await setState(transaction, { run_id: runId, customer, from: [from], state: to })) === 1;
}

const supersedeOpen = blocks.touches('supersede-change-sets', { customers: 'text[]', run_id: 'uuid' });

/**
 * Rule 11: a run takes these customers over: their open batches and the change sets that no batch was made of yet are
 * superseded, and whoever still works on one loses it. Hold the customers' locks.
 */
export async function supersede(
  transaction: Queryable,
  customers: readonly string[],
  { runId, now }: { runId: string; now: Date },
): Promise<void> {
  // Change sets first: this waits for a batch that is being created from one, so that the next statement sees it.
  await supersedeOpen(transaction, { customers, run_id: runId });
  await supersedeBatches(transaction, { customers, runId, now });
}
