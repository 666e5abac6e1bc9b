import { z } from 'zod';
import { countFailures } from '../../shared/failures.js';
import { loadStatement } from '../../shared/warehouse/statements.js';
import type { Queryable } from '../../shared/warehouse/warehouse.js';

/** Totals of a batch as its tables have them: the same whoever asks, and however often push ran. */
export interface Totals {
  itemsCreated: number;
  itemsUpdated: number;
  itemsUnchanged: number;
  itemsArchived: number;
  itemsFailed: number;
  subitemsCreated: number;
  subitemsUpdated: number;
  subitemsUnchanged: number;
  subitemsArchived: number;
  subitemsFailed: number;
  pending: number;
  newFailures: number;
}

const countRow = z.object({
  kind: z.enum(['items', 'subitems']),
  status: z.string(),
  action: z.string(),
  rows: z.coerce.number(),
});

export async function readTotals(queryable: Queryable, batchId: string): Promise<Totals> {
  const rows = (await queryable.query(loadStatement('push/count-rows'), { batch_id: batchId })).map((row) =>
    countRow.parse(row),
  );
  const sum = (kind: 'items' | 'subitems', matches: (row: z.infer<typeof countRow>) => boolean): number =>
    rows.filter((row) => row.kind === kind && matches(row)).reduce((total, row) => total + row.rows, 0);
  const landed = (kind: 'items' | 'subitems', action: string): number =>
    sum(kind, (row) => row.status === 'API_SUCCESS' && row.action === action);
  const failed = (kind: 'items' | 'subitems'): number => sum(kind, (row) => row.status === 'API_FAILED');
  const open = (row: { status: string }): boolean => row.status === 'PENDING' || row.status === 'SENDING';
  const { failures } = await countFailures(queryable, batchId, 'push');
  return {
    itemsCreated: landed('items', 'CREATED'),
    itemsUpdated: landed('items', 'UPDATED'),
    itemsUnchanged: landed('items', 'UNCHANGED'),
    itemsArchived: landed('items', 'ARCHIVED'),
    itemsFailed: failed('items'),
    subitemsCreated: landed('subitems', 'CREATED'),
    subitemsUpdated: landed('subitems', 'UPDATED'),
    subitemsUnchanged: landed('subitems', 'UNCHANGED'),
    subitemsArchived: landed('subitems', 'ARCHIVED'),
    subitemsFailed: failed('subitems'),
    pending: sum('items', open) + sum('subitems', open),
    newFailures: failures,
  };
}
