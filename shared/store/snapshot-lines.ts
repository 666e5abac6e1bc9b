import { chunks } from '../ground/lists.js';
import type { Kept } from '../lines/kept.js';
import { parseSizes } from '../lines/sizes-text.js';
import { quoteColumns, quoteIdentifier } from '../warehouse/port/statements.js';
import type { TextRows } from '../warehouse/port/text-rows.js';
import type { ArrayRow, Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { previousSizes } from './run-figures.js';

// ORDERS_UNIFIED_SNAPSHOT: lines of it, streamed.

/** Keeps one JSON parameter to some hundred kilobytes. */
const ROWS_A_STATEMENT = 5_000;

const blocks = blocksOf('snapshot');

const scan = blocks.statement('scan-snapshot', { missed_before: 'datetime' }, ['which']);

/** Places of the columns that a scan gives: `ownKey` is null where the line key is the uuid. */
export const SCANNED = { uuid: 0, ownKey: 1, hash: 2, version: 3, customer: 4, longAgo: 5 } as const;

/**
 * Identity and hash of all live lines, or of all tombstones. `longAgo` is 1 if an earlier run missed the line before
 * `missedBefore`, 0 if one missed it later, otherwise null.
 */
export function scanSnapshot(
  warehouse: Warehouse,
  which: 'live' | 'tombstones',
  missedBefore: Date,
): AsyncIterable<TextRows> {
  const condition = which === 'live' ? 's."deleted_at" IS NULL' : 's."deleted_at" IS NOT NULL';
  return warehouse.streamText(scan({ which: condition }), { missed_before: missedBefore });
}

/** The kept values of a line. */
export interface KnownValues {
  readonly lineKey: string;
  readonly kept: Kept;
}

const selectValues = blocks.statement('select-known-values', { rows: { line_key: 'uuid' } }, ['columns']);

/** The kept values of these lines, tombstones included; `columns` names the wanted ones. */
export async function* readKnownValues(
  warehouse: Warehouse,
  columns: readonly string[],
  lineKeys: readonly string[],
): AsyncGenerator<KnownValues[]> {
  const statement = selectValues({ columns: quoteColumns(columns, 's') });
  for (const keys of chunks(lineKeys, ROWS_A_STATEMENT)) {
    const rows = keys.map((lineKey) => ({ line_key: lineKey }));
    for await (const chunk of warehouse.stream(statement, { rows })) yield chunk.map(knownValues);
  }
}

const selectByText = blocks.statement('select-snapshot-by-text', { rows: { text: 'text' } }, ['columns', 'column']);

/** The same for lines that have one of `texts` in `column`. */
export async function* readValuesWith(
  warehouse: Warehouse,
  columns: readonly string[],
  { column, texts }: { column: string; texts: readonly string[] },
): AsyncGenerator<KnownValues[]> {
  const statement = selectByText({ columns: quoteColumns(columns, 's'), column: quoteIdentifier(column) });
  for (const part of chunks(texts, ROWS_A_STATEMENT)) {
    const rows = part.map((text) => ({ text }));
    for await (const chunk of warehouse.stream(statement, { rows })) yield chunk.map(knownValues);
  }
}

/** A row of line key, sizes and values. */
function knownValues(row: ArrayRow): KnownValues {
  const [lineKey, sizes, ...values] = texts(row);
  return { lineKey: (lineKey ?? '').toLowerCase(), kept: { values, sizes: sizes ?? '' } };
}

/** A line as the snapshot has it now; `values` are in the order of the columns asked for. */
export interface KnownLine extends Kept {
  readonly lineKey: string;
  readonly recordUuid: string;
  readonly customer: string;
  /** The board's state is known, because it was answered and acknowledged. */
  readonly acknowledged: boolean;
  readonly deleted: boolean;
}

const KNOWN_COLUMNS = ['line_key', 'record_uuid', 'row_hash', 'customer', 'sizes'];
const selectOfCustomer = blocks.statement('select-known-lines', { customer: 'text' }, ['columns']);
const selectByKey = blocks.statement('select-known-lines-by-key', { rows: { line_key: 'uuid' } }, ['columns']);

/** All lines of a customer, and those of `lineKeys` wherever they have gone, by line key; tombstones included. */
export async function readKnownLines(
  warehouse: Warehouse,
  columns: readonly string[],
  { customer, lineKeys }: { customer: string; lineKeys: readonly string[] },
): Promise<Map<string, KnownLine>> {
  const known = new Map<string, KnownLine>();
  const read = async (rows: AsyncIterable<ArrayRow[]>): Promise<void> => {
    for await (const chunk of rows)
      for (const row of chunk) {
        const line = knownLine(row);
        known.set(line.lineKey, line);
      }
  };
  const places = { columns: quoteColumns([...KNOWN_COLUMNS, ...columns], 'p') };
  await read(warehouse.stream(selectOfCustomer(places), { customer }));
  const others = lineKeys.filter((lineKey) => !known.has(lineKey));
  for (const keys of chunks(others, ROWS_A_STATEMENT)) {
    const rows = keys.map((lineKey) => ({ line_key: lineKey }));
    await read(warehouse.stream(selectByKey(places), { rows }));
  }
  return known;
}

function knownLine(row: ArrayRow): KnownLine {
  const read = texts(row);
  const [lineKey, recordUuid, rowHash, customer, sizes] = read;
  return {
    lineKey: (lineKey ?? '').toLowerCase(),
    recordUuid: (recordUuid ?? '').toLowerCase(),
    customer: customer ?? '',
    sizes: sizes ?? '',
    acknowledged: rowHash !== null,
    deleted: read.at(-1) === '1',
    values: read.slice(KNOWN_COLUMNS.length, -1),
  };
}

const selectKinds = blocks.statement('select-snapshot-kinds', { customer: 'text' });

/** The sizes and the mapping version of each of a customer's lines, tombstones apart. */
export async function* readKinds(
  warehouse: Warehouse,
  customer: string,
): AsyncGenerator<{ sizes: string; mappingVersion: string }[]> {
  for await (const chunk of warehouse.stream(selectKinds(), { customer }))
    yield chunk.map(([sizes, version]) => ({ sizes: String(sizes ?? ''), mappingVersion: String(version) }));
}

/** A line with the hash that was acknowledged; null where the board's state is not known: restore leaves it alone. */
export interface SnapshotLine extends Kept {
  readonly lineKey: string;
  readonly recordUuid: string;
  readonly rowHash: string | null;
  readonly mappingVersion: string;
}

const LINE_COLUMNS = ['line_key', 'record_uuid', 'row_hash', 'mapping_version', 'sizes'];
const selectLines = blocks.statement('select-snapshot-lines', { customer: 'text' }, ['columns', 'order']);

/** A customer's lines, tombstones apart, with the values of `columns`, in the order of `order`. */
export async function* readSnapshotLines(
  warehouse: Warehouse,
  customer: string,
  { columns, order }: { columns: readonly string[]; order: readonly string[] },
): AsyncGenerator<SnapshotLine[]> {
  const statement = selectLines({
    columns: quoteColumns([...LINE_COLUMNS, ...columns]),
    order: quoteColumns([...order, 'line_key']),
  });
  for await (const chunk of warehouse.stream(statement, { customer })) yield chunk.map(snapshotLine);
}

function snapshotLine(row: ArrayRow): SnapshotLine {
  const [lineKey, recordUuid, rowHash, mappingVersion, sizes, ...values] = texts(row);
  return {
    lineKey: (lineKey ?? '').toLowerCase(),
    recordUuid: (recordUuid ?? '').toLowerCase(),
    rowHash: rowHash ?? null,
    mappingVersion: mappingVersion ?? '',
    sizes: sizes ?? '',
    values,
  };
}

const selectSizes = blocks.statement('select-snapshot-sizes', {});

/** Size columns that the source no longer has and that lines of the snapshot use, those of these customers apart. */
export async function vanishedSizes(
  warehouse: Warehouse,
  labels: readonly string[],
  except: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const previous = await previousSizes(warehouse);
  const vanished = new Set(previous?.filter((label) => !labels.includes(label)));
  if (vanished.size === 0) return [];
  const carried = new Set<string>();
  for await (const chunk of warehouse.stream(selectSizes())) {
    for (const [text, customer] of chunk) {
      if (except.has(String(customer))) continue;
      for (const [label] of parseSizes(String(text ?? ''))) if (vanished.has(label)) carried.add(label);
    }
  }
  return [...carried];
}

function texts(row: ArrayRow): (string | null)[] {
  return row.map((value) => (value === null ? null : String(value)));
}
