import { FixFirstError } from '../../../shared/ground/errors.js';
import { vanishedSizes } from '../../../shared/store/snapshot-lines.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';

/**
 * Rule 7: a size column that is gone would set its size to zero on every line that has it.
 * @throws FixFirstError when lines of the snapshot carry such a size.
 */
export async function refuseVanishedSizes(warehouse: Warehouse, labels: readonly string[]): Promise<void> {
  const carried = await vanishedSizes(warehouse, labels);
  if (carried.length === 0) return;
  const names = carried.map((label) => `"${label}"`).join(', ');
  throw new FixFirstError(
    'SIZE_COLUMN_GONE',
    `The source no longer has the size columns ${names}, which lines on the board carry. Put them back; if they are gone for good, run detect with --allow-large-change, which sets them to 0 on the board.`,
  );
}
