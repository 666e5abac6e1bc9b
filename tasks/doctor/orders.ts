import { compileCustomer } from '../../shared/lines/customer.js';
import { partialLayout, sourceColumns } from '../../shared/lines/layout.js';
import { type ComparedColumn, comparedColumn, compileOwn, orderColumn } from '../../shared/mapper/compared.js';
import { isOfOther, keyColumns } from '../../shared/mapper/other-pipelines.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { customerColumns, sourcesOf } from '../../shared/mapping/mapping-version.js';
import type { UnreadItem } from '../../shared/monday/board.js';
import type { BoardItem, BoardShape } from '../../shared/monday/board-replies.js';
import { scanRows } from '../../shared/store/source.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { Boards, Site } from './site.js';

/** The column by which items are told to show orders of ours, as the board has it; undefined where the mapping has none. */
export function comparedOrder(mapping: Mapping, { items }: Boards): ComparedColumn | undefined {
  const column = orderColumn(mapping);
  return column === undefined ? undefined : comparedColumn(column, liveType(items, column.id));
}

/** What a column is on the board; undefined where it is not. */
export function liveType({ columns }: BoardShape, id: string): string | undefined {
  return columns.find((column) => column.id === id)?.type;
}

/** The customers of the mapping by their order numbers, as `compared` has them; a number belongs to one. */
export async function customersByOrder(
  warehouse: Warehouse,
  mapping: Mapping,
  table: string,
  compared: ComparedColumn,
): Promise<Map<string, string>> {
  const read = new Set([...sourcesOf(compared.column), ...customerColumns(mapping.source)]);
  const live = await sourceColumns(warehouse, table);
  const layout = partialLayout(mapping, [...read], live);
  const [customerOf, numberOf] = [compileCustomer(mapping, layout), compileOwn(mapping, layout, compared)];
  const owners = new Map<string, string>();
  for await (const rows of scanRows(warehouse, { table, live, select: layout.select })) {
    for (const row of rows) {
      const { name, mapped } = customerOf(row);
      const number = mapped ? numberOf(row) : '';
      if (number !== '') owners.set(number, name);
    }
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
