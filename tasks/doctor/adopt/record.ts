import { sight } from '../../../shared/ledger/transitions.js';
import { hashedColumns, type Mapping } from '../../../shared/mapping/mapping.js';
import type { Ledger } from '../../../shared/store/ledger.js';
import { rememberHashedColumns } from '../../../shared/store/mappings.js';
import { loadUnacknowledged, withdrawAcknowledgements } from '../../../shared/store/snapshot.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';
import type { AdoptionPair } from './plan.js';

/**
 * Makes the pipeline know adopted lines before the board carries their keys: each is in the snapshot, not acknowledged,
 * and the ledger has the ids of its item and sizes. From then on a run updates them, and pairs them again when their
 * uuid changes, whether or not the keys have been written.
 */
export async function recordPairs(
  transaction: Queryable,
  ledger: Ledger,
  mapping: Mapping,
  pairs: readonly AdoptionPair[],
  { groupTitles, now }: { groupTitles: ReadonlyMap<string, string>; now: Date },
): Promise<void> {
  await rememberHashedColumns(transaction, new Map([[mapping.version, hashedColumns(mapping)]]), now);
  const fresh = pairs
    .filter(({ line }) => !line.known)
    .map(({ line: { lineKey, uuid, customer, kept } }) => ({ lineKey, recordUuid: uuid, customer, ...kept }));
  await loadUnacknowledged(transaction, mapping, fresh, now);
  const known = pairs.filter(({ line }) => line.known).map(({ line: { lineKey } }) => ({ lineKey, deleted: false }));
  await withdrawAcknowledgements(transaction, known);
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
