import { z } from 'zod';
import { jsonText } from '../../shared/ground/json-text.js';
import type { Entry } from '../../shared/ledger/entry.js';
import { UNKNOWN_ENTRY } from '../../shared/ledger/entry.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { Ledger } from '../../shared/store/ledger.js';
import { placeKey } from '../../shared/store/ledger-rows.js';
import { loadStatement, quoteColumns } from '../../shared/warehouse/port/statements.js';
import type { Queryable, Row } from '../../shared/warehouse/port/warehouse.js';
import { type Line, newUnit, STAGED_ACTIONS, type Unit } from './unit.js';
import { type DeletePolicy, removedSize, type StagedItem, UNREAD_SIZE, wantedItem, wantedSize } from './wanted.js';

const names = jsonText(z.array(z.string()))
  .nullable()
  .transform((list) => list ?? []);
const itemRow = z.object({
  line_key: z.string(),
  stg_status: z.string(),
  stg_change: z.string(),
  stg_cancelled: z.number(),
  stg_action: z.enum(STAGED_ACTIONS).nullable(),
  record_uuid: z.string().nullable(),
  row_hash: z.string(),
  mapping_version: z.string(),
  Group: z.string().nullable(),
  Title: z.string().nullable(),
  stg_absent_columns: names,
  stg_absent_sizes: names,
});
const sizeRow = z.object({
  line_key: z.string(),
  Size: z.string(),
  'Order Qty': z.number(),
  size_order: z.number(),
  stg_status: z.string(),
  stg_action: z.enum(STAGED_ACTIONS).nullable(),
});

export interface LoadOptions {
  batchId: string;
  mapping: Mapping;
  policy: DeletePolicy;
  ledger: Ledger;
}

export interface LoadedLines {
  lines: Line[];
  /** Sizes that the ledger knows and stage does not: to be staged before anything is sent. */
  further: Unit[];
}

/** Reads the unsettled lines of a batch with what the ledger knows of them. */
export async function loadLines(queryable: Queryable, options: LoadOptions): Promise<LoadedLines> {
  const { batchId, mapping, ledger } = options;
  const columns = quoteColumns(mapping.item.columns.map(({ title }) => title));
  const items = await queryable.query(loadStatement('staging/select-items').with({ columns }), { batch_id: batchId });
  if (items.length === 0) return { lines: [], further: [] };
  const sizes = await queryable.query(loadStatement('staging/select-sizes'), { batch_id: batchId });
  const keys = items.map((row) => itemRow.shape.line_key.parse(row['line_key']));
  const entries = await ledger.ofLines(queryable, keys);
  const known = new Map(entries.map(({ place, entry }) => [placeKey(place), entry]));
  const lines = new Map(items.map((row) => loadItem(row, known, options)).map((line) => [line.key, line]));
  for (const row of sizes) loadSize(sizeRow.parse(row), lines, known, options);
  const further = entries.flatMap(({ place, entry }) => {
    const line = place.kind === 'size' ? lines.get(place.key) : undefined;
    if (line === undefined || line.unwanted.kind === 'kept') return [];
    const mayBeThere = entry.id !== null || entry.operation !== null;
    if (!mayBeThere || line.sizes.some((size) => size.place.size === place.size)) return [];
    return [addFurtherSize(line, place.size, { entry, stored: entry })];
  });
  return { lines: [...lines.values()], further };
}

/** Puts a size that is on the board and not staged under its line: it is no longer wanted, or could not be read. */
export function addFurtherSize(line: Line, size: string, known: Pick<Unit, 'entry' | 'stored'>): Unit {
  const wanted = line.unread.has(size) ? UNREAD_SIZE : line.unwanted;
  const unit = newUnit({ kind: 'size', key: line.key, size }, wanted, { ...known, item: line.item });
  line.sizes.push(unit);
  return unit;
}

function loadItem(row: Row, known: ReadonlyMap<string, Entry>, { mapping, policy }: LoadOptions): Line {
  const read = itemRow.parse(row);
  const staged: StagedItem = {
    lineKey: read.line_key,
    change: read.stg_change,
    group: read.Group,
    title: read.Title,
    absentColumns: read.stg_absent_columns,
    texts: row as Readonly<Record<string, string | null>>,
  };
  const place = { kind: 'item', key: read.line_key, size: '' } as const;
  const item = newUnit(place, wantedItem(mapping, staged, policy), {
    entry: known.get(placeKey(place)) ?? UNKNOWN_ENTRY,
    action: read.stg_action,
    // Open through one of its sizes only, the item is still verified and compared again.
    settled: read.stg_status === 'API_FAILED' ? 'failed' : null,
  });
  const cancelled = read.stg_cancelled === 1;
  return {
    key: read.line_key,
    change: read.stg_change,
    cancelled,
    // Rule 22: a size that is not ordered any more stays with quantity 0; those of a deleted line follow the policy.
    unwanted: item.wanted.kind === 'present' || policy === 'zero' ? removedSize(mapping) : item.wanted,
    // Whatever it says, a cancelled line wants none.
    unread: new Set(cancelled ? [] : read.stg_absent_sizes),
    recordUuid: read.record_uuid,
    rowHash: read.row_hash,
    mappingVersion: read.mapping_version,
    item,
    sizes: [],
  };
}

function loadSize(
  row: z.infer<typeof sizeRow>,
  lines: ReadonlyMap<string, Line>,
  known: ReadonlyMap<string, Entry>,
  { mapping }: LoadOptions,
): void {
  const line = lines.get(row.line_key);
  if (line === undefined) return;
  const place = { kind: 'size', key: row.line_key, size: row.Size } as const;
  const ordered = row['Order Qty'] > 0 && !line.cancelled && line.item.wanted.kind === 'present';
  const wanted = line.unread.has(row.Size)
    ? UNREAD_SIZE
    : ordered
      ? wantedSize(mapping, row.line_key, row.Size, row['Order Qty'])
      : line.unwanted;
  line.sizes.push(
    newUnit(place, wanted, {
      entry: known.get(placeKey(place)) ?? UNKNOWN_ENTRY,
      action: row.stg_action,
      settled: settledAs(row.stg_status),
      item: line.item,
    }),
  );
}

function settledAs(status: string): Unit['settled'] {
  if (status === 'API_SUCCESS') return 'landed';
  return status === 'API_FAILED' ? 'failed' : null;
}
