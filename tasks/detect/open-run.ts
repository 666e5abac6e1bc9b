import { z } from 'zod';
import type { Clock } from '../../shared/ground/clock.js';
import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import { newUuid } from '../../shared/ground/ids.js';
import { outputsText } from '../../shared/store/earlier-runs.js';
import { type LockPatience, RUNS_LOCK, withLock } from '../../shared/store/locks.js';
import { METHODS, RUN_STATES } from '../../shared/store/states.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { DetectOptions } from './options.js';

const bit = z.number().transform((value) => value === 1);
const runRow = z.object({
  run_id: z.string(),
  seq: z.coerce.number(),
  state: z.enum(RUN_STATES),
  method: z.enum(METHODS),
  dry: bit,
  full: bit,
  allow_large_change: bit,
  confirm_deletes: bit,
  filter: z.string().nullable(),
  outputs: z.string().nullable(),
});

export interface Run {
  readonly runId: string;
  /** Newer runs have higher numbers; taken before the scan. */
  readonly seq: number;
}

/** What the run of this key gave when it was done; undefined when there is none, or while it is open. */
export async function finishedOutputs(
  warehouse: Warehouse,
  runKey: string,
): Promise<Record<string, unknown> | undefined> {
  const run = await readRun(warehouse, runKey);
  return run?.state === 'DONE' ? outputsText.parse(run.outputs) : undefined;
}

/**
 * Rule 12: opens a run, before its scan. With a key seen before it is that run, open and to be done again.
 * @throws FixFirstError when an open run of this key was started with other flags.
 */
export function openRun(
  warehouse: Warehouse,
  options: DetectOptions,
  filter: readonly string[] | undefined,
  origin: { mappingVersion: string; clock: Clock; patience: LockPatience },
): Promise<Run> {
  const runId = newUuid();
  const row = {
    run_id: runId,
    run_key: options.runKey ?? runId,
    method: options.method,
    dry: Number(options.dryRun),
    full: Number(options.full),
    allow_large_change: Number(options.allowLargeChange),
    confirm_deletes: Number(options.confirmDeletes),
    filter: filter ? JSON.stringify(filter) : null,
    mapping_version: origin.mappingVersion,
    started_at: origin.clock.now().toISOString().slice(0, -1),
  };
  return withLock(warehouse, RUNS_LOCK, origin.patience, async () => {
    const earlier = await readRun(warehouse, row.run_key);
    if (earlier) return takeUp(earlier, row);
    await warehouse.execute(loadStatement('runs/insert-run'), { rows: [row] });
    const made = await readRun(warehouse, row.run_key);
    if (!made) throw new Error(`the run ${runId} was not written`);
    return takeUp(made, row);
  });
}

async function readRun(warehouse: Warehouse, runKey: string): Promise<z.infer<typeof runRow> | undefined> {
  const [row] = await warehouse.query(loadStatement('runs/select-run-by-key'), { run_key: runKey });
  return row && runRow.parse(row);
}

function takeUp(run: z.infer<typeof runRow>, asked: Record<string, string | number | null>): Run {
  // Its lock was lost, and another process has done it meanwhile.
  if (run.state === 'DONE')
    throw new TryAgainError(
      'The run of this --run-key has just been done by another process. Run again for its outputs.',
      {
        where: { runId: run.run_id },
      },
    );
  const flags = ['method', 'dry', 'full', 'allow_large_change', 'confirm_deletes', 'filter'] as const;
  const differing = flags.filter(
    (name) => asked[name] !== (typeof run[name] === 'boolean' ? Number(run[name]) : run[name]),
  );
  if (differing.length === 0) return { runId: run.run_id, seq: run.seq };
  throw new FixFirstError(
    `The run of this --run-key is unfinished and was started with other flags (${differing.join(', ').replaceAll('_', '-')}). Use the same flags, or another key.`,
    { where: { runId: run.run_id } },
  );
}
