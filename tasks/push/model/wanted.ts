import type { Entry, Wanted } from '../../../shared/ledger/entry.js';
import { itemValues } from '../../../shared/mapper/item-values.js';
import { quantityColumn, sizeValues } from '../../../shared/mapper/sizes.js';
import type { Mapping, Subitem } from '../../../shared/mapping/mapping.js';
import type { Settings } from '../../../shared/runtime/settings.js';
import type { StagedItem } from '../../../shared/store/staging.js';

export type DeletePolicy = Settings<'DELETE_POLICY'>['DELETE_POLICY'];

/** The staged values of a line. */
type Staged = Pick<StagedItem, 'lineKey' | 'change' | 'group' | 'title' | 'absentColumns' | 'texts'>;

/** What the board is to show of a line. */
export function wantedItem(mapping: Mapping, staged: Staged, policy: DeletePolicy): Wanted {
  if (staged.change === 'DELETED') return { kind: policy === 'archive' ? 'gone' : 'kept' };
  const told = mapping.item.columns.filter(({ title }) => !staged.absentColumns.includes(title));
  const own = told.map(({ id, title }) => [id, staged.texts.get(title) ?? null] as const);
  return { kind: 'present', values: itemValues(mapping, staged, own), create: true };
}

/** What the board is to show of an ordered size. */
export function wantedSize(subitem: Subitem, lineKey: string, label: string, quantity: number): Wanted {
  return { kind: 'present', values: sizeValues(subitem, lineKey, { label, quantity }), create: true };
}

/** A size whose quantity could not be read stays as it is where it is there; it is never made for that. */
export const UNREAD_SIZE: Wanted = { kind: 'present', values: {}, create: false };

/** The quantity of a size on the board, by what we sent; undefined if we never sent one. */
export function sentQuantity({ subitem }: Mapping, { answered, pending }: Entry): number | undefined {
  const id = quantityColumn(subitem) ?? '';
  const quantity = answered[id] ?? pending[id] ?? null;
  return quantity === null ? undefined : Number(quantity);
}

/**
 * Rule 22: a size that is no longer ordered stays on the board with quantity 0; it is never made for that. What is left
 * of sizes under a mapping that has none any more stays as it is.
 */
export function removedSize({ subitem }: Mapping): Wanted {
  const id = quantityColumn(subitem);
  return id === undefined ? { kind: 'kept' } : { kind: 'present', values: { [id]: '0' }, create: false };
}
