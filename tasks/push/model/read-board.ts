import { FixFirstError } from '../../../shared/ground/errors.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { type BoardState, boardStateOf } from './board-state.js';
import type { Connection } from './connect.js';
import { RememberedLabels } from './label-memory.js';

/** Rule 21: reads the board and its subitems' board, and refuses what cannot be written to. */
export async function readBoard({
  reader,
  boardId,
  mapping,
  warehouse,
}: Pick<Connection, 'reader' | 'boardId' | 'mapping' | 'warehouse'>): Promise<BoardState> {
  const items = await reader.shape(boardId);
  const subitemsBoardId = items.hierarchy === 'classic' ? items.subitemsBoardId : boardId;
  if (items.state !== 'active')
    throw new FixFirstError(
      'BOARD_INACTIVE',
      `Board ${boardId} is ${items.state}: restore it, or correct MONDAY_BOARD_ID.`,
    );
  if (subitemsBoardId === undefined)
    throw new FixFirstError(
      'SUBITEMS_MISSING',
      `Board ${boardId} has no subitems column: add a subitem to any item by hand once, then run again.`,
    );
  const subitems = subitemsBoardId === boardId ? items : await reader.shape(subitemsBoardId);
  const remembered = {
    items: await RememberedLabels.of(warehouse, items.id),
    subitems: await RememberedLabels.of(warehouse, subitems.id),
  };
  const board = boardStateOf(items, subitems, { mapping, remembered });
  refuseMissingColumns(board, mapping);
  return board;
}

function refuseMissingColumns(board: BoardState, mapping: Mapping): void {
  const { key, columns, lastChange } = mapping.item;
  const problems = [
    ...problemsOf(board.items, key, lastChange === undefined ? columns : [...columns, lastChange], 'items'),
    ...problemsOf(board.subitems, mapping.subitem.key, mapping.subitem.columns, 'subitems'),
  ];
  if (problems.length === 0) return;
  throw new FixFirstError(
    'BOARD_MISMATCH',
    `Board ${board.boardId} does not fit the mapping: ${problems.join('; ')}. Run doctor --fix for key columns, add the others by hand or correct the mapping. Nothing was sent.`,
  );
}

function problemsOf(
  live: BoardState['items'],
  key: { id: string; title: string },
  mapped: readonly { id: string; title: string }[],
  of: string,
): string[] {
  const keyColumn = live.get(key.id);
  const problems = mapped
    .filter(({ id }) => !live.has(id))
    .map(({ id, title }) => `the ${of} have no writable column "${title}" (${id})`);
  if (keyColumn === undefined) problems.unshift(`the ${of} have no key column ${key.id} of type text`);
  else if (keyColumn.type !== 'text')
    problems.unshift(`the key column ${key.id} of the ${of} is of type ${keyColumn.type}, not text`);
  return problems;
}
