import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { labelIdsOf, newDropdownLabel, newStatusLabel } from '../labels.js';
import type { Board, Column, Stored, StoredLabel } from '../model.js';
import { type BoardName, board, columnOf, edit, type Hand, putColumn, rewriteCells } from './hand.js';

/** A label by its text or its id. */
const label = z.union([z.string(), z.number()]);
/** Not made by the API: emoji stay, and there may be no text. */
const text = z.string().nullable();
const column = z.string();

interface FoundLabel {
  board: Board;
  column: Column;
  label: StoredLabel;
}

function find(hand: Hand, wanted: { column: string; board?: BoardName }, named: string | number): FoundLabel {
  const found = columnOf(hand, wanted.column, wanted.board);
  const known = found.column.labels.find((each) => (typeof named === 'number' ? each.id : each.label) === named);
  if (known === undefined) {
    throw new ApiError('InvalidArgumentException', `The column ${wanted.column} has no label ${String(named)}.`);
  }
  return { ...found, label: known };
}

/** Puts the labels that the column has from now on. */
function put(
  hand: Hand,
  found: { board: Board; column: Column },
  labels: StoredLabel[],
  about: StoredLabel,
): { id: string } {
  putColumn(hand, found.board, { ...found.column, labels });
  return { id: String(about.id) };
}

function change(hand: Hand, { label: known, ...found }: FoundLabel, changed: Partial<StoredLabel>): { id: string } {
  const labels = found.column.labels.map((each) => (each.id === known.id ? { ...each, ...changed } : each));
  return put(hand, found, labels, known);
}

/** Edits of the labels of a status or dropdown column. */
export const labelEdits = [
  edit(z.strictObject({ addLabel: text, column, board, id: z.number().int().min(0).optional() }), (wanted, hand) => {
    const found = columnOf(hand, wanted.column, wanted.board);
    const make = found.column.type === 'status' ? newStatusLabel : newDropdownLabel;
    const made = make(found.column.labels, wanted.addLabel);
    const { id = made.id } = wanted;
    const added = { ...made, id, ...(made.color === undefined ? {} : { color: id }) };
    return put(hand, found, [...found.column.labels, added], added);
  }),
  edit(z.strictObject({ renameLabel: label, to: text, column, board }), (wanted, hand) =>
    change(hand, find(hand, wanted, wanted.renameLabel), { label: wanted.to }),
  ),
  edit(z.strictObject({ deactivateLabel: label, column, board }), (wanted, hand) =>
    change(hand, find(hand, wanted, wanted.deactivateLabel), { is_deactivated: true }),
  ),
  edit(z.strictObject({ activateLabel: label, column, board }), (wanted, hand) =>
    change(hand, find(hand, wanted, wanted.activateLabel), { is_deactivated: false }),
  ),
  edit(z.strictObject({ deleteLabel: label, column, board }), (wanted, hand) => {
    const { label: deleted, ...found } = find(hand, wanted, wanted.deleteLabel);
    const cells = { board: found.board, columnId: found.column.id };
    rewriteCells(hand, cells, (stored, item) =>
      labelIdsOf(item, found.column.id).includes(deleted.id) ? without(stored, deleted.id) : undefined,
    );
    const labels = found.column.labels.filter((each) => each.id !== deleted.id);
    return put(hand, found, labels, deleted);
  }),
];

/** What is left of a cell when one of its labels is gone. */
function without(stored: Exclude<Stored, null>, id: number): Stored {
  const ids = typeof stored === 'object' && Array.isArray(stored['ids']) ? stored['ids'] : [];
  const left = ids.filter((each) => each !== id);
  return left.length === 0 ? null : { ...Object(stored), ids: left };
}
