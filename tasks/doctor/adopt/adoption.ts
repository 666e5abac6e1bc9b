import { z } from 'zod';
import { addCount } from '../../../shared/ground/lists.js';
import { plural } from '../../../shared/ground/text.js';
import { sight } from '../../../shared/ledger/transitions.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import type { Ledger } from '../../../shared/store/ledger.js';
import { rememberHashedColumns } from '../../../shared/store/mappings.js';
import { loadUnacknowledged, withdrawAcknowledgements } from '../../../shared/store/snapshot.js';
import type { Queryable } from '../../../shared/warehouse/port/warehouse.js';
import type { AdoptionPair } from './plan.js';

/** Why an item is left as it is, and what to do about it. */
export const REASONS = {
  NO_ORDER: 'it shows no order number: created by hand, and left alone',
  NO_LINE: 'no line has its order number, style and colour: archive it if the order is gone, or correct the item',
  UNDECIDED: 'it and others of its order, style and colour cannot be told apart by purchase order and sizes',
  LINE_HAS_ITEM: 'its line has an item with our key already: archive this copy',
  OUT_OF_SCOPE: 'its line is out of scope, so the pipeline would never touch it',
  UUID_UNSOUND: 'its line has no uuid of its own: correct the source',
  LINE_CHANGED: 'its line may be one that got a new uuid: run the customer to its end, then adopt again',
  SEND_OPEN: 'a send of its line has no answer yet: run push, then adopt again',
  SIZE_UNKNOWN: 'one of its subitems shows a size that is not a column of the source: correct or archive the subitem',
  SIZE_REPEATED: 'two of its subitems show the same size: archive one of them',
  SIZE_TAKEN: 'one of its subitems has a key of another line: empty it, or archive the subitem',
  CHANGED_MEANWHILE: 'it was changed or archived while adopting: run again',
  UNREAD: 'the board did not return it while adopting: see the log, run again',
  REFUSED: 'the board did not take its key: see the log',
} as const;
export type LeftOutReason = keyof typeof REASONS;
const REASON_NAMES = Object.keys(REASONS) as [LeftOutReason, ...LeftOutReason[]];

const pairSchema = z.strictObject({
  itemId: z.string(),
  lineKey: z.string(),
  customer: z.string(),
  sizes: z.number().describe('How many of its subitems are adopted with it'),
});
const leftSchema = z.strictObject({
  itemId: z.string(),
  order: z.string().describe('The order number that it shows'),
  customer: z.string().nullable().describe('Whose order that is; null when it is none of ours'),
  reason: z.enum(REASON_NAMES),
  lineKeys: z.array(z.string()).describe('Lines that it could be'),
});

/** What `doctor --adopt --json` prints. */
export const adoptionSchema = z.strictObject({
  applied: z.boolean(),
  pairs: z.array(pairSchema),
  rewritten: z.number().describe('Items and subitems of ours whose lost keys are written again'),
  left: z.array(leftSchema),
});
export type Adoption = z.infer<typeof adoptionSchema>;
export type Left = Adoption['left'][number];

export function adoptionLines({ applied, pairs, rewritten, left }: Adoption): string[] {
  const customers = new Map<string, number>();
  for (const { customer } of pairs) addCount(customers, customer);
  const sizes = pairs.reduce((sum, pair) => sum + pair.sizes, 0);
  const verb = applied ? 'Adopted' : 'Would adopt';
  return [
    ...left.map(
      (each) =>
        `left   item ${each.itemId}  ${each.order || '-'}  ${each.customer ?? '-'}  ${REASONS[each.reason]} [${each.reason}]`,
    ),
    ...[...customers].sort().map(([customer, items]) => `${verb} ${plural(items, 'item')} of ${customer}.`),
    `${verb} ${plural(pairs.length, 'item')} with ${plural(sizes, 'subitem')}, and ${applied ? 'wrote' : 'would write'} ${plural(rewritten, 'lost key')} again; ${plural(left.length, 'item is', 'items are')} left.`,
    ...(applied ? [] : [`Nothing was changed${pairs.length + rewritten > 0 ? ': run again with --apply' : ''}.`]),
  ];
}

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
