import { z } from 'zod';
import { ApiError } from '../api-error.js';
import type { Board, Column, Item, Stored } from '../model.js';
import { ITEMS_BOARD, SUBITEMS_BOARD } from '../shape.js';
import type { Store } from '../store.js';
import type { Writer } from '../writer.js';

/** With what a planner's edit is carried out. */
export interface Hand {
  store: Store;
  writer: Writer;
  at: string;
}

/** A kind of edit: what it looks like, and what it does. */
export function edit<T>(schema: z.ZodType<T>, carryOut: (edit: T, hand: Hand) => { id: string }) {
  return schema.transform((parsed) => (hand: Hand) => carryOut(parsed, hand));
}

export const id = z.union([z.string(), z.number()]).transform(String);
export const title = z.string().min(1).max(255);

/** Which of the two boards a column is on; without it the items' board. */
export const board = z.enum(['items', 'subitems']).optional();
export type BoardName = z.infer<typeof board>;

export function boardOf({ store }: Hand, name: BoardName): Board {
  return store.state.board(name === 'subitems' ? SUBITEMS_BOARD : ITEMS_BOARD);
}

/** A column of one of the boards, the archived ones too. */
export function columnOf(hand: Hand, columnId: string, name: BoardName): { board: Board; column: Column } {
  const found = boardOf(hand, name);
  const column = found.columns.get(columnId);
  if (column === undefined) throw new ApiError('InvalidColumnIdException', `Column not found: ${columnId}`);
  return { board: found, column };
}

/** Puts a changed column in the place of the one it was; its revision goes on. */
export function putColumn({ store }: Hand, { id: boardId }: Board, column: Column): { id: string } {
  store.commit({
    type: 'column',
    boardId,
    column: { ...column, revision: column.revision + 1 },
    after: null,
  });
  return column;
}

/** Gives the cells of a column other values; undefined leaves a cell as it is. */
export function rewriteCells(
  { store, at }: Hand,
  of: { board: Board; columnId: string },
  changed: (stored: Exclude<Stored, null>, item: Item) => Stored | undefined,
): void {
  for (const item of store.state.itemsOf(of.board)) {
    const stored = item.values[of.columnId] ?? null;
    const value = stored === null ? undefined : changed(stored, item);
    if (value === undefined) continue;
    store.commit({ type: 'values', id: item.id, name: item.name, values: { [of.columnId]: value }, at });
  }
}
