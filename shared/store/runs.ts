import { z } from 'zod';
import { FixFirstError } from '../ground/errors.js';
import { jsonText } from '../ground/parsing.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { RUNS } from './schema/run-tables.js';
import type { Method } from './states.js';

const blocks = blocksOf('runs');

/** The outputs of a run, as MON_Run stores them. */
export const runOutputs = jsonText(z.record(z.string(), z.unknown()));
export type RunOutputs = Readonly<Record<string, unknown>>;

const selectRun = blocks.rows(
  'select-run',
  { run_id: 'uuid' },
  rowOf(RUNS, ['run_id', 'state', 'kind', 'dry', 'mapping_version'])
    .extend({ seq: z.coerce.number() })
    .transform((row) => ({
      runId: row.run_id,
      state: row.state,
      kind: row.kind,
      dry: row.dry === 1,
      /** Newer runs have higher numbers. */
      seq: row.seq,
      mappingVersion: row.mapping_version,
    })),
);

/** One detect and all that follows from it, or one restore. */
export type Run = Awaited<ReturnType<typeof selectRun>>[number];

/** @throws FixFirstError when there is no such run. */
export async function readRun(queryable: Queryable, runId: string): Promise<Run> {
  const [run] = await selectRun(queryable, { run_id: runId });
  return run ?? noRun(runId);
}

/** @throws FixFirstError always. */
export function noRun(runId: string): never {
  throw new FixFirstError('RUN_NOT_FOUND', 'There is no run with this id. Use the runId that detect gave.', {
    where: { runId },
  });
}

/** The flags with which a run was started. */
export interface RunFlags {
  method: Method;
  dry: boolean;
  full: boolean;
  allowLargeChange: boolean;
  confirmDeletes: boolean;
  /** Canonical names of customers; null for all of them. */
  filter: readonly string[] | null;
}

/** The customers of a run; null for all of them. */
export const filterText = jsonText(z.array(z.string())).nullable();

/** The columns of a run that hold its flags. */
interface FlagColumns extends Record<'dry' | 'full' | 'allow_large_change' | 'confirm_deletes', number> {
  method: Method;
  filter: readonly string[] | null;
}

export function runFlagsOf(row: FlagColumns): RunFlags {
  return {
    method: row.method,
    dry: row.dry === 1,
    full: row.full === 1,
    allowLargeChange: row.allow_large_change === 1,
    confirmDeletes: row.confirm_deletes === 1,
    filter: row.filter,
  };
}

const selectByKey = blocks.rows(
  'select-run-by-key',
  { run_key: 'text' },
  rowOf(RUNS, ['run_id', 'state', 'method', 'dry', 'full', 'allow_large_change', 'confirm_deletes'])
    .extend({ seq: z.coerce.number(), filter: filterText, outputs: runOutputs.nullable() })
    .transform((row) => ({
      runId: row.run_id,
      seq: row.seq,
      state: row.state,
      flags: runFlagsOf(row),
      /** Null while the run is open. */
      outputs: row.outputs,
    })),
);
export type KeyedRun = Awaited<ReturnType<typeof selectByKey>>[number];

/** The run with a key; undefined if there is none. */
export async function findRun(queryable: Queryable, runKey: string): Promise<KeyedRun | undefined> {
  const [run] = await selectByKey(queryable, { run_key: runKey });
  return run;
}

const insert = blocks.touches('insert-run', {
  rows: {
    run_id: 'uuid',
    run_key: 'text',
    method: 'text',
    dry: 'flag',
    full: 'flag',
    allow_large_change: 'flag',
    confirm_deletes: 'flag',
    filter: 'text?',
    mapping_version: 'text',
    started_at: 'datetime',
  },
});

/** Opens a run of detect, whose number is higher than all others'. Call it under the lock of runs. */
export async function insertRun(
  queryable: Queryable,
  run: { runId: string; runKey: string; mappingVersion: string; flags: RunFlags },
  now: Date,
): Promise<void> {
  const { method, dry, full, allowLargeChange, confirmDeletes, filter } = run.flags;
  const row = {
    run_id: run.runId,
    run_key: run.runKey,
    method,
    dry: bit(dry),
    full: bit(full),
    allow_large_change: bit(allowLargeChange),
    confirm_deletes: bit(confirmDeletes),
    filter: filter && JSON.stringify(filter),
    mapping_version: run.mappingVersion,
    started_at: now,
  };
  await insert(queryable, { rows: [row] });
}

const insertRestore = blocks.touches('insert-restore-run', {
  run_id: 'uuid',
  run_key: 'text',
  dry: 'flag',
  filter: 'text',
  mapping_version: 'text',
  archive_id: 'bigint',
  outputs: 'text',
  now: 'datetime',
});

/**
 * Creates the run of a restore, which is finished at once. Call it under the lock of runs.
 * @returns whether it is new: it exists already if this is repeated.
 */
export async function insertRestoreRun(
  transaction: Queryable,
  run: {
    runId: string;
    customer: string;
    dry: boolean;
    mappingVersion: string;
    archiveId: number;
    outputs: RunOutputs;
  },
  now: Date,
): Promise<boolean> {
  const inserted = await insertRestore(transaction, {
    run_id: run.runId,
    run_key: run.runId,
    dry: bit(run.dry),
    filter: JSON.stringify([run.customer]),
    mapping_version: run.mappingVersion,
    archive_id: run.archiveId,
    outputs: JSON.stringify(run.outputs),
    now,
  });
  return inserted === 1;
}

const finish = blocks.touches('finish-run', {
  run_id: 'uuid',
  mapping_version: 'text',
  size_labels: 'text',
  source_rows: 'int',
  outputs: 'text',
  now: 'datetime',
});

/**
 * Closes a run of detect with its sizes and outputs.
 * @returns whether it was open: another process may have finished it.
 */
export async function finishRun(
  transaction: Queryable,
  run: {
    runId: string;
    mappingVersion: string;
    /** The size columns of the source, in its order. */
    sizeLabels: readonly string[];
    sourceRows: number;
    outputs: RunOutputs;
  },
  now: Date,
): Promise<boolean> {
  const finished = await finish(transaction, {
    run_id: run.runId,
    mapping_version: run.mappingVersion,
    size_labels: JSON.stringify(run.sizeLabels),
    source_rows: run.sourceRows,
    outputs: JSON.stringify(run.outputs),
    now,
  });
  return finished === 1;
}

const setError = blocks.touches('note-run-error', { run_id: 'uuid', last_error: 'text' });

/** Keeps beside an open run why detect has ended without finishing it. */
export async function noteRunError(queryable: Queryable, runId: string, message: string): Promise<void> {
  await setError(queryable, { run_id: runId, last_error: message });
}

const bit = (value: boolean): 0 | 1 => (value ? 1 : 0);
