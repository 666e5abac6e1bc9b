import { isOfOther, keyColumns } from '../../shared/mapper/other-pipelines.js';
import { resolveCustomer } from '../../shared/mapping/customers.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { trimAndClean } from '../../shared/mapping/rules.js';
import type { UnreadItem } from '../../shared/monday/board.js';
import type { BoardItem } from '../../shared/monday/board-replies.js';
import { ordersOfSource } from '../../shared/store/source.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { Site } from './site.js';

/** The form in which texts of the board and of the source are compared. */
export function comparable(text: string | null | undefined): string {
  return trimAndClean(text ?? '').toUpperCase();
}

/** The customers of the mapping by their order numbers; a number belongs to one. */
export async function customersByOrder(
  warehouse: Warehouse,
  mapping: Mapping,
  table: string,
): Promise<Map<string, string>> {
  const { customer, orderNumber: order } = mapping.source;
  const owners = new Map<string, string>();
  for (const { spelling, orderNumber } of await ordersOfSource(warehouse, { table, customer, order })) {
    const { name, mapped } = resolveCustomer(mapping, spelling);
    const number = comparable(orderNumber);
    if (mapped && number !== '') owners.set(number, name);
  }
  return owners;
}

/** Everything active on both boards that is not another pipeline's, with the key and whatever other columns are asked for. */
export interface BoardItems {
  items: readonly BoardItem[];
  subitems: readonly BoardItem[];
  /** Those of which the board does not tell. */
  unread: { items: readonly UnreadItem[]; subitems: readonly UnreadItem[] };
}

export async function readBoardItems(
  site: Site,
  mapping: Mapping,
  columns: { items: readonly string[]; subitems: readonly string[] },
): Promise<BoardItems> {
  const { reader } = (await site.account.get()).connection;
  const boards = await site.boards.get();
  const unread = { items: [] as UnreadItem[], subitems: [] as UnreadItem[] };
  const ownOn = async (
    boardId: string,
    key: Mapping['item']['key'],
    others: readonly string[],
    refused: UnreadItem[],
  ) =>
    (await reader.allItems(boardId, [...keyColumns(key), ...others], refused)).filter((item) => !isOfOther(key, item));
  const items = await ownOn(boards.items.id, mapping.item.key, columns.items, unread.items);
  const subitems =
    boards.subitems === undefined || mapping.subitem === undefined
      ? []
      : await ownOn(boards.subitems.id, mapping.subitem.key, columns.subitems, unread.subitems);
  return { items, subitems, unread };
}

/** The text that a column shows, '' when it is empty: an empty status cell may read as the text of its default label. */
export function textIn(item: BoardItem, column: string): string {
  const cell = item.values.get(column);
  return cell === undefined || cell.value === null ? '' : (cell.text?.trim() ?? '');
}
