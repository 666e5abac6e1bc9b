import { chunks } from '../../../shared/ground/lists.js';
import { assertOwner } from '../../../shared/store/batches.js';
import { type LineFailure, recordFailures } from '../../../shared/store/failures.js';
import { stageSizes } from '../../../shared/store/staging.js';
import type { StagedAction } from '../../../shared/store/states.js';
import type { Unit } from '../model/unit.js';
import { advance } from '../model/unit-states.js';
import { sentQuantity, UNREAD_SIZE } from '../model/wanted.js';
import type { Recording } from './recording.js';
import { writeRows } from './staged-rows.js';

/** Why a row cannot be sent, or was refused. */
export interface FailureReason {
  code: string;
  message: string;
  column?: string;
  requestId?: string | null;
}

/** Rule 26: an entry for ERR. */
export function lineFailure(
  { batch, lines }: Pick<Recording, 'batch' | 'lines'>,
  unit: Unit,
  reason: FailureReason,
  requestId: string | null,
): LineFailure {
  const line = lines.get(unit.place.key);
  const what = unit.place.kind === 'size' ? `The size ${unit.place.size}` : 'The line';
  return {
    step: 'push',
    severity: 'ERROR',
    reason: reason.code,
    message: `${what} was not taken by the board: ${asSentence(reason.message)} Correct it in the source or on the board.`,
    lineKey: unit.place.key,
    ...(unit.place.kind === 'size' ? { size: unit.place.size } : {}),
    column: reason.column ?? null,
    recordUuid: line?.recordUuid ?? null,
    customer: batch.customer,
    rowHash: line?.rowHash ?? null,
    mappingVersion: line?.mappingVersion ?? null,
    requestId,
  };
}

/** The board ends some of its messages with a full stop and others not. */
function asSentence(message: string): string {
  const text = message.trim();
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

export interface Settlement {
  unit: Unit;
  as: 'landed' | 'failed';
  action: StagedAction | null;
  /** Why it failed; recorded in ERR unless `silent`. */
  reason?: FailureReason;
  silent?: boolean;
}

/** Keeps one JSON parameter to some megabytes. */
const ROWS_A_TRANSACTION = 1_000;

/** Records units that need no request, or cannot be sent, with what their look-up has shown. */
export async function settle(session: Recording, settlements: readonly Settlement[]): Promise<void> {
  const { batch, ledger, warehouse, clock } = session;
  const { batchId, runId } = batch;
  for (const part of chunks(settlements, ROWS_A_TRANSACTION)) {
    const now = clock.now();
    const learned = part.filter(({ unit }) => unit.entry !== unit.stored).map(({ unit }) => unit);
    await warehouse.transaction(async (transaction) => {
      await assertOwner(transaction, batchId, session.ownerToken, ['STAGED', 'PUSHED']);
      const changes = learned.map(({ place, entry, stored }) => ({ place, entry, stored }));
      await ledger.write(transaction, changes, { batchId, now });
      const rows = part.map(({ unit, as, action, reason }) => ({
        unit,
        status: as === 'landed' ? ('API_SUCCESS' as const) : ('API_FAILED' as const),
        id: unit.entry.id,
        action,
        message: reason === undefined ? null : `${reason.code}: ${reason.message}`,
      }));
      await writeRows(transaction, batchId, rows, now);
      const failures = part.flatMap(({ unit, reason, silent }) =>
        reason === undefined || silent ? [] : [lineFailure(session, unit, reason, reason.requestId ?? null)],
      );
      await recordFailures(transaction, failures, { batchId, runId, now });
    });
    for (const { unit, as, action } of part) advance(unit, { kind: 'settled', as, action });
  }
}

/**
 * Stages sizes that are on the board: with quantity 0 where they are no longer wanted, with the one that we sent where
 * the source's could not be read. What was never sent is not known, and stays without a row. Safe to repeat.
 */
export async function stageFurtherSizes(session: Recording, further: readonly Unit[]): Promise<void> {
  const { batch, mapping, warehouse } = session;
  const sizes = further.flatMap(({ place, wanted, entry }) => {
    const quantity = wanted === UNREAD_SIZE ? sentQuantity(mapping, entry) : 0;
    return quantity === undefined ? [] : [{ lineKey: place.key, size: place.size, quantity }];
  });
  if (sizes.length === 0) return;
  await warehouse.transaction(async (transaction) => {
    await assertOwner(transaction, batch.batchId, session.ownerToken, ['STAGED', 'PUSHED']);
    await stageSizes(transaction, batch.batchId, sizes);
  });
}
