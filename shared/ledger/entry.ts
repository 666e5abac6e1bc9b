/** Canonical texts by board column id; null is an empty column. */
export type Values = Readonly<Record<string, string | null>>;

/** The item name has this column id on every board. */
export const NAME = 'name';
/** The group's title is kept among the values, under a name that no column id can have. */
export const GROUP = ':group';
/**
 * The name in the board's answer, if it differs from the one sent: HTML tags are removed from names. Kept with the
 * values last answered; it is never sent.
 */
export const SHOWN_NAME = ':name';

export const OPERATIONS = ['create', 'change', 'move', 'archive'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Creates of this time count as never happened, because the board did not show them: their audit looks for copies. */
export interface Suspicion {
  since: Date;
  until: Date;
}

/** The ledger's record of one item, size or group: what was last answered, and what may be in flight. */
export interface Entry {
  /** The id at monday.com, while it is active on our board as far as we know. */
  id: string | null;
  /** Of a size: the item under which `id` hangs. */
  parentId: string | null;
  /** Rule 17: values as last answered. A column that is absent was never sent. */
  answered: Values;
  /** The send without a recorded answer, and its values. */
  operation: Operation | null;
  pending: Values;
  /** Rule 17: columns found in any body whose effect is not settled. */
  since: readonly string[];
  /** Rule 14: the latest send, while its answer is awaited. */
  attempt: string | null;
  /** The stored request of the latest send, and the entry's alias in it. */
  requestId: string | null;
  alias: string | null;
  /** First and latest send of what is not settled; times of their ledger commits. */
  firstSentAt: Date | null;
  sentAt: Date | null;
  /** Rule 18: the latest send whose own answer was never read. */
  unreadAt: Date | null;
  /** Sends without an answer since the last answer. */
  tries: number;
  /** Counts answers read: part of the idempotency key, so that only an unanswered body keeps its key. */
  generation: number;
  suspicion: Suspicion | null;
  archivedAt: Date | null;
}

export const UNKNOWN_ENTRY: Entry = {
  id: null,
  parentId: null,
  answered: {},
  operation: null,
  pending: {},
  since: [],
  attempt: null,
  requestId: null,
  alias: null,
  firstSentAt: null,
  sentAt: null,
  unreadAt: null,
  tries: 0,
  generation: 0,
  suspicion: null,
  archivedAt: null,
};

/** What the board is to show of an entry. */
export type Wanted =
  /** These values; omitted columns stay unchanged. Without `create`, only if the item exists. */
  | { kind: 'present'; values: Values; create: boolean }
  /** Archived on the board. */
  | { kind: 'gone' }
  /** Left alone. */
  | { kind: 'kept' };
