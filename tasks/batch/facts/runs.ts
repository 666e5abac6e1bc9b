import { z } from 'zod';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { jsonText } from '../../../shared/ground/json-text.js';
import { unmappedSchema } from '../../../shared/mapper/unmapped.js';
import { METHODS, RUN_KINDS, RUN_STATES } from '../../../shared/store/states.js';
import { loadStatement } from '../../../shared/warehouse/port/statements.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';

const count = z.number().catch(0);
const names = z.array(z.string()).catch([]);

/** What detect said at its end; of a run that has not come so far there is nothing. */
const runOutputs = z.object({
  unchanged: count,
  pendingDeletes: count,
  outOfScope: count,
  unsound: count,
  busy: names,
  unmapped: z.array(unmappedSchema).catch([]),
});

const runRow = z
  .object({
    run_id: z.string(),
    seq: z.coerce.number(),
    state: z.enum(RUN_STATES),
    kind: z.enum(RUN_KINDS),
    method: z.enum(METHODS),
    dry: z.number(),
    full: z.number(),
    filter: z.string().nullable(),
    mapping_version: z.string(),
    source_rows: z.number().nullable(),
    started_at: z.date(),
    finished_at: z.date().nullable(),
    outputs: jsonText(runOutputs).nullable(),
  })
  .transform((row) => ({
    runId: row.run_id,
    seq: row.seq,
    state: row.state,
    kind: row.kind,
    method: row.method,
    dry: row.dry === 1,
    full: row.full === 1,
    filter: row.filter,
    mappingVersion: row.mapping_version,
    sourceRows: row.source_rows,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    told: row.outputs ?? runOutputs.parse({}),
  }));

/** One detect, as it is recorded. */
export type Run = z.infer<typeof runRow>;

/** A run by its id, or the newest one that was not dry. */
export async function readRun(queryable: Queryable, runId: string | undefined): Promise<Run> {
  if (runId === undefined) {
    const [newest] = await readNewestRuns(queryable, Number.MAX_SAFE_INTEGER, 1);
    if (newest) return newest;
    throw new FixFirstError('There is no run yet. Run detect first.');
  }
  const [row] = await queryable.query(loadStatement('runs/select-run-for-report'), { run_id: runId });
  if (row) return runRow.parse(row);
  throw new FixFirstError('There is no run with this id. Use the runId that detect gave.', { where: { runId } });
}

/** The newest runs up to a sequence number, newest first; dry ones are left out. */
export async function readNewestRuns(queryable: Queryable, seq: number, most: number): Promise<Run[]> {
  const rows = await queryable.query(loadStatement('runs/select-newest-runs-for-report'), { seq, most });
  return rows.map((row) => runRow.parse(row));
}
