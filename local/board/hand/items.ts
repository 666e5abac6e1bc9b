import { z } from 'zod';
import type { Item } from '../model.js';
import { ITEMS_BOARD } from '../shape.js';
import { edit, type Hand, id } from './hand.js';

const values = z.record(z.string(), z.unknown());

const creation = z.strictObject({
  name: z.string(),
  group: z.string().optional(),
  values: values.optional(),
  subitems: z.array(z.strictObject({ name: z.string(), values: values.optional() })).optional(),
});

/** Edits of items and subitems. Values are written as the API takes them; labels are created as needed. */
export const itemEdits = [
  edit(z.strictObject({ item: id, values }), (wanted, { writer, store }) => {
    const item = writer.anyItem(wanted.item);
    return writer.changeValues(item, writer.check(store.state.board(item.boardId), wanted.values, true, item));
  }),
  edit(z.strictObject({ archive: id }), ({ archive }, { writer }) =>
    writer.setState(writer.anyItem(archive), 'archived'),
  ),
  edit(z.strictObject({ restore: id }), ({ restore }, { writer }) =>
    writer.setState(writer.anyItem(restore), 'active'),
  ),
  edit(z.strictObject({ delete: id }), (wanted, { writer }) =>
    writer.setState(writer.anyItem(wanted.delete), 'deleted'),
  ),
  edit(z.strictObject({ duplicate: id }), ({ duplicate }, { writer }) =>
    writer.duplicate(writer.activeItem(duplicate)),
  ),
  edit(z.strictObject({ move: id, group: z.string() }), ({ move, group }, { writer }) =>
    writer.move(writer.activeItem(move), group),
  ),
  edit(z.strictObject({ create: creation }), (wanted, hand) => create(hand, wanted.create)),
];

function create({ writer }: Hand, { name, group, values: given, subitems }: z.infer<typeof creation>): Item {
  const board = writer.board(ITEMS_BOARD);
  const checked = writer.check(board, given ?? {}, true);
  const item = writer.createItem(board, group, name, checked, { method: undefined, relativeTo: undefined });
  const below = writer.subitemsBoard(item);
  for (const each of subitems ?? []) {
    writer.createSubitem(item, each.name, below, writer.check(below, each.values ?? {}, true));
  }
  return item;
}
