import { insertStaged, type WithdrawnLine, withdrawAcknowledgements } from '../../../shared/store/snapshot.js';
import { type StagedResult, writeItemResults, writeSizeResults } from '../../../shared/store/staging.js';
import type { RowState, StagedAction } from '../../../shared/store/states.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';
import type { Sending, Unit } from '../model/unit.js';
import type { Recording } from './recording.js';

export interface RowChange {
  unit: Unit;
  status: RowState;
  id: string | null;
  action?: StagedAction | null;
  message?: string | null;
  requestId?: string | null;
}

/** Writes the results of staged rows; groups have none. */
export async function writeRows(
  transaction: Queryable,
  batchId: string,
  changes: readonly RowChange[],
  now: Date,
): Promise<void> {
  const of = (kind: 'item' | 'size') => changes.filter(({ unit }) => unit.place.kind === kind);
  await writeItemResults(transaction, batchId, of('item').map(resultOf), now);
  const sizes = of('size').map((change) => ({ ...resultOf(change), size: change.unit.place.size }));
  await writeSizeResults(transaction, batchId, sizes, now);
}

function resultOf({ unit, status, id, action, message, requestId }: RowChange): StagedResult {
  return {
    lineKey: unit.place.key,
    status,
    action: action === undefined ? unit.action : action,
    mondayId: id,
    message: message ?? null,
    requestId: requestId ?? null,
  };
}

/** Rule 16: the lines of these sends are not acknowledged from now on. */
export async function withdrawLines(
  { batch, mapping, withdrawn }: Recording,
  transaction: Queryable,
  sendings: readonly Sending[],
  now: Date,
): Promise<void> {
  const lines = new Map<string, WithdrawnLine>();
  for (const { unit } of sendings) {
    if (unit.place.kind === 'group' || withdrawn.has(unit.place.key)) continue;
    const item = unit.item ?? unit;
    lines.set(unit.place.key, { lineKey: unit.place.key, deleted: item.wanted.kind !== 'present' });
  }
  if (lines.size === 0) return;
  await withdrawAcknowledgements(transaction, [...lines.values()]);
  await insertStaged(transaction, mapping, { batchId: batch.batchId, lines: [...lines.values()], now });
}
