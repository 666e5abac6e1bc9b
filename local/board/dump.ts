import type { Account } from './account.js';
import { cellText, cellValue } from './column-text.js';
import { viewLabels } from './labels.js';
import type { Item } from './model.js';
import { ITEMS_BOARD, SUBITEMS_BOARD } from './shape.js';

type Cells = Record<string, { text: string | null; value: string | null }>;

/** The cells that hold something, or once did: a cleared one has an empty text. */
function cellsOf(item: Item, account: Account): Cells {
  const { columns } = account.store.state.board(item.boardId);
  return Object.fromEntries(
    Object.entries(item.values).flatMap(([id, stored]) => {
      const column = columns.get(id);
      return column === undefined ? [] : [[id, { text: cellText(column, stored), value: cellValue(column, stored) }]];
    }),
  );
}

function columnsOf(account: Account, boardId: string) {
  const columns = [...account.store.state.board(boardId).columns.values()];
  return columns.map((column) => ({
    id: column.id,
    title: column.title,
    type: column.type,
    ...(column.archived ? { archived: true } : {}),
    ...(column.labels.length > 0 ? { labels: viewLabels(column) } : {}),
    ...(column.required === true ? { required: true } : {}),
    ...(column.rule == null ? {} : { rule: column.rule }),
    ...(column.managed === true ? { managed: true } : {}),
  }));
}

/** The whole board, archived and deleted items included. */
export function dumpBoard(account: Account): Record<string, unknown> {
  const { state } = account.store;
  const board = state.board(ITEMS_BOARD);
  const hasSubitems = state.boards.has(SUBITEMS_BOARD);
  const view = (item: Item) => ({
    id: item.id,
    name: item.name,
    state: item.state,
    request: item.request,
    values: cellsOf(item, account),
  });
  return {
    boardId: ITEMS_BOARD,
    state: board.state,
    subitemsBoardId: hasSubitems ? SUBITEMS_BOARD : null,
    columns: columnsOf(account, ITEMS_BOARD),
    subitemColumns: hasSubitems ? columnsOf(account, SUBITEMS_BOARD) : [],
    groups: board.groups.map(({ id, title, state: groupState }) => ({ id, title, state: groupState })),
    items: state.itemsOf(board).map((item) => ({
      ...view(item),
      groupId: item.groupId,
      subitems: state.inOrder(item.id).map(view),
    })),
  };
}
