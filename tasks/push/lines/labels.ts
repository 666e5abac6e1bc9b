import type { Send } from '../../../shared/ledger/decide.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { makeLabels, type WantedLabels } from '../../../shared/monday/labels.js';
import { type BoardState, type LiveColumn, labelIds } from '../model/board-state.js';
import type { RememberedLabels } from '../model/label-memory.js';
import type { Sending, Unit } from '../model/unit.js';
import type { FailureReason } from '../write/settle.js';
import type { Session } from './session.js';

/** Rule 20: creates the labels that these sends need and the mapping allows. */
export async function makeMissingLabels(session: Session, sendings: readonly Sending[]): Promise<void> {
  const { board, mapping } = session;
  const [items, subitems] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  for (const { unit, send } of sendings) {
    const wanted = unit.place.kind === 'item' ? items : subitems;
    for (const { column, label, allowed } of missingLabels(board, mapping, unit, send)) {
      if (!allowed || column.refused.has(label)) continue;
      const labels = wanted.get(column.id) ?? new Set();
      wanted.set(column.id, labels.add(label));
    }
  }
  await makeOn(session, board.boardId, { columns: board.items, wanted: items, remembered: board.remembered.items });
  const { subitemsBoardId } = board;
  if (subitemsBoardId === undefined) return;
  await makeOn(session, subitemsBoardId, {
    columns: board.subitems,
    wanted: subitems,
    remembered: board.remembered.subitems,
  });
}

interface Making {
  columns: ReadonlyMap<string, LiveColumn>;
  wanted: WantedLabels;
  remembered: RememberedLabels;
}

async function makeOn(session: Session, boardId: string, { columns, wanted, remembered }: Making): Promise<void> {
  if (wanted.size === 0) return;
  const made = await makeLabels(session.access, boardId, wanted, remembered.memory(session));
  for (const [columnId, { labels, changed, refused }] of made) {
    const column = columns.get(columnId);
    if (column === undefined) continue;
    Object.assign(column, labelIds(labels, new Map([...remembered.of(columnId, labels), ...changed])));
    for (const [label, why] of refused) column.refused.set(label, why);
  }
}

/**
 * A label that is still missing would be refused by the board: the line fails before it is sent, with a text that says
 * what to do.
 */
export function labelReason(board: BoardState, mapping: Mapping, { unit, send }: Sending): FailureReason | undefined {
  const [missing] = missingLabels(board, mapping, unit, send);
  return missing === undefined
    ? undefined
    : { code: 'LABEL', message: whyMissing(missing), column: missing.column.title };
}

function whyMissing({ column: { title, shown, refused }, label, allowed }: MissingLabel): string {
  const why = refused.get(label);
  if (why !== undefined) return `The column "${title}" does not take this label: ${why}`;
  if (allowed) return `The column "${title}" takes no more labels, or not one this long.`;
  return shown.has(label)
    ? `The column "${title}" has this label, but deactivated, and the mapping does not allow push to activate it.`
    : `The column "${title}" has no such label, and the mapping does not allow labels to be created there.`;
}

interface MissingLabel {
  column: LiveColumn;
  label: string;
  allowed: boolean;
}

function missingLabels(board: BoardState, mapping: Mapping, unit: Unit, send: Send): MissingLabel[] {
  if (unit.place.kind === 'group') return [];
  const columns = unit.place.kind === 'item' ? board.items : board.subitems;
  const mapped = unit.place.kind === 'item' ? mapping.item.columns : (mapping.subitem?.columns ?? []);
  return mapped.flatMap(({ id, createLabels }): MissingLabel[] => {
    const column = columns.get(id);
    const label = send.values[id];
    if (column === undefined || label === undefined || label === null) return [];
    if (column.type !== 'dropdown' && column.type !== 'status') return [];
    return column.labels.has(label) ? [] : [{ column, label, allowed: createLabels }];
  });
}
