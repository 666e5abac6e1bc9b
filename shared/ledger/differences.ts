import type { Entry, Values, Wanted } from './entry.js';
import { GROUP } from './entry.js';

/** Whether a send of one of these columns has an unknown effect. */
function isUnsettled(entry: Entry, values: Values): boolean {
  return entry.since.some((column) => column in values);
}

/**
 * Rule 17: the values to send, against what was last answered. After an unresolved send every wanted value is sent and
 * every column found in a body since is cleared; a column that was never sent is never cleared. The group is sent only
 * when it differs itself: an item that a planner has moved stays where it is.
 */
export function differences(entry: Entry, values: Values): Values {
  const all = entry.since.some((column) => column !== GROUP && column in values);
  const changed = Object.entries(values).filter(([column, value]) => {
    const unsettled = entry.since.includes(column);
    if (value === null) return unsettled || (entry.answered[column] ?? null) !== null;
    return (all && column !== GROUP) || unsettled || entry.answered[column] !== value;
  });
  return Object.fromEntries(changed);
}

/** Rule 25: the board holds what is wanted, and nothing is under way that could change it. */
export function isLanded(entry: Entry, wanted: Wanted): boolean {
  if (wanted.kind === 'kept') return true;
  if (entry.attempt !== null) return false;
  if (wanted.kind === 'gone') return entry.id === null && entry.operation === null;
  if (entry.id === null) return !wanted.create && entry.operation === null;
  return !isUnsettled(entry, wanted.values) && Object.keys(differences(entry, wanted.values)).length === 0;
}
