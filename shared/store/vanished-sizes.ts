import { parseSizes } from '../lines/sizes-text.js';
import { loadStatement } from '../warehouse/port/statements.js';
import type { Warehouse } from '../warehouse/port/warehouse.js';
import { previousSizes } from './run-figures.js';

/** Size columns that the source had, has no more, and that lines of the snapshot carry. */
export async function vanishedSizes(warehouse: Warehouse, labels: readonly string[]): Promise<string[]> {
  const previous = await previousSizes(warehouse);
  const vanished = new Set(previous?.filter((label) => !labels.includes(label)));
  if (vanished.size === 0) return [];
  const carried = new Set<string>();
  for await (const chunk of warehouse.stream(loadStatement('snapshot/select-snapshot-sizes'))) {
    for (const [text] of chunk)
      for (const [label] of parseSizes(String(text ?? ''))) if (vanished.has(label)) carried.add(label);
  }
  return [...carried];
}
