import { countFailures } from '../../../shared/store/failures.js';
import { countStagedRows, type StagedCount, sumRows } from '../../../shared/store/staged-counts.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';

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

export async function readTotals(queryable: Queryable, batchId: string): Promise<Totals> {
  const rows = await countStagedRows(queryable, batchId);
  const landed = (kind: StagedCount['kind'], action: string): number =>
    sumRows(rows, kind, (row) => row.status === 'API_SUCCESS' && row.action === action);
  const failed = (kind: StagedCount['kind']): number => sumRows(rows, kind, (row) => row.status === 'API_FAILED');
  const open = (row: StagedCount): boolean => row.status === 'PENDING' || row.status === 'SENDING';
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
    pending: sumRows(rows, 'items', open) + sumRows(rows, 'subitems', open),
    newFailures: failures,
  };
}
