import { z } from 'zod';
import { jsonText } from '../ground/json-text.js';
import { type Entry, OPERATIONS } from '../ledger/entry.js';
import type { Row, Rows } from '../warehouse/port/warehouse.js';
import { LEDGER_KINDS, type LedgerKind } from './states.js';

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
const values = json(z.record(z.string(), z.string().nullable()), {});

const ledgerRow = z.object({
  kind: z.enum(LEDGER_KINDS),
  ledger_key: z.string(),
  size: z.string(),
  monday_id: z.string().nullable(),
  parent_id: z.string().nullable(),
  answered_values: values,
  operation: z.enum(OPERATIONS).nullable(),
  pending_values: values,
  pending_columns: json(z.array(z.string()), []),
  attempt_id: z.string().nullable(),
  request_id: z.string().nullable(),
  alias: z.string().nullable(),
  first_sent_at: z.date().nullable(),
  last_sent_at: z.date().nullable(),
  unread_at: z.date().nullable(),
  tries: z.number(),
  generation: z.number(),
  suspect_since: z.date().nullable(),
  suspect_until: z.date().nullable(),
  archived_at: z.date().nullable(),
});

export function readLedgerRow(row: Row): { place: LedgerPlace; entry: Entry } {
  const read = ledgerRow.parse(row);
  const { suspect_since: since, suspect_until: until } = read;
  return {
    place: { kind: read.kind, key: read.ledger_key, size: read.size },
    entry: {
      id: read.monday_id,
      parentId: read.parent_id,
      answered: read.answered_values,
      operation: read.operation,
      pending: read.pending_values,
      since: read.pending_columns,
      attempt: read.attempt_id,
      requestId: read.request_id,
      alias: read.alias,
      firstSentAt: read.first_sent_at,
      sentAt: read.last_sent_at,
      unreadAt: read.unread_at,
      tries: read.tries,
      generation: read.generation,
      suspicion: since === null || until === null ? null : { since, until },
      archivedAt: read.archived_at,
    },
  };
}

/** `expectedAttempt` is the attempt that the row must still hold to be written. */
export function ledgerRowOf(place: LedgerPlace, entry: Entry, expectedAttempt: string | null): Rows[number] {
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
