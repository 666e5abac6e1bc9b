import { FixFirstError } from '../../../shared/ground/errors.js';
import { GROUP, NAME, type Values } from '../../../shared/ledger/entry.js';
import { type BoardValue, createValues, updateValues } from '../../../shared/mapper/board-values.js';
import type { MutationField, MutationName } from '../../../shared/monday/operations.js';
import type { BoardState, LiveColumn } from '../model/board-state.js';
import type { Sending, Unit } from '../model/unit.js';

/**
 * The mutation that carries out a send; GraphQL of its own for each kind of unit. `beside` are values that go out with those
 * of a create or change and are kept nowhere.
 */
export function mutationFor(
  board: BoardState,
  { unit, send }: Sending,
  alias: string,
  beside: Values = {},
): MutationField {
  const field = (operation: MutationName, variables: Record<string, unknown>): MutationField => ({
    alias,
    operation,
    variables,
  });
  const itemId = unit.entry.id;
  if (unit.place.kind === 'group') return field('createGroup', { boardId: board.boardId, title: unit.place.key });
  switch (send.kind) {
    case 'create':
      return unit.place.kind === 'item' ? createItem() : createSubitem();
    case 'change':
      return field('changeValues', {
        boardId: boardIdOf(board, unit),
        itemId,
        columnValues: changedValues(columnsOf(board, unit), { ...send.values, ...beside }),
      });
    case 'move':
      return field('moveItemToGroup', { itemId, groupId: groupIdOf(board, send.values) });
    case 'archive':
      return field('archiveItem', { itemId });
  }

  function createItem(): MutationField {
    return field('createItem', {
      boardId: board.boardId,
      groupId: groupIdOf(board, send.values),
      name: send.values[NAME] ?? '',
      columnValues: JSON.stringify(createValues(boardValues(board.items, { ...send.values, ...beside }))),
    });
  }

  function createSubitem(): MutationField {
    return field('createSubitem', {
      parentId: unit.item?.entry.id,
      name: send.values[NAME] ?? '',
      columnValues: JSON.stringify(createValues(boardValues(board.subitems, send.values))),
    });
  }
}

function boardIdOf({ boardId, subitemsBoardId }: BoardState, unit: Unit): string {
  if (unit.place.kind === 'item') return boardId;
  if (subitemsBoardId === undefined) throw new Error('A size was sent under a mapping without sizes.');
  return subitemsBoardId;
}

function columnsOf(board: BoardState, unit: Unit): ReadonlyMap<string, LiveColumn> {
  return unit.place.kind === 'item' ? board.items : board.subitems;
}

function changedValues(columns: ReadonlyMap<string, LiveColumn>, values: Values): string {
  const { [NAME]: name } = values;
  const renamed = name === undefined || name === null ? {} : { [NAME]: name };
  return JSON.stringify({ ...renamed, ...updateValues(boardValues(columns, values)) });
}

function boardValues(columns: ReadonlyMap<string, LiveColumn>, values: Values): BoardValue[] {
  return Object.entries(values)
    .filter(([id]) => id !== NAME && id !== GROUP)
    .map(([id, text]) => {
      const column = columns.get(id);
      if (column === undefined)
        throw new FixFirstError('BOARD_COLUMN_MISSING', `The board has no column ${id}, which the mapping writes to.`);
      return { id, type: column.type, text, labels: column.labels.size === 0 ? undefined : column.labels };
    });
}

function groupIdOf(board: BoardState, values: Values): string {
  const title = values[GROUP] ?? null;
  const id = title === null ? board.topGroupId : board.groupIds.get(title);
  if (id === undefined) throw new Error('A group was not created before its items.');
  return id;
}
