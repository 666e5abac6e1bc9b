import { groupBy } from '../../../shared/ground/lists.js';
import { type ComparedColumn, textIn } from '../../../shared/mapper/compared.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { BoardItem } from '../../../shared/monday/board-replies.js';
import type { BoardItems } from '../orders.js';
import type { ComparedColumns } from './pair.js';
import { type Marks, sizesMark } from './pair.js';

/** A subitem that shows a size; planners' own are left out. */
export interface ItemSize {
  id: string;
  label: string;
  key: string;
}

/** An item without our key. */
export interface StrangeItem extends Marks {
  id: string;
  groupId: string | undefined;
  /** Its order number to the letter. */
  order: string;
  /** The same in comparable form. */
  orderMark: string;
  itemSizes: readonly ItemSize[];
}

export function strangeItems(
  mapping: Mapping,
  columns: ComparedColumns,
  { items, subitems }: BoardItems,
): StrangeItem[] {
  const below = groupBy(subitems, ({ parentId }) => parentId ?? '');
  return items
    .filter((item) => textIn(item, mapping.item.key.id) === '')
    .map((item): StrangeItem => {
      const marked = (compared: readonly ComparedColumn[]) => JSON.stringify(compared.map(({ shown }) => shown(item)));
      const within = (below.get(item.id) ?? []).map((subitem) => ({
        subitem,
        label: labelOf(mapping, columns, subitem),
      }));
      const sized = within.filter(({ label }) => label !== '');
      return {
        id: item.id,
        groupId: item.groupId,
        order: textIn(item, columns.order.id),
        orderMark: columns.order.shown(item),
        key: marked(columns.key),
        purchaseOrder: marked(columns.purchaseOrder),
        sizes: sizesMark(sized.map(({ subitem, label }) => [label, Number(textIn(subitem, columns.sizeQuantity))])),
        itemSizes: sized.map(({ subitem, label }) => ({
          id: subitem.id,
          label,
          key: textIn(subitem, mapping.subitem?.key.id ?? ''),
        })),
      };
    });
}

/** The size that a subitem shows: in its column, else in its name. */
function labelOf(mapping: Mapping, columns: ComparedColumns, subitem: BoardItem): string {
  if (mapping.subitem === undefined) return '';
  const shown = textIn(subitem, columns.sizeLabel);
  if (shown !== '') return shown;
  const [before = '', after = ''] = mapping.subitem.name.split('{label}');
  const { name } = subitem;
  const fits = name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after);
  return fits ? name.slice(before.length, name.length - after.length).trim() : '';
}
