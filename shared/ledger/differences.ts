import type { Entry, Values } from './entry.js';
import { GROUP } from './entry.js';

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
