import { GROUP, NAME, type Values } from '../ledger/entry.js';
import type { Mapping } from '../mapping/mapping.js';

/** What the board shows of a line, by the ids of its columns; without a group of the mapping it stands where planners want it. */
export function itemValues(
  { item }: Mapping,
  { lineKey, title, group }: { lineKey: string; title: string | null; group: string | null },
  own: Iterable<readonly [id: string, text: string | null]>,
): Values {
  return {
    [NAME]: title,
    ...(group === null ? {} : { [GROUP]: group }),
    [item.key.id]: lineKey,
    ...Object.fromEntries(own),
  };
}
