import type { LineFailure } from '../../../shared/store/failures.js';
import type { Unit } from '../model/unit.js';
import type { Recording } from './recording.js';

/** Why a row cannot be sent, or was not taken. */
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
