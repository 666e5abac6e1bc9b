import { FixFirstError } from '../../shared/ground/errors.js';
import type { BoardItem, BoardShape } from '../../shared/monday/board-replies.js';
import { isLoopback } from '../../shared/runtime/setting-forms.js';
import { isMarked } from './mark.js';

/** A new board comes with two. */
const MOST_GROUPS = 2;

export interface Candidate {
  shape: BoardShape;
  items: readonly BoardItem[];
  apiUrl: string;
  /** MONDAY_BOARD_ID: the board that push writes to. */
  boardOfPush: string | undefined;
}

/** Why this is no scratch board; undefined when it is one. Not a word of it names what is on the board. */
export function objection({ shape, items, apiUrl, boardOfPush }: Candidate): string | undefined {
  const { id, state, hierarchy, groups, columns, itemsCount } = shape;
  const active = groups.filter((group) => group.active);
  if (active.some(isMarked) || columns.some((column) => isMarked(column) && !column.archived)) {
    return `Board ${id} still holds what an earlier probe has made: run probe --board ${id} --clean-up first.`;
  }
  if (state !== 'active') return `Board ${id} is ${state}: name an active one.`;
  if (items.length > 0 || (itemsCount ?? 0) > 0) {
    return `Board ${id} is not empty, it holds ${Math.max(items.length, itemsCount ?? 0)} items: make a new board for the probe.`;
  }
  if (hierarchy !== 'classic')
    return `Board ${id} is ${hierarchy}, not classic: the pipeline writes to classic boards only.`;
  if (active.length > MOST_GROUPS) {
    return `Board ${id} has ${active.length} groups, so it is in use: make a new board for the probe.`;
  }
  // A simulator has one board, and it is as good as any.
  if (id === boardOfPush && !isLoopback(apiUrl)) {
    return `Board ${id} is MONDAY_BOARD_ID, the board that push writes to: make a new board for the probe.`;
  }
  return undefined;
}

export function refuseUnlessScratch(candidate: Candidate): void {
  const said = objection(candidate);
  if (said !== undefined) throw new FixFirstError('BOARD_IN_USE', said);
}
