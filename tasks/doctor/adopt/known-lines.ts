import { z } from 'zod';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { loadStatement, quoteColumns, quoteIdentifier } from '../../../shared/warehouse/port/statements.js';
import type { Row, Rows, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { SourceLine, SourceLines } from './lines.js';

const CHUNK = 5_000;
const knownRow = z.object({ line_key: z.string(), record_uuid: z.string(), deleted: z.number() });

/** A source line under the key that it has, or will have. */
export interface KeyedLine extends SourceLine {
  lineKey: string;
  /** Whether the snapshot has it already. */
  known: boolean;
}

/**
 * Gives each line its key as the next run would: that of the snapshot's line with its uuid, else its uuid. A line that
 * may be a known one under a new uuid is left for the run to tell.
 */
export async function keyLines(warehouse: Warehouse, mapping: Mapping, source: SourceLines): Promise<KeyedLine[]> {
  const sound = source.lines.filter(({ problem }) => problem !== 'UUID_UNSOUND');
  const [live, taken] = await byUuid(warehouse, sound);
  const gone = await goneKeys(warehouse, mapping, sound, source.uuids);
  return source.lines.map((line): KeyedLine => {
    const lineKey = line.problem === 'UUID_UNSOUND' ? undefined : live.get(line.uuid);
    if (lineKey !== undefined) return { ...line, lineKey, known: true };
    const mayBeKnown = taken.has(line.uuid) || gone.has(line.businessKey);
    const problem = line.problem ?? (mayBeKnown ? 'LINE_CHANGED' : undefined);
    return { ...line, problem, lineKey: line.uuid, known: false };
  });
}

async function byUuid(
  warehouse: Warehouse,
  lines: readonly SourceLine[],
): Promise<[live: Map<string, string>, taken: Set<string>]> {
  const statement = loadStatement('snapshot/select-lines-by-uuid');
  const [live, taken] = [new Map<string, string>(), new Set<string>()];
  const rows = lines.map(({ uuid }) => ({ record_uuid: uuid }));
  for (const row of await inChunks(rows, (part) => warehouse.query(statement, { rows: part }))) {
    const known = knownRow.parse(row);
    taken.add(known.line_key);
    if (known.deleted === 0) live.set(known.record_uuid, known.line_key);
  }
  return [live, taken];
}

/** Business keys of the snapshot's lines that the source has no more under their uuid. */
async function goneKeys(
  warehouse: Warehouse,
  mapping: Mapping,
  lines: readonly SourceLine[],
  uuids: ReadonlySet<string>,
): Promise<Set<string>> {
  const { orderNumber, businessKey } = mapping.source;
  const statement = loadStatement('snapshot/select-lines-by-order').with({
    order: quoteIdentifier(orderNumber),
    columns: quoteColumns(businessKey, 'p'),
  });
  const orders = [...new Set(lines.map(({ order }) => order))].map((order_number) => ({ order_number }));
  const found = await inChunks(orders, (part) => warehouse.query(statement, { rows: part }));
  const gone = found.filter((row) => {
    const { record_uuid, deleted } = knownRow.parse(row);
    return deleted === 1 || !uuids.has(record_uuid);
  });
  return new Set(gone.map((row) => JSON.stringify(businessKey.map((column) => row[column] ?? null))));
}

async function inChunks(rows: Rows, read: (part: Rows) => Promise<Row[]>): Promise<Row[]> {
  const found: Row[] = [];
  for (let start = 0; start < rows.length; start += CHUNK)
    found.push(...(await read(rows.slice(start, start + CHUNK))));
  return found;
}
