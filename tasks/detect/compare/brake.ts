import type { Braked } from '../../../shared/store/change-sets.js';
import type { Tally } from './tally.js';

export interface BrakeSettings {
  MAX_CHANGE_SHARE: number;
  MAX_DELETE_SHARE: number;
  BRAKE_MIN_LINES: number;
}

/** Rules 7 and 8: whether so much of a customer changed, vanished or left scope that someone should look first. */
export function brake(customer: string, tally: Tally, settings: BrakeSettings): Braked | undefined {
  const { known, largeChanges: changed, largeDeletes: deleted, left } = tally;
  if (known < settings.BRAKE_MIN_LINES) return undefined;
  const numbers = { known, changed, deleted };
  if (changed > known * settings.MAX_CHANGE_SHARE) return { customer, reason: 'CHANGES', ...numbers };
  if (deleted > known * settings.MAX_DELETE_SHARE) return { customer, reason: 'DELETES', ...numbers };
  if (left > known * settings.MAX_DELETE_SHARE) return { customer, reason: 'SCOPE', ...numbers, left };
  return undefined;
}
