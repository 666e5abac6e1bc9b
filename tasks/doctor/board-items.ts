import type { Mapping } from '../../shared/mapping/mapping.js';
import type { UnreadItem } from '../../shared/monday/board.js';
import type { BoardItem } from '../../shared/monday/board-replies.js';
import type { Site } from './site.js';

/** Everything active on both boards, with the key and whatever other columns are asked for. */
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
  const items = await reader.allItems(boards.items.id, [mapping.item.key.id, ...columns.items], unread.items);
  const subitems =
    boards.subitems === undefined
      ? []
      : await reader.allItems(boards.subitems.id, [mapping.subitem.key.id, ...columns.subitems], unread.subitems);
  return { items, subitems, unread };
}

/** The text that a column shows, '' when it is empty: an empty status cell may read as the text of its default label. */
export function textIn(item: BoardItem, column: string): string {
  const cell = item.values.get(column);
  return cell === undefined || cell.value === null ? '' : (cell.text?.trim() ?? '');
}
