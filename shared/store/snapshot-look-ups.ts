import { z } from 'zod';
import { chunks } from '../ground/lists.js';
import type { Mapping } from '../mapping/mapping.js';
import { quoteIdentifier } from '../warehouse/port/statements.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { type Numbered, numbered, valuesOf } from './outside-columns.js';
import { rowOf } from './rows.js';
import { SNAPSHOT } from './schema/run-tables.js';
import { OPEN_BATCH_STATES } from './states.js';

// ORDERS_UNIFIED_SNAPSHOT: which lines, uuids and customers it knows.

/** Keeps one JSON parameter to some hundred kilobytes. */
const ROWS_A_STATEMENT = 5_000;

const blocks = blocksOf('snapshot');
const keyOf = rowOf(SNAPSHOT, ['line_key']).transform((row) => row.line_key);

/** What `read` finds of some keys, asked for in parts. */
async function inParts<Key, Found>(
  keys: readonly Key[],
  read: (part: readonly Key[]) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const part of chunks(keys, ROWS_A_STATEMENT)) found.push(...(await read(part)));
  return found;
}

const selectCustomers = blocks.rows(
  'select-known-customers',
  { open_states: 'text[]' },
  rowOf(SNAPSHOT, ['customer']).transform((row) => row.customer),
);

/** Customers for whom the pipeline holds a line, an open batch or an open change set. */
export function knownCustomers(queryable: Queryable): Promise<string[]> {
  return selectCustomers(queryable, { open_states: OPEN_BATCH_STATES });
}

const selectKnownKeys = blocks.rows('select-known-keys', { rows: { line_key: 'uuid' } }, keyOf);

/** Those of the keys that are a line's, present or past. */
export function knownKeys(queryable: Queryable, keys: readonly string[]): Promise<string[]> {
  return inParts(keys, (part) => selectKnownKeys(queryable, { rows: part.map((key) => ({ line_key: key })) }));
}

const selectOfUuid = blocks.rows('select-lines-of-uuid', { uuid: 'uuid' }, keyOf);

/** Keys of the lines that have this uuid as their key, or have or had it in the source. */
export function linesOfUuid(queryable: Queryable, uuid: string): Promise<string[]> {
  return selectOfUuid(queryable, { uuid });
}

const selectStates = blocks.rows(
  'select-line-states',
  { line_keys: 'uuid[]' },
  rowOf(SNAPSHOT, [
    'line_key',
    'record_uuid',
    'row_hash',
    'mapping_version',
    'customer',
    'snapshot_date',
    'missing_since',
    'deleted_at',
    'batch_id',
  ]).transform((row) => ({
    lineKey: row.line_key,
    recordUuid: row.record_uuid,
    /** Of the acknowledged content; null if the board does not show the complete line. */
    hash: row.row_hash,
    mappingVersion: row.mapping_version,
    customer: row.customer,
    at: row.snapshot_date,
    missingSince: row.missing_since,
    deletedAt: row.deleted_at,
    batchId: row.batch_id,
  })),
);
export type LineState = Awaited<ReturnType<typeof selectStates>>[number];

/** The state of these lines in the snapshot, tombstones included; unknown lines are left out. */
export function lineStates(queryable: Queryable, lineKeys: readonly string[]): Promise<LineState[]> {
  return selectStates(queryable, { line_keys: lineKeys });
}

const selectLive = blocks.rows(
  'select-live-uuids',
  { rows: { record_uuid: 'uuid' } },
  rowOf(SNAPSHOT, ['record_uuid']).transform((row) => row.record_uuid),
);

/** Those of the uuids whose lines the board shows, or may show. */
export function liveUuids(queryable: Queryable, uuids: readonly string[]): Promise<string[]> {
  return inParts(uuids, (part) => selectLive(queryable, { rows: part.map((uuid) => ({ record_uuid: uuid })) }));
}

const selectTaken = blocks.rows('select-taken-uuids', { rows: { line_key: 'uuid', record_uuid: 'uuid' } }, keyOf);

/** Of lines that are to get these uuids, the keys of those whose uuid a live line with another key has. */
export async function takenUuids(
  queryable: Queryable,
  lines: readonly { lineKey: string; recordUuid: string }[],
): Promise<Set<string>> {
  const found = await inParts(lines, (part) => {
    const rows = part.map(({ lineKey, recordUuid }) => ({ line_key: lineKey, record_uuid: recordUuid }));
    return selectTaken(queryable, { rows });
  });
  return new Set(found);
}

const identityRow = rowOf(SNAPSHOT, ['line_key', 'record_uuid']).extend({ deleted: z.number() });
const identityOf = (row: z.output<typeof identityRow>) => ({
  lineKey: row.line_key,
  recordUuid: row.record_uuid,
  /** A tombstone. */
  deleted: row.deleted === 1,
});

const selectByUuid = blocks.rows(
  'select-lines-by-uuid',
  { rows: { record_uuid: 'uuid' } },
  identityRow.transform(identityOf),
);

/** Lines that have one of these uuids now, or were first seen under it; tombstones included. */
export function linesByUuid(queryable: Queryable, uuids: readonly string[]) {
  return inParts(uuids, (part) => selectByUuid(queryable, { rows: part.map((uuid) => ({ record_uuid: uuid })) }));
}

const selectByOrder = blocks.rows(
  'select-lines-by-order',
  { rows: { order_number: 'text' } },
  identityRow.catchall(z.string().nullable()).transform(({ line_key, record_uuid, deleted, ...values }) => ({
    ...identityOf({ line_key, record_uuid, deleted }),
    values: values as Numbered,
  })),
  ['order', 'columns'],
);

/** Lines with one of these order numbers, tombstones included, with the values of their business key in its order. */
export async function linesByOrder(
  queryable: Queryable,
  { source: { orderNumber, businessKey } }: Mapping,
  orders: readonly string[],
) {
  const places = { order: quoteIdentifier(orderNumber), columns: numbered(businessKey, 'p') };
  const found = await inParts(orders, (part) =>
    selectByOrder(queryable, { rows: part.map((order) => ({ order_number: order })) }, places),
  );
  return found.map((line) => ({ ...line, values: valuesOf(businessKey, line.values) }));
}
