import { z } from 'zod';
import type { Batch } from '../../shared/store/batches.js';
import { CHANGES, type Change, REASONS, type Reason } from '../../shared/store/states.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import type { ArrayRow, Warehouse } from '../../shared/warehouse/port/warehouse.js';

/** The columns of changes/stream-changes after those of the line. */
const changeRow = z.tuple([
  z.string(),
  z.string().nullable(),
  z.string().nullable(),
  z.enum(CHANGES),
  z.enum(REASONS),
  z.string(),
  z.coerce.number(),
  z.string().nullable(),
  z.string().nullable(),
  z.coerce.number(),
  z.coerce.number(),
]);

/** One change of the batch as detect found it, and what the snapshot knows of its line. */
export interface StagedChange {
  lineKey: string;
  recordUuid: string | null;
  oldUuid: string | null;
  change: Change;
  reason: Reason;
  /** Hash of the content that detect saw. */
  foundHash: string;
  /** Hash of the acknowledged content; null when the line is new, a tombstone or not acknowledged. */
  acknowledgedHash: string | null;
  acknowledgedMapping: string | null;
  /** Another live line has this uuid. */
  taken: boolean;
  /** What differs is recorded already. */
  explained: boolean;
}

/** Where the lines of a batch are, in SQL. */
export interface LinesOfChanges {
  /** What to select, `width` columns. */
  columns: string;
  width: number;
  /** The table, and how its lines belong to the changes `c`. */
  lines: string;
  match: string;
}

/** Chunks of a batch's changes, each with the row of its line, whose values are all null where there is none. */
export async function* readChanges(
  warehouse: Warehouse,
  batch: Batch,
  { width, ...parts }: LinesOfChanges,
): AsyncGenerator<(readonly [change: StagedChange, row: ArrayRow])[]> {
  const statement = loadStatement('changes/stream-changes').with({ ...parts });
  for await (const rows of warehouse.stream(statement, { run_id: batch.runId, customer: batch.customer }))
    yield rows.map((row) => [changeOf(row.slice(width)), row]);
}

function changeOf(row: ArrayRow): StagedChange {
  const [lineKey, recordUuid, oldUuid, change, reason, foundHash, explained, known, knownMapping, tombstone, taken] =
    changeRow.parse(row);
  return {
    lineKey,
    recordUuid,
    oldUuid,
    change,
    reason,
    foundHash,
    acknowledgedHash: tombstone === 1 ? null : known,
    acknowledgedMapping: knownMapping,
    taken: taken === 1,
    explained: explained === 1,
  };
}
