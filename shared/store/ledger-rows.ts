import { z } from 'zod';
import { jsonText } from '../ground/parsing.js';
import type { Entry } from '../ledger/entry.js';
import { rowOf } from './rows.js';
import { LEDGER } from './schema/board-tables.js';
import type { LedgerKind } from './states.js';

/** Whose entry it is: a line key, or a group's title; `size` is empty but for sizes. */
export interface LedgerPlace {
  kind: LedgerKind;
  key: string;
  size: string;
}

export const placeKey = ({ kind, key, size }: LedgerPlace): string => `${kind}|${key}|${size}`;

/** Columns of MON_Ledger that hold an entry. */
export const ENTRY_COLUMNS = [
  'monday_id',
  'parent_id',
  'answered_values',
  'operation',
  'pending_values',
  'pending_columns',
  'attempt_id',
  'request_id',
  'alias',
  'first_sent_at',
  'last_sent_at',
  'unread_at',
  'tries',
  'generation',
  'suspect_since',
  'suspect_until',
  'archived_at',
] as const;

const json = <Schema extends z.ZodType>(schema: Schema, absent: z.output<Schema>) =>
  jsonText(schema)
    .nullable()
    .transform((value) => value ?? absent);
export const sentValues = json(z.record(z.string(), z.string().nullable()), {});

/** The columns of an entry and whose it is. */
export const ledgerRow = rowOf(LEDGER, ['kind', 'ledger_key', 'size', ...ENTRY_COLUMNS]).extend({
  answered_values: sentValues,
  pending_values: sentValues,
  pending_columns: json(z.array(z.string()), []),
});

export function entryOf(row: z.output<typeof ledgerRow>): { place: LedgerPlace; entry: Entry } {
  const { suspect_since: since, suspect_until: until } = row;
  return {
    place: { kind: row.kind, key: row.ledger_key, size: row.size },
    entry: {
      id: row.monday_id,
      parentId: row.parent_id,
      answered: row.answered_values,
      operation: row.operation,
      pending: row.pending_values,
      since: row.pending_columns,
      attempt: row.attempt_id,
      requestId: row.request_id,
      alias: row.alias,
      firstSentAt: row.first_sent_at,
      sentAt: row.last_sent_at,
      unreadAt: row.unread_at,
      tries: row.tries,
      generation: row.generation,
      suspicion: since === null || until === null ? null : { since, until },
      archivedAt: row.archived_at,
    },
  };
}

/** The row set that entries are written from. */
export const WRITTEN_ENTRY = {
  kind: 'text',
  ledger_key: 'text',
  size: 'text',
  expected_attempt: 'uuid?',
  monday_id: 'text?',
  parent_id: 'text?',
  answered_values: 'text',
  operation: 'text?',
  pending_values: 'text?',
  pending_columns: 'text?',
  attempt_id: 'uuid?',
  request_id: 'uuid?',
  alias: 'text?',
  first_sent_at: 'datetime?',
  last_sent_at: 'datetime?',
  unread_at: 'datetime?',
  tries: 'int',
  generation: 'int',
  suspect_since: 'datetime?',
  suspect_until: 'datetime?',
  archived_at: 'datetime?',
} as const;

/** `expectedAttempt` is the attempt that the row must still hold to be written. */
export function ledgerRowOf(place: LedgerPlace, entry: Entry, expectedAttempt: string | null) {
  return {
    kind: place.kind,
    ledger_key: place.key,
    size: place.size,
    expected_attempt: expectedAttempt,
    monday_id: entry.id,
    parent_id: entry.parentId,
    answered_values: JSON.stringify(entry.answered),
    operation: entry.operation,
    pending_values: entry.operation === null ? null : JSON.stringify(entry.pending),
    pending_columns: entry.since.length === 0 ? null : JSON.stringify(entry.since),
    attempt_id: entry.attempt,
    request_id: entry.requestId,
    alias: entry.alias,
    first_sent_at: entry.firstSentAt,
    last_sent_at: entry.sentAt,
    unread_at: entry.unreadAt,
    tries: entry.tries,
    generation: entry.generation,
    suspect_since: entry.suspicion?.since ?? null,
    suspect_until: entry.suspicion?.until ?? null,
    archived_at: entry.archivedAt,
  };
}
