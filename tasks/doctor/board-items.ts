import type { Mapping } from '../../shared/mapping/mapping.js';
import type { BoardItem } from '../../shared/monday/board-replies.js';
import type { Site } from './site.js';

/** Everything active on both boards, with the key and whatever other columns are asked for. */
export interface BoardItems {
  items: readonly BoardItem[];
  subitems: readonly BoardItem[];
}

export async function readBoardItems(
  site: Site,
  mapping: Mapping,
  columns: { items: readonly string[]; subitems: readonly string[] },
): Promise<BoardItems> {
  const { reader } = (await site.account.get()).connection;
  const boards = await site.boards.get();
  const items = await reader.allItems(boards.items.id, [mapping.item.key.id, ...columns.items]);
  const subitems =
    boards.subitems === undefined
      ? []
      : await reader.allItems(boards.subitems.id, [mapping.subitem.key.id, ...columns.subitems]);
  return { items, subitems };
}

/** The text that a column shows, '' when it is empty: an empty status cell may read as the text of its default label. */
export function textIn(item: BoardItem, column: string): string {
  const cell = item.values.get(column);
  return cell === undefined || cell.value === null ? '' : (cell.text?.trim() ?? '');
}
