import type { Kept } from '../lines/kept.js';
import { loadStatement, quoteColumns } from '../warehouse/port/statements.js';
import type { ArrayRow, Warehouse } from '../warehouse/port/warehouse.js';

const CHUNK = 5_000;

/** What the snapshot keeps of a line. */
export interface KnownValues {
  readonly lineKey: string;
  readonly kept: Kept;
}

/** What the snapshot keeps of these lines, tombstones included; `columns` names the values wanted. */
export async function* readKnownValues(
  warehouse: Warehouse,
  columns: readonly string[],
  lineKeys: readonly string[],
): AsyncGenerator<KnownValues[]> {
  const statement = loadStatement('snapshot/select-known-values').with({ columns: quoteColumns(columns, 's') });
  for (let start = 0; start < lineKeys.length; start += CHUNK) {
    const rows = lineKeys.slice(start, start + CHUNK).map((lineKey) => ({ line_key: lineKey }));
    for await (const chunk of warehouse.stream(statement, { rows })) yield chunk.map(knownValues);
  }
}

/** A row of line key, sizes and values. */
export function knownValues(row: ArrayRow): KnownValues {
  const [lineKey, sizes, ...values] = row.map((value) => (value === null ? null : String(value)));
  return { lineKey: (lineKey ?? '').toLowerCase(), kept: { values, sizes: sizes ?? '' } };
}
