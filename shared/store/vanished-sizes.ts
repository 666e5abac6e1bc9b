import { z } from 'zod';
import { jsonText } from '../ground/json-text.js';
import { parseSizes } from '../lines/sizes-text.js';
import { loadStatement } from '../warehouse/port/statements.js';
import type { Warehouse } from '../warehouse/port/warehouse.js';

const labelsRow = z.object({ size_labels: jsonText(z.array(z.string())) });

/** The size columns that the newest finished run saw; undefined before the first. */
export async function previousSizes(warehouse: Warehouse): Promise<string[] | undefined> {
  const [row] = await warehouse.query(loadStatement('runs/select-size-labels'));
  return row === undefined ? undefined : labelsRow.parse(row).size_labels;
}

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
