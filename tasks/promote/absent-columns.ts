import type { Mapping } from '../../shared/mapping/mapping.js';
import { landedWithAbsentColumns, stageAbsentColumn } from '../../shared/store/staging.js';
import type { Queryable } from '../../shared/warehouse/port/warehouse.js';

/**
 * Rule 25: a value that could not be read is on the board as it was, and so it is promoted: what was last answered goes
 * into staging, where push does not look at it. Returns the titles of all columns that are absent from some line.
 */
export async function stageAbsentColumns(
  transaction: Queryable,
  mapping: Mapping,
  batchId: string,
): Promise<readonly string[]> {
  const ids = new Map(mapping.item.columns.map(({ title, id }) => [title, id]));
  const absent = new Map<string, { lineKey: string; value: string }[]>();
  for (const { lineKey, titles, answered } of await landedWithAbsentColumns(transaction, batchId)) {
    for (const title of titles) {
      const values = absent.get(title) ?? [];
      absent.set(title, values);
      const value = answered[ids.get(title) ?? ''] ?? null;
      if (value !== null) values.push({ lineKey, value });
    }
  }
  for (const [title, values] of absent) await stageAbsentColumn(transaction, batchId, title, values);
  return [...absent.keys()];
}
