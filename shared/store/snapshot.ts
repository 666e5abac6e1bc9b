import { chunks } from '../ground/lists.js';
import type { Mapping } from '../mapping/mapping.js';
import { hashedColumns } from '../mapping/mapping-version.js';
import { quoteIdentifier } from '../warehouse/port/statements.js';
import type { BulkColumn, Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { SNAPSHOT } from './schema/run-tables.js';
import { bulkColumns, RAW_PREFIX } from './schema/tables.js';
import { LANDED } from './states.js';

// ORDERS_UNIFIED_SNAPSHOT: how the last acknowledged state of every line changes.

/** Keeps one JSON parameter to some hundred kilobytes. */
const ROWS_A_STATEMENT = 5_000;

const blocks = blocksOf('snapshot');

const clear = blocks.touches('clear-missing', { rows: { line_key: 'uuid' } });

/** Rule 6: these lines were seen again. */
export async function clearMissing(transaction: Queryable, lineKeys: readonly string[]): Promise<void> {
  for (const rows of keyRows(lineKeys)) await clear(transaction, { rows });
}

const set = blocks.touches('set-missing', { rows: { line_key: 'uuid' }, now: 'datetime' });

/** Rule 6: these lines are missing now; those missing before keep that time. */
export async function setMissing(transaction: Queryable, lineKeys: readonly string[], now: Date): Promise<void> {
  for (const rows of keyRows(lineKeys)) await set(transaction, { rows, now });
}

function* keyRows(lineKeys: readonly string[]): Generator<{ line_key: string }[]> {
  for (const part of chunks(lineKeys, ROWS_A_STATEMENT)) yield part.map((lineKey) => ({ line_key: lineKey }));
}

/** A line that is about to be sent. `deleted` when that is its delete: its tombstone, if it has one, stays. */
export interface WithdrawnLine {
  lineKey: string;
  deleted: boolean;
}

const SENT_LINES = { line_key: 'uuid', deleted: 'int' } as const;
const withdraw = blocks.touches('withdraw-acknowledgements', { rows: SENT_LINES });
const sentRows = (lines: readonly WithdrawnLine[]) =>
  lines.map(({ lineKey, deleted }) => ({ line_key: lineKey, deleted: deleted ? 1 : 0 }));

/** Rule 16: from before its first call on, a line counts as not acknowledged. */
export async function withdrawAcknowledgements(transaction: Queryable, lines: readonly WithdrawnLine[]): Promise<void> {
  await withdraw(transaction, { rows: sentRows(lines) });
}

const insertUnacknowledged = blocks.touches(
  'insert-unacknowledged',
  { now: 'datetime', rows: { batch_id: 'uuid', ...SENT_LINES } },
  ['targets', 'sources'],
);

/** Rule 16: new lines enter the snapshot with their staged values, not acknowledged. */
export async function insertStaged(
  transaction: Queryable,
  mapping: Mapping,
  { batchId, lines, now }: { batchId: string; lines: readonly WithdrawnLine[]; now: Date },
): Promise<void> {
  const rows = sentRows(lines).map((row) => ({ batch_id: batchId, ...row }));
  await insertUnacknowledged(transaction, { now, rows }, fromStaging(mapping));
}

const FROM_BATCH = { batch_id: 'uuid', now: 'datetime' } as const;
const bury = blocks.touches('bury-deleted', FROM_BATCH, ['landed']);
const update = blocks.touches('update-snapshot', FROM_BATCH, ['landed', 'assignments']);
const insert = blocks.touches('insert-snapshot', FROM_BATCH, ['landed', 'targets', 'sources']);

/** Rule 25: acknowledges what landed: hash and values as staged, never from the change set or the source. */
export async function acknowledgeLanded(
  transaction: Queryable,
  mapping: Mapping,
  { batchId, now }: { batchId: string; now: Date },
): Promise<void> {
  const given = { batch_id: batchId, now };
  const { targets, sources, assignments } = fromStaging(mapping);
  await bury(transaction, given, { landed: LANDED });
  await update(transaction, given, { landed: LANDED, assignments });
  await insert(transaction, given, { landed: LANDED, targets, sources });
}

/** The kept columns and the raw ones of a staged line `s` that fill them. */
function fromStaging(mapping: Mapping): { targets: string; sources: string; assignments: string } {
  const columns = hashedColumns(mapping).map((name) => ({
    target: quoteIdentifier(name),
    source: `s.${quoteIdentifier(`${RAW_PREFIX}${name}`)}`,
  }));
  return {
    targets: columns.map(({ target }) => `, ${target}`).join(''),
    sources: columns.map(({ source }) => `, ${source}`).join(''),
    assignments: columns.map(({ target, source }) => `, ${target} = ${source}`).join(''),
  };
}

/** A line that the snapshot does not have yet; values in the order of the mapping's hashed columns. */
export interface UnacknowledgedLine {
  lineKey: string;
  recordUuid: string;
  customer: string;
  sizes: string;
  values: readonly (string | null)[];
}

/** Adds lines to the snapshot, not acknowledged. */
export async function loadUnacknowledged(
  transaction: Queryable,
  mapping: Mapping,
  lines: readonly UnacknowledgedLine[],
  now: Date,
): Promise<void> {
  const own = ['line_key', 'record_uuid', 'mapping_version', 'customer', 'snapshot_date', 'sizes'];
  const kept = hashedColumns(mapping).map((name): BulkColumn => ({ name, type: 'text' }));
  const at = now.toISOString().slice(0, -1);
  await transaction.bulkLoad(
    SNAPSHOT.name,
    [...bulkColumns(SNAPSHOT, own), ...kept],
    lines.map(({ lineKey, recordUuid, customer, sizes, values }) => [
      lineKey,
      recordUuid,
      mapping.version,
      customer,
      at,
      sizes,
      ...values,
    ]),
  );
}
