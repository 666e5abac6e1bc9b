import { sight } from '../../../shared/ledger/transitions.js';
import { hashedColumns, type Mapping } from '../../../shared/mapping/mapping.js';
import type { Ledger } from '../../../shared/store/ledger.js';
import { rememberHashedColumns } from '../../../shared/store/mappings.js';
import { loadStatement } from '../../../shared/warehouse/port/statements.js';
import type { BulkColumn, Queryable } from '../../../shared/warehouse/port/warehouse.js';
import type { Pair } from './plan.js';

const SNAPSHOT = 'ORDERS_UNIFIED_SNAPSHOT';
const OWN_COLUMNS: readonly BulkColumn[] = [
  { name: 'line_key', type: 'uuid' },
  { name: 'record_uuid', type: 'uuid' },
  { name: 'mapping_version', type: 'text(64)' },
  { name: 'customer', type: 'text(255)' },
  { name: 'snapshot_date', type: 'datetime' },
  { name: 'sizes', type: 'text' },
];

/**
 * Makes the pipeline know adopted lines before the board carries their keys: each is in the snapshot, not acknowledged,
 * and the ledger has the ids of its item and sizes. From then on a run updates them, and pairs them again when their
 * uuid changes, whether or not the keys have been written.
 */
export async function recordPairs(
  transaction: Queryable,
  ledger: Ledger,
  mapping: Mapping,
  pairs: readonly Pair[],
  { groupTitles, now }: { groupTitles: ReadonlyMap<string, string>; now: Date },
): Promise<void> {
  const at = now.toISOString().slice(0, -1);
  const columns = hashedColumns(mapping);
  await rememberHashedColumns(transaction, new Map([[mapping.version, columns]]), now);
  const fresh = pairs.filter(({ line }) => !line.known);
  await transaction.bulkLoad(
    SNAPSHOT,
    [...OWN_COLUMNS, ...columns.map((name): BulkColumn => ({ name, type: 'text' }))],
    fresh.map(({ line: { lineKey, uuid, customer, kept } }) => [
      lineKey,
      uuid,
      mapping.version,
      customer,
      at,
      kept.sizes,
      ...kept.values,
    ]),
  );
  const known = pairs.filter(({ line }) => line.known).map(({ line }) => ({ line_key: line.lineKey, deleted: 0 }));
  await transaction.execute(loadStatement('snapshot/withdraw-acknowledgements'), { rows: known });
  const changes = pairs.flatMap(({ item, places }) =>
    places.map(({ place, itemId, stored }) => {
      const ofItem = place.kind === 'item';
      const group = ofItem ? (groupTitles.get(item.groupId ?? '') ?? null) : null;
      const parentId = ofItem ? null : item.id;
      const entry = sight(stored, { kind: 'found', id: itemId, parentId, group, settleMs: 0 });
      return { place, entry, stored };
    }),
  );
  await ledger.write(transaction, changes, { batchId: null, now });
}
