import { hashedColumns } from '../../shared/mapping/mapping.js';
import { RAW_PREFIX } from '../../shared/store/schema/tables.js';
import { type StagedResult, writeItemResults, writeSizeResults } from '../../shared/store/staging.js';
import type { RowState, StagedAction } from '../../shared/store/states.js';
import { loadStatement, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { Queryable, Rows } from '../../shared/warehouse/port/warehouse.js';
import type { Sending } from './parcels.js';
import type { Session } from './session.js';
import type { Unit } from './unit.js';

export interface RowChange {
  unit: Unit;
  status: RowState;
  id: string | null;
  action?: StagedAction | null;
  message?: string | null;
  requestId?: string | null;
}

/** Writes what became of staged rows; groups have none. */
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

/** Rule 16: the lines of these sends are from now on not acknowledged. */
export async function withdrawAcknowledgements(
  { batch, mapping, withdrawn }: Session,
  transaction: Queryable,
  sendings: readonly Sending[],
  now: Date,
): Promise<void> {
  const lines = new Map<string, Rows[number]>();
  for (const { unit } of sendings) {
    if (unit.place.kind === 'group' || withdrawn.has(unit.place.key)) continue;
    const item = unit.item ?? unit;
    lines.set(unit.place.key, { line_key: unit.place.key, deleted: item.wanted.kind === 'present' ? 0 : 1 });
  }
  const rows = [...lines.values()];
  if (rows.length === 0) return;
  const columns = hashedColumns(mapping);
  await transaction.execute(loadStatement('snapshot/withdraw-acknowledgements'), { rows });
  const statement = loadStatement('snapshot/insert-unacknowledged').with({
    targets: columns.map((name) => `, ${quoteIdentifier(name)}`).join(''),
    sources: columns.map((name) => `, s.${quoteIdentifier(`${RAW_PREFIX}${name}`)}`).join(''),
  });
  await transaction.execute(statement, { batch_id: batch.batchId, now, rows });
}
