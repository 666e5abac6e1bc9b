import { type Entry, GROUP, type Operation, type Values, type Wanted } from './entry.js';

/**
 * Rule 17: the values to send, against what was last answered. After an unresolved send every wanted value is sent and
 * every column found in a body since is cleared; a column that was never sent is never cleared. The group is sent only
 * when it differs itself: an item moved by a planner stays where it is.
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

/** What to do next about an entry. */
export type Action =
  | { kind: 'none' }
  /** Rule 18: nothing may be decided before this time. */
  | { kind: 'wait'; until: Date }
  /** Rule 15: ask the board, then decide again. */
  | { kind: 'look-up' }
  | Send;

export interface Send {
  kind: Operation;
  values: Values;
}

export interface Circumstances {
  now: Date;
  /** Rule 18, in milliseconds: after this an unread request can no longer land. */
  settleMs: number;
  /** The board was asked for this entry since its last unread send. */
  looked: boolean;
}

/** The time from which an unread send can no longer land; null when none is open at `now`. */
export function openUntil(entry: Entry, now: Date, settleMs: number): Date | null {
  if (entry.unreadAt === null) return null;
  const until = new Date(entry.unreadAt.getTime() + settleMs);
  return now < until ? until : null;
}

/** Rules 15 to 18 and 22: the ledger decides what is sent, not the kind of the change. */
export function decide(entry: Entry, wanted: Wanted, { now, settleMs, looked }: Circumstances): Action {
  if (entry.attempt !== null) throw new Error('An entry whose answer is awaited cannot be decided on.');
  if (wanted.kind === 'kept') return { kind: 'none' };
  const until = openUntil(entry, now, settleMs);
  if (until !== null) return { kind: 'wait', until };
  if (!looked) return { kind: 'look-up' };
  if (wanted.kind === 'gone') return entry.id === null ? { kind: 'none' } : { kind: 'archive', values: {} };
  if (entry.id === null) return wanted.create ? { kind: 'create', values: filled(wanted.values) } : { kind: 'none' };
  const { [GROUP]: group, ...values } = differences(entry, wanted.values);
  if (Object.keys(values).length > 0) return { kind: 'change', values };
  if (group !== undefined) return { kind: 'move', values: { [GROUP]: group } };
  return { kind: 'none' };
}

/** Rule 25: the board holds what is wanted, and nothing is in flight that could change it. */
export function isLanded(entry: Entry, wanted: Wanted, times: Pick<Circumstances, 'now' | 'settleMs'>): boolean {
  if (wanted.kind === 'kept') return true;
  if (entry.attempt !== null || entry.operation !== null) return false;
  return decide(entry, wanted, { ...times, looked: true }).kind === 'none';
}

export function isSend(action: Action): action is Send {
  return action.kind !== 'none' && action.kind !== 'wait' && action.kind !== 'look-up';
}

function filled(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
