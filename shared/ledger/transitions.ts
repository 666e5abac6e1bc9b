import type { Send } from './decide.js';
import { type Entry, GROUP, NAME, type Operation, SHOWN_NAME, type Values } from './entry.js';

export interface Attempt {
  attempt: string;
  requestId: string;
  alias: string;
  /** Of a size: the item it is sent under. */
  parentId: string | null;
  now: Date;
}

/** The result of a send. */
export type SendOutcome =
  | { kind: 'done'; id: string; name?: string | undefined; now: Date; settleMs: number }
  /** Not executed; the same may be sent again. */
  | { kind: 'refused' }
  /** Pointless to repeat, and not executed; some columns of a change may have been written nevertheless. */
  | { kind: 'failed' }
  /** May have been executed, now or later. `kept`: under its key the same answer would come again. */
  | { kind: 'unknown'; kept?: boolean };

/** What the board showed when an entry was looked up, after rule 18's wait. */
export type Sighting =
  | { kind: 'found'; id: string; parentId: string | null; group: string | null; settleMs: number }
  | { kind: 'missing'; now: Date; settleMs: number };

/** How long the vendor keeps an answer for its idempotency key, less a margin: 25 of 30 minutes. */
const KEY_LIFE_MS = 25 * 60_000;

/** A send begins: the ledger is written before the request leaves. */
export function begin(entry: Entry, send: Send, { attempt, requestId, alias, parentId, now }: Attempt): Entry {
  const settled = entry.since.length === 0 && entry.operation === null;
  return {
    ...entry,
    operation: send.kind,
    pending: send.values,
    since: [...new Set([...entry.since, ...Object.keys(send.values)])],
    attempt,
    requestId,
    alias,
    parentId: send.kind === 'create' ? parentId : entry.parentId,
    firstSentAt: settled || entry.firstSentAt === null ? now : entry.firstSentAt,
    sentAt: now,
  };
}

/**
 * Rule 14: a send that another process began and did not finish has an answer that nobody reads. Rule 18: it left by now,
 * even where the clock of that process says later; what a clock that ran ahead has written would be waited for.
 */
export function takeOver(entry: Entry, now: Date): Entry {
  const taken = entry.attempt === null ? entry : resolve(entry, { kind: 'unknown' });
  return taken.unreadAt !== null && taken.unreadAt > now ? { ...taken, unreadAt: now } : taken;
}

/** The answer to a send, or that there was none. */
export function resolve(entry: Entry, outcome: SendOutcome): Entry {
  const answered = { ...entry, attempt: null, generation: entry.generation + 1, tries: 0 };
  switch (outcome.kind) {
    case 'unknown':
      return {
        ...entry,
        attempt: null,
        unreadAt: entry.sentAt,
        tries: entry.tries + 1,
        generation: entry.generation + (outcome.kept ? 1 : 0),
      };
    case 'refused':
      return { ...answered, operation: null, pending: {}, since: entry.unreadAt === null ? [] : entry.since };
    case 'failed': {
      // A refused change may have written some of its columns; of a refused create nothing is there.
      const written = entry.operation === 'change' || entry.unreadAt !== null;
      return { ...answered, operation: null, pending: {}, since: written ? entry.since : [] };
    }
    case 'done':
      return settle(entry.operation ?? 'change', answered, outcome);
  }
}

function settle(operation: Operation, entry: Entry, done: Extract<SendOutcome, { kind: 'done' }>): Entry {
  const open = entry.unreadAt !== null && done.now.getTime() < entry.unreadAt.getTime() + done.settleMs;
  const sent = { ...entry, operation: null, pending: {}, unreadAt: open ? entry.unreadAt : null };
  switch (operation) {
    case 'create':
      return {
        ...sent,
        id: done.id,
        answered: withShownName(entry.pending, entry.pending, done.name),
        since: [],
        archivedAt: null,
      };
    case 'archive':
      return { ...sent, id: null, parentId: null, answered: {}, since: [], archivedAt: done.now };
    case 'change':
    case 'move':
      return {
        ...sent,
        answered: withShownName({ ...entry.answered, ...entry.pending }, entry.pending, done.name),
        since: remaining(entry),
      };
  }
}

/** Values as answered, with the name that came back for one that was sent. */
function withShownName(answered: Values, sent: Values, name: string | undefined): Values {
  if (!(NAME in sent)) return answered;
  const { [SHOWN_NAME]: _, ...values } = answered;
  return name === undefined || name === sent[NAME] ? values : { ...values, [SHOWN_NAME]: name };
}

/** Columns of unresolved bodies that the answered one did not hold. */
function remaining(entry: Entry): string[] {
  return entry.since.filter((column) => !(column in entry.pending));
}

/** Rules 15 and 18: an id counts only while its item is active on our board; a create that is not found never happened. */
export function sight(entry: Entry, sighting: Sighting): Entry {
  const settled = { ...entry, operation: null, pending: {} };
  if (sighting.kind === 'missing') {
    const old = sighting.now.getTime() - (entry.firstSentAt?.getTime() ?? 0) > KEY_LIFE_MS;
    return {
      ...settled,
      id: null,
      parentId: null,
      answered: {},
      since: [],
      unreadAt: null,
      generation: entry.generation + (old ? 1 : 0),
      suspicion: entry.operation === 'create' ? suspicionOf(entry, sighting.settleMs) : entry.suspicion,
    };
  }
  // One send creates at most one item: a second one can only come from a create that was given up before.
  const again = entry.operation === 'create' && entry.suspicion !== null;
  const suspicion = again ? suspicionOf(entry, sighting.settleMs) : entry.suspicion;
  if (sighting.id === entry.id) return { ...settled, suspicion };
  const answered: Values = sighting.group === null ? {} : { [GROUP]: sighting.group };
  return {
    ...settled,
    id: sighting.id,
    parentId: sighting.parentId,
    answered,
    since: entry.since.filter((column) => column !== GROUP),
    suspicion,
    archivedAt: null,
  };
}

function suspicionOf(entry: Entry, settleMs: number): Entry['suspicion'] {
  if (entry.firstSentAt === null || entry.sentAt === null) return null;
  const since = entry.suspicion?.since ?? entry.firstSentAt;
  return { since, until: new Date(entry.sentAt.getTime() + settleMs) };
}

/** Rule 15: a new item id voids the ids and sent values of its sizes. */
export function underParent(size: Entry, itemId: string | null): Entry {
  if (size.parentId === null || size.parentId === itemId) return size;
  return { ...size, id: null, parentId: null, answered: {}, since: [], operation: null, pending: {}, unreadAt: null };
}
