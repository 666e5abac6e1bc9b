import { z } from 'zod';
import { FixFirstError } from '../../shared/errors.js';
import { parseSizes } from '../../shared/lines/sizes-text.js';
import { loadStatement } from '../../shared/warehouse/statements.js';
import type { Warehouse } from '../../shared/warehouse/warehouse.js';

const labelsRow = z.object({
  size_labels: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
});

/**
 * Rule 7: a size column that is gone would set its size to zero on every line that has it.
 * @throws FixFirstError when lines of the snapshot carry such a size.
 */
export async function refuseVanishedSizes(warehouse: Warehouse, labels: readonly string[]): Promise<void> {
  const [row] = await warehouse.query(loadStatement('runs/select-size-labels'));
  if (row === undefined) return;
  const vanished = new Set(labelsRow.parse(row).size_labels.filter((label) => !labels.includes(label)));
  if (vanished.size === 0) return;
  const carried = new Set<string>();
  for await (const chunk of warehouse.stream(loadStatement('detect/select-snapshot-sizes'))) {
    for (const [text] of chunk)
      for (const [label] of parseSizes(String(text ?? ''))) if (vanished.has(label)) carried.add(label);
  }
  if (carried.size === 0) return;
  const names = [...carried].map((label) => `"${label}"`).join(', ');
  throw new FixFirstError(
    `The source no longer has the size columns ${names}, which lines on the board carry. Put them back; if they are gone for good, run detect with --allow-large-change, which sets them to 0 on the board.`,
  );
}
