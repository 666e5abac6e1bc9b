import type { Send } from '../../shared/ledger/decide.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { makeLabels, type WantedLabels } from '../../shared/monday/labels.js';
import type { BoardAccess } from '../../shared/monday/queries.js';
import type { BoardState, LiveColumn } from './board-state.js';
import type { Reason } from './line-failures.js';
import type { Sending } from './parcels.js';
import type { Session } from './session.js';
import type { Unit } from './unit.js';

/** Rule 20: makes the labels that these sends need and the mapping allows to be made. */
export async function makeMissingLabels(session: Session, sendings: readonly Sending[]): Promise<void> {
  const { access, board, mapping } = session;
  const [items, subitems] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  for (const { unit, send } of sendings) {
    const wanted = unit.place.kind === 'item' ? items : subitems;
    for (const { column, label, allowed } of missingLabels(board, mapping, unit, send)) {
      if (!allowed) continue;
      const labels = wanted.get(column.id) ?? new Set();
      wanted.set(column.id, labels.add(label));
    }
  }
  await makeOn(access, board.boardId, board.items, items);
  await makeOn(access, board.subitemsBoardId, board.subitems, subitems);
}

async function makeOn(
  access: BoardAccess,
  boardId: string,
  columns: ReadonlyMap<string, LiveColumn>,
  wanted: WantedLabels,
): Promise<void> {
  for (const [columnId, labels] of await makeLabels(access, boardId, wanted))
    for (const { id, label, active } of labels) if (active) columns.get(columnId)?.labels.set(label, id);
}

/**
 * A label that is still missing would be refused by the board: the line fails before it is sent, with a text that says
 * what to do.
 */
export function labelReason(board: BoardState, mapping: Mapping, { unit, send }: Sending): Reason | undefined {
  const [missing] = missingLabels(board, mapping, unit, send);
  if (missing === undefined) return undefined;
  const { column, allowed } = missing;
  const message = allowed
    ? `The column "${column.title}" takes no more labels, or not one this long.`
    : `The column "${column.title}" has no such label, and the mapping does not let labels be made there.`;
  return { code: 'LABEL', message, column: column.title };
}

interface MissingLabel {
  column: LiveColumn;
  label: string;
  allowed: boolean;
}

function missingLabels(board: BoardState, mapping: Mapping, unit: Unit, send: Send): MissingLabel[] {
  if (unit.place.kind === 'group') return [];
  const columns = unit.place.kind === 'item' ? board.items : board.subitems;
  const mapped = unit.place.kind === 'item' ? mapping.item.columns : mapping.subitem.columns;
  return mapped.flatMap(({ id, createLabels }): MissingLabel[] => {
    const column = columns.get(id);
    const label = send.values[id];
    if (column === undefined || label === undefined || label === null) return [];
    if (column.type !== 'dropdown' && column.type !== 'status') return [];
    return column.labels.has(label) ? [] : [{ column, label, allowed: createLabels }];
  });
}
