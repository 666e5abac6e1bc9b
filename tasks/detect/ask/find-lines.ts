import { messageOf, TaskError } from '../../../shared/ground/errors.js';
import { isUuid } from '../../../shared/ground/ids.js';
import { compileCustomer } from '../../../shared/lines/customer.js';
import { sourceColumns } from '../../../shared/lines/layout.js';
import { compileScope } from '../../../shared/mapper/scope.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { textOf } from '../../../shared/mapping/texts.js';
import { openFailuresOfRows } from '../../../shared/store/failure-reports.js';
import { linesOfId } from '../../../shared/store/ledger.js';
import { type LineState, lineStates, linesByUuid, linesOfUuid } from '../../../shared/store/snapshot-look-ups.js';
import type { ArrayRow, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { readHashLists } from '../read/hash-lists.js';
import { Snapshot } from '../read/snapshot.js';
import { Source } from '../read/source.js';
import { unsoundFailures } from '../read/unsound.js';
import { linesWithUnsoundKey, RowsByUuid, usableUuid } from './source-rows.js';

export interface Asking {
  warehouse: Warehouse;
  mapping: Mapping;
  /** The source. */
  table: string;
  retryAfterMs: number;
  now: Date;
}

/** The state of a line in the source now. */
export type InSource =
  | { state: 'there'; inScope: boolean; hash: string }
  /** So many rows have its uuid. */
  | { state: 'repeated'; rows: number }
  | { state: 'gone' }
  | { state: 'unread'; why: string };

/** A row or a line: its customer, and its values in the searchable columns. */
interface WithNames {
  customer: string;
  names: readonly { column: string; text: string }[];
}

/** A candidate line, and its state. */
export interface ExplainedLine extends WithNames {
  lineKey: string;
  source: InSource;
  /** Why a run neither changes nor deletes it for now: an unsound row has its uuid, or its business key. */
  frozen: 'uuid' | 'business key' | undefined;
  snapshot: LineState | undefined;
}

/** A row of the source that is no line, because it has no usable uuid or one that another row has too. */
export interface UnsoundRow extends WithNames {
  recordUuid: string | null;
  reason: string;
  message: string;
  inScope: boolean;
  /** When detect recorded it; null before a run has. */
  since: Date | null;
}

export interface LinesAndRows {
  lines: readonly ExplainedLine[];
  rows: readonly UnsoundRow[];
  /** What identifies a row, as messages call it. */
  identity: string;
}

const ITEM_ID = /^[1-9]\d{0,18}$/;

/** The columns by which a line can be found. */
function namingColumns({ source: { orderNumber, purchaseOrder, businessKey } }: Mapping): string[] {
  return [...new Set([orderNumber, ...purchaseOrder, ...businessKey])];
}

/**
 * The lines that have this uuid, as key or in the source, now or once; this item or size; or this text, to the letter, as
 * order number, purchase order or another part of the business key, in the source or as the board has acknowledged it.
 * And the rows of the source with this uuid or text that are no lines.
 */
export async function findLines(asking: Asking, asked: string): Promise<LinesAndRows> {
  const { warehouse, mapping } = asking;
  const source = await sourceOf(asking);
  const snapshot = new Snapshot(warehouse, mapping);
  const rows = source instanceof Error ? undefined : new RowsByUuid(source);
  const keys = new Set<string>();
  const add = (lineKeys: readonly string[]): void => lineKeys.forEach((key) => void keys.add(key.toLowerCase()));
  const matching: ArrayRow[] = [];
  if (isUuid(asked)) {
    const uuid = asked.toLowerCase();
    add(await linesOfUuid(warehouse, uuid));
    await rows?.read([uuid]);
    matching.push(...(rows?.all(uuid) ?? []));
  } else {
    if (ITEM_ID.test(asked)) add(await linesOfId(warehouse, asked));
    for (const column of namingColumns(mapping))
      for await (const lines of snapshot.valuesWith(column, [asked])) add(lines.map(({ lineKey }) => lineKey));
    if (!(source instanceof Error)) matching.push(...(await rowsWith(source, namingColumns(mapping), asked)));
  }
  const unsound = new Set(await rows?.unsound(matching));
  // A line that the pipeline does not know yet: its uuid will be its key. Asked for by uuid, known lines are found.
  if (!isUuid(asked) || keys.size === 0) {
    const uuids = matching.flatMap((row) => (unsound.has(row) ? [] : (usableUuid(row) ?? [])));
    const known = await linesByUuid(warehouse, uuids);
    const keyOf = new Map(known.map(({ recordUuid, lineKey }) => [recordUuid, lineKey]));
    add(uuids.map((uuid) => keyOf.get(uuid) ?? uuid));
  }
  if (source instanceof Error || rows === undefined)
    return { lines: await describe(asking, keys, { source, rows, snapshot }), rows: [], identity: '' };
  return {
    lines: await describe(asking, keys, { source, rows, snapshot }),
    rows: await describeRows(asking, source, [...unsound]),
    identity: source.layout.identity,
  };
}

/** The rows that have this text in one of these columns, each once. */
async function rowsWith(source: Source, columns: readonly string[], text: string): Promise<ArrayRow[]> {
  const found: ArrayRow[] = [];
  for (const [at, column] of columns.entries()) {
    const before = columns.slice(0, at).map((name) => source.layout.position(name));
    for await (const chunk of source.byTexts(column, [text]))
      found.push(...chunk.filter((row) => !before.some((position) => textOf(row[position]) === text)));
  }
  return found;
}

/** The rows with what detect says of them, whether it has recorded it yet or not. */
async function describeRows(
  { warehouse, mapping }: Asking,
  source: Source,
  rows: readonly ArrayRow[],
): Promise<UnsoundRow[]> {
  const failures = unsoundFailures(rows, source, mapping);
  const recorded = await openFailuresOfRows(warehouse, [...new Set(failures.flatMap(({ rowHash }) => rowHash ?? []))]);
  const isInScope = compileScope(mapping, source.layout);
  return failures.flatMap(({ reason, message, recordUuid = null, customer, rowHash }, at) => {
    const row = rows[at];
    if (row === undefined) return [];
    const entry = recorded.find((each) => each.rowHash === rowHash && each.recordUuid === recordUuid);
    const names = namesAt(mapping, (column) => textOf(row[source.layout.position(column)]));
    const place = { customer: customer ?? '', names, inScope: isInScope(row) };
    return [{ ...place, recordUuid, reason, message, since: entry?.since ?? null }];
  });
}

function namesAt(mapping: Mapping, textAt: (column: string) => string | null): WithNames['names'] {
  return namingColumns(mapping).flatMap((column) => {
    const text = textAt(column);
    return text === null || text === '' ? [] : [{ column, text }];
  });
}

/** The source, or why it cannot be read: everything else is still shown. */
async function sourceOf({ warehouse, table, mapping }: Asking): Promise<Source | Error> {
  try {
    const columns = await sourceColumns(warehouse, table);
    return new Source(warehouse, table, columns, mapping, await readHashLists(warehouse, mapping));
  } catch (error) {
    if (error instanceof TaskError && error.exitCode === 2) return error;
    throw error;
  }
}

async function describe(
  { warehouse, mapping }: Asking,
  keys: ReadonlySet<string>,
  { source, rows, snapshot }: { source: Source | Error; rows: RowsByUuid | undefined; snapshot: Snapshot },
): Promise<ExplainedLine[]> {
  const lineKeys = [...keys];
  const states = new Map((await lineStates(warehouse, lineKeys)).map((state) => [state.lineKey, state]));
  const values = new Map<string, readonly (string | null)[]>();
  for await (const lines of snapshot.valuesOf(lineKeys))
    for (const line of lines) values.set(line.lineKey, line.kept.values);
  const uuidOfLine = (lineKey: string): string => (states.get(lineKey)?.recordUuid ?? lineKey).toLowerCase();
  await rows?.read(lineKeys.map(uuidOfLine));
  const isLive = (lineKey: string): boolean => states.get(lineKey)?.deletedAt === null;
  const live = new Map([...values].filter(([lineKey]) => isLive(lineKey)));
  const withKey =
    source instanceof Error || rows === undefined
      ? new Set()
      : await linesWithUnsoundKey(live, { source, rows, snapshot, mapping });
  const isInScope = source instanceof Error ? () => false : compileScope(mapping, source.layout);
  const customerOf = source instanceof Error ? undefined : compileCustomer(mapping, source.layout);
  return lineKeys.map((lineKey) => {
    const state = states.get(lineKey);
    const row = rows?.only(uuidOfLine(lineKey));
    const kept = values.get(lineKey);
    const names = namesAt(mapping, (column) => {
      if (row !== undefined && !(source instanceof Error)) return textOf(row[source.layout.position(column)]);
      return kept?.[snapshot.columns.indexOf(column)] ?? null;
    });
    const count = rows?.countOf(uuidOfLine(lineKey)) ?? 0;
    const inSource = ((): InSource => {
      if (source instanceof Error) return { state: 'unread', why: messageOf(source) };
      if (count > 1) return { state: 'repeated', rows: count };
      if (row === undefined) return { state: 'gone' };
      return { state: 'there', inScope: isInScope(row), hash: source.hashRow(row).toString('hex') };
    })();
    const frozen = ((): ExplainedLine['frozen'] => {
      if (!isLive(lineKey)) return undefined;
      if (count > 1) return 'uuid';
      return withKey.has(lineKey) ? 'business key' : undefined;
    })();
    const customer = row === undefined || customerOf === undefined ? state?.customer : customerOf(row).name;
    return { lineKey, customer: customer ?? '', names, source: inSource, frozen, snapshot: state };
  });
}
