import { messageOf, TaskError } from '../../../shared/ground/errors.js';
import { isUuid } from '../../../shared/ground/ids.js';
import { compileCustomer } from '../../../shared/lines/customer.js';
import { sourceColumns } from '../../../shared/lines/layout.js';
import { compileScope } from '../../../shared/mapper/scope.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { textOf } from '../../../shared/mapping/texts.js';
import { linesOfId } from '../../../shared/store/ledger.js';
import { type LineState, lineStates, linesByUuid, linesOfUuid } from '../../../shared/store/snapshot-look-ups.js';
import type { ArrayRow, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { readHashLists } from '../read/hash-lists.js';
import { Snapshot } from '../read/snapshot.js';
import { Source } from '../read/source.js';

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
  | { state: 'gone' }
  | { state: 'unread'; why: string };

/** A candidate line: its values in the searchable columns, and its state. */
export interface ExplainedLine {
  lineKey: string;
  customer: string;
  names: readonly { column: string; text: string }[];
  source: InSource;
  snapshot: LineState | undefined;
}

const ITEM_ID = /^[1-9]\d{0,18}$/;

/** The columns by which a line can be found. */
function namingColumns({ source: { orderNumber, purchaseOrder, businessKey } }: Mapping): string[] {
  return [...new Set([orderNumber, ...purchaseOrder, ...businessKey])];
}

/**
 * The lines that have this uuid, as key or in the source, now or once; this item or size; or this text, to the letter, as
 * order number, purchase order or another part of the business key, in the source or as the board has acknowledged it.
 */
export async function findLines(asking: Asking, asked: string): Promise<ExplainedLine[]> {
  const { warehouse, mapping } = asking;
  const source = await sourceOf(asking);
  const snapshot = new Snapshot(warehouse, mapping);
  const keys = new Set<string>();
  /** Lines of the source that the pipeline does not know yet: their uuid will be their key. */
  const rows = new Map<string, ArrayRow>();
  const add = (lineKeys: readonly string[]): void => lineKeys.forEach((key) => void keys.add(key.toLowerCase()));
  const ofSource = async (read: AsyncIterable<ArrayRow[]>): Promise<void> => {
    for await (const chunk of read) for (const row of chunk) rows.set(uuidOf(row), row);
  };
  if (isUuid(asked)) {
    add(await linesOfUuid(warehouse, asked.toLowerCase()));
    if (source instanceof Error || keys.size > 0) return describe(asking, keys, { source, rows, snapshot });
    await ofSource(source.byUuids([asked.toLowerCase()]));
  } else {
    if (ITEM_ID.test(asked)) add(await linesOfId(warehouse, asked));
    for (const column of namingColumns(mapping)) {
      for await (const lines of snapshot.valuesWith(column, [asked])) add(lines.map(({ lineKey }) => lineKey));
      if (!(source instanceof Error)) await ofSource(source.byTexts(column, [asked]));
    }
  }
  const known = await linesByUuid(warehouse, [...rows.keys()]);
  const keyOf = new Map(known.map(({ recordUuid, lineKey }) => [recordUuid, lineKey]));
  add([...rows.keys()].map((uuid) => keyOf.get(uuid) ?? uuid));
  return describe(asking, keys, { source, rows, snapshot });
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
  { source, rows, snapshot }: { source: Source | Error; rows: Map<string, ArrayRow>; snapshot: Snapshot },
): Promise<ExplainedLine[]> {
  const lineKeys = [...keys];
  const states = new Map((await lineStates(warehouse, lineKeys)).map((state) => [state.lineKey, state]));
  const values = new Map<string, readonly (string | null)[]>();
  for await (const lines of snapshot.valuesOf(lineKeys))
    for (const line of lines) values.set(line.lineKey, line.kept.values);
  const uuidOfLine = (lineKey: string): string => states.get(lineKey)?.recordUuid ?? lineKey;
  if (!(source instanceof Error)) {
    const unread = lineKeys.map(uuidOfLine).filter((uuid) => !rows.has(uuid));
    for await (const chunk of source.byUuids(unread)) for (const row of chunk) rows.set(uuidOf(row), row);
  }
  const isInScope = source instanceof Error ? () => false : compileScope(mapping, source.layout);
  const customerOf = source instanceof Error ? undefined : compileCustomer(mapping, source.layout);
  return lineKeys.map((lineKey) => {
    const state = states.get(lineKey);
    const row = rows.get(uuidOfLine(lineKey));
    const kept = values.get(lineKey);
    const textAt = (column: string): string | null => {
      if (row !== undefined && !(source instanceof Error)) return textOf(row[source.layout.position(column)]);
      return kept?.[snapshot.columns.indexOf(column)] ?? null;
    };
    const names = namingColumns(mapping).flatMap((column) => {
      const text = textAt(column);
      return text === null || text === '' ? [] : [{ column, text }];
    });
    const inSource = ((): InSource => {
      if (source instanceof Error) return { state: 'unread', why: messageOf(source) };
      if (row === undefined) return { state: 'gone' };
      return { state: 'there', inScope: isInScope(row), hash: source.hashRow(row).toString('hex') };
    })();
    const customer = row === undefined || customerOf === undefined ? state?.customer : customerOf(row).name;
    return { lineKey, customer: customer ?? '', names, source: inSource, snapshot: state };
  });
}

const uuidOf = (row: ArrayRow): string => String(row[0]).toLowerCase();
