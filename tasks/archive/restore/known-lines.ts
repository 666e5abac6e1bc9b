import type { Kept } from '../../../shared/lines/kept.js';
import { hashedColumns, type Mapping } from '../../../shared/mapping/mapping.js';
import { loadStatement, quoteColumns, type Statement } from '../../../shared/warehouse/port/statements.js';
import type { ArrayRow, Warehouse } from '../../../shared/warehouse/port/warehouse.js';

const IDENTITY = ['line_key', 'record_uuid', 'row_hash', 'customer', 'sizes'];
/** Keeps one JSON parameter to some hundred kilobytes. */
const ROWS_A_STATEMENT = 5_000;

/** A line as the snapshot has it now; `values` are in the order of the mapping's hashed columns. */
export interface KnownLine extends Kept {
  readonly lineKey: string;
  readonly recordUuid: string;
  readonly customer: string;
  /** What the board holds is known, because it was answered and acknowledged. */
  readonly acknowledged: boolean;
  readonly deleted: boolean;
}

/** All lines of a customer, and those of `lineKeys` wherever they have gone, by line key. */
export async function readKnownLines(
  warehouse: Warehouse,
  mapping: Mapping,
  customer: string,
  lineKeys: readonly string[],
): Promise<Map<string, KnownLine>> {
  const known = new Map<string, KnownLine>();
  const read = async (statement: Statement, parameters: Parameters<Warehouse['stream']>[1]): Promise<void> => {
    const columns = quoteColumns([...IDENTITY, ...hashedColumns(mapping)], 'p');
    for await (const chunk of warehouse.stream(statement.with({ columns }), parameters))
      for (const row of chunk) {
        const line = knownLine(row);
        known.set(line.lineKey, line);
      }
  };
  await read(loadStatement('snapshot/select-known-lines'), { customer });
  const others = lineKeys.filter((lineKey) => !known.has(lineKey)).map((lineKey) => ({ line_key: lineKey }));
  for (let start = 0; start < others.length; start += ROWS_A_STATEMENT)
    await read(loadStatement('snapshot/select-known-lines-by-key'), {
      rows: others.slice(start, start + ROWS_A_STATEMENT),
    });
  return known;
}

function knownLine(row: ArrayRow): KnownLine {
  const texts = row.map((value) => (value === null ? null : String(value)));
  const [lineKey, recordUuid, rowHash, customer, sizes] = texts;
  return {
    lineKey: (lineKey ?? '').toLowerCase(),
    recordUuid: (recordUuid ?? '').toLowerCase(),
    customer: customer ?? '',
    sizes: sizes ?? '',
    acknowledged: rowHash !== null,
    deleted: texts.at(-1) === '1',
    values: texts.slice(IDENTITY.length, -1),
  };
}

/** Of lines that shall have these uuids, those whose uuid a live line of another key has. */
export async function readTaken(
  warehouse: Warehouse,
  lines: readonly { lineKey: string; recordUuid: string }[],
): Promise<Set<string>> {
  const taken = new Set<string>();
  for (let start = 0; start < lines.length; start += ROWS_A_STATEMENT) {
    const rows = lines
      .slice(start, start + ROWS_A_STATEMENT)
      .map(({ lineKey, recordUuid }) => ({ line_key: lineKey, record_uuid: recordUuid }));
    for (const row of await warehouse.query(loadStatement('snapshot/select-taken-uuids'), { rows }))
      taken.add(String(row['line_key']));
  }
  return taken;
}
