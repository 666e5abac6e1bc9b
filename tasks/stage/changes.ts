import { z } from 'zod';
import type { Batch } from '../../shared/batch.js';
import { CHANGES, REASONS } from '../../shared/states.js';
import { loadStatement } from '../../shared/warehouse/statements.js';
import type { Queryable } from '../../shared/warehouse/warehouse.js';

const changeRow = z.object({
  line_key: z.string(),
  record_uuid: z.string().nullable(),
  old_uuid: z.string().nullable(),
  change: z.enum(CHANGES),
  reason: z.enum(REASONS),
  row_hash: z.string(),
  known_hash: z.string().nullable(),
  known_mapping: z.string().nullable(),
  tombstone: z.number(),
  taken: z.number(),
  explained: z.number(),
});

/** One change of the batch as detect found it, and what the snapshot knows of its line. */
export interface StagedChange {
  lineKey: string;
  recordUuid: string | null;
  oldUuid: string | null;
  change: z.infer<typeof changeRow>['change'];
  reason: z.infer<typeof changeRow>['reason'];
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

export async function readChanges(queryable: Queryable, batch: Batch): Promise<StagedChange[]> {
  const rows = await queryable.query(loadStatement('stage/select-changes'), {
    run_id: batch.runId,
    customer: batch.customer,
  });
  return rows.map((row) => {
    const parsed = changeRow.parse(row);
    return {
      lineKey: parsed.line_key,
      recordUuid: parsed.record_uuid,
      oldUuid: parsed.old_uuid,
      change: parsed.change,
      reason: parsed.reason,
      foundHash: parsed.row_hash,
      acknowledgedHash: parsed.tombstone === 1 ? null : parsed.known_hash,
      acknowledgedMapping: parsed.known_mapping,
      taken: parsed.taken === 1,
      explained: parsed.explained === 1,
    };
  });
}
