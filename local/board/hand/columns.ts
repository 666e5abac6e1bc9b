import { z } from 'zod';
import { linkOf, readEmail, readLink } from '../../../shared/mapping/addresses.js';
import { cellText } from '../column-text.js';
import { canonicalNumber } from '../column-types.js';
import { type BoardColumnType, COLUMN_TYPES, type Column, type Stored } from '../model.js';
import { type BoardName, board, boardOf, columnOf, edit, type Hand, putColumn, rewriteCells, title } from './hand.js';

const ruleSchema = z.strictObject({
  contains: z.string().optional(),
  doesNotContain: z.string().optional(),
  beginsWith: z.string().optional(),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
  notBefore: z.string().optional(),
  notAfter: z.string().optional(),
  oneOf: z.array(z.string()).optional(),
});

/** Changes what is named, and leaves the rest. */
function change(hand: Hand, columnId: string, name: BoardName, changed: Partial<Column>): { id: string } {
  const found = columnOf(hand, columnId, name);
  return putColumn(hand, found.board, { ...found.column, ...changed });
}

/** Edits of columns: required columns and validation rules hold for what the API writes from then on. */
export const columnEdits = [
  edit(z.strictObject({ renameColumn: z.string(), title, board }), (wanted, hand) =>
    change(hand, wanted.renameColumn, wanted.board, { title: wanted.title }),
  ),
  edit(z.strictObject({ archiveColumn: z.string(), board }), (wanted, hand) =>
    change(hand, wanted.archiveColumn, wanted.board, { archived: true }),
  ),
  edit(z.strictObject({ restoreColumn: z.string(), board }), (wanted, hand) => {
    const found = boardOf(hand, wanted.board);
    const deleted = found.deletedColumns.get(wanted.restoreColumn);
    if (deleted === undefined) return change(hand, wanted.restoreColumn, wanted.board, { archived: false });
    return putColumn(hand, found, { ...deleted, archived: false });
  }),
  edit(z.strictObject({ deleteColumn: z.string(), board }), (wanted, hand) => {
    const found = columnOf(hand, wanted.deleteColumn, wanted.board);
    hand.store.commit({ type: 'columnDeleted', boardId: found.board.id, id: found.column.id });
    return found.column;
  }),
  edit(z.strictObject({ retypeColumn: z.string(), type: z.enum(COLUMN_TYPES), board }), retype),
  edit(
    z.strictObject({
      column: z.string(),
      board,
      required: z.boolean().optional(),
      rule: ruleSchema.nullable().optional(),
      managed: z.boolean().optional(),
    }),
    ({ column, board: name, ...wanted }, hand) => change(hand, column, name, defined(wanted)),
  ),
];

function defined({ required, rule, managed }: { [Key in 'required' | 'rule' | 'managed']?: Column[Key] | undefined }) {
  return {
    ...(required === undefined ? {} : { required }),
    ...(rule === undefined ? {} : { rule }),
    ...(managed === undefined ? {} : { managed }),
  };
}

/** A column of another type keeps of its values what the new type can hold; its labels and rules are gone. */
function retype(
  { retypeColumn, type, board: name }: { retypeColumn: string; type: BoardColumnType; board?: BoardName },
  hand: Hand,
): { id: string } {
  const { board: found, column } = columnOf(hand, retypeColumn, name);
  const { rule: _, ...kept } = column;
  rewriteCells(hand, { board: found, columnId: column.id }, (stored) =>
    converted(cellText(column, stored), type, hand),
  );
  return putColumn(hand, found, { ...kept, type, labels: [], settings: {} });
}

function converted(text: string | null, type: BoardColumnType, { at }: Hand): Stored {
  if (text === null || text === '') return null;
  if (type === 'text') return text;
  if (type === 'long_text') return { text, changed_at: at };
  if (type === 'numbers') return canonicalNumber(text) ?? null;
  if (type === 'rating') return /^[1-5]$/.test(text) ? { rating: Number(text), changed_at: at } : null;
  if (type === 'email') {
    const email = readEmail(text);
    return email === undefined ? null : { email, text: email, changed_at: at };
  }
  const link = type === 'link' ? readLink(text) : undefined;
  if (link === undefined) return null;
  const { url, words } = linkOf(link);
  return { url, text: words, changed_at: at };
}
