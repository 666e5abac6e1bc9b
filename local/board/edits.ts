import { z } from 'zod';
import type { Account } from './account.js';
import type { Item } from './model.js';
import { ITEMS_BOARD } from './shape.js';
import { Writer } from './writer.js';

const id = z.union([z.string(), z.number()]).transform(String);
const values = z.record(z.string(), z.unknown());

/** What a planner can do by hand. Values are written as the API takes them; labels are created as needed. */
export const editSchema = z.union([
  z.strictObject({ item: id, values }),
  z.strictObject({ archive: id }),
  z.strictObject({ delete: id }),
  z.strictObject({ duplicate: id }),
  z.strictObject({ move: id, group: z.string() }),
  z.strictObject({
    create: z.strictObject({
      name: z.string(),
      group: z.string().optional(),
      values: values.optional(),
      subitems: z.array(z.strictObject({ name: z.string(), values: values.optional() })).optional(),
    }),
  }),
]);
export type Edit = z.infer<typeof editSchema>;

/** Carries out an edit by hand: no request, no log, seen by filters at once. Answers with the item it was about. */
export function carryOutEdit(account: Account, edit: Edit): Item {
  const author = { request: null, now: account.clock.now(), hiddenUntil: null };
  const writer = new Writer(
    { store: account.store, limits: account.limits, lag: account.lag, seed: account.seed },
    author,
  );
  if ('item' in edit) {
    const item = writer.anyItem(edit.item);
    return writer.changeValues(item, writer.check(writer.board(item.boardId), edit.values, true, item));
  }
  if ('archive' in edit) return writer.setState(writer.anyItem(edit.archive), 'archived');
  if ('delete' in edit) return writer.setState(writer.anyItem(edit.delete), 'deleted');
  if ('duplicate' in edit) return writer.duplicate(writer.activeItem(edit.duplicate));
  if ('move' in edit) return writer.move(writer.activeItem(edit.move), edit.group);
  return create(writer, edit.create);
}

type Creation = Extract<Edit, { create: unknown }>['create'];

function create(writer: Writer, { name, group, values: given, subitems }: Creation): Item {
  const board = writer.board(ITEMS_BOARD);
  const checked = writer.check(board, given ?? {}, true);
  const item = writer.createItem(board, group, name, checked, { method: undefined, relativeTo: undefined });
  const below = writer.subitemsBoard(item);
  for (const each of subitems ?? []) {
    writer.createSubitem(item, each.name, below, writer.check(below, each.values ?? {}, true));
  }
  return item;
}
