import { z } from 'zod';
import type { Account } from '../account.js';
import { ApiError } from '../api-error.js';
import type { Group, Item, RecordState } from '../model.js';
import { ITEMS_BOARD } from '../shape.js';
import { Writer } from '../writer.js';
import { columnEdits } from './columns.js';
import { edit, type Hand, id, title } from './hand.js';
import { labelEdits } from './labels.js';

const TOP = { method: undefined, relativeTo: undefined };

function groupOf({ store }: Hand, groupId: string): Group {
  const group = store.state.board(ITEMS_BOARD).groups.find((each) => each.id === groupId);
  if (group === undefined) throw new ApiError('ResourceNotFoundException', `Group not found: ${groupId}`);
  return group;
}

function setState(hand: Hand, groupId: string, state: RecordState): { id: string } {
  const board = hand.store.state.board(ITEMS_BOARD);
  return hand.writer.setGroupState(board, groupOf(hand, groupId), state);
}

function setBoardState({ store }: Hand, state: RecordState): { id: string } {
  store.commit({ type: 'boardState', boardId: ITEMS_BOARD, state });
  return { id: ITEMS_BOARD };
}

/** Edits of groups, which take their items along, and of the board as a whole. */
export const groupEdits = [
  edit(z.strictObject({ createGroup: title }), ({ createGroup }, { store, writer }) =>
    writer.createGroup(store.state.board(ITEMS_BOARD), createGroup, TOP),
  ),
  edit(z.strictObject({ renameGroup: z.string(), title }), (wanted, hand) => {
    const group = { ...groupOf(hand, wanted.renameGroup), title: wanted.title };
    return hand.writer.changeGroup(hand.store.state.board(ITEMS_BOARD), group, 'renamed');
  }),
  edit(z.strictObject({ archiveGroup: z.string() }), (wanted, hand) => setState(hand, wanted.archiveGroup, 'archived')),
  edit(z.strictObject({ restoreGroup: z.string() }), (wanted, hand) => setState(hand, wanted.restoreGroup, 'active')),
  edit(z.strictObject({ deleteGroup: z.string() }), (wanted, hand) => setState(hand, wanted.deleteGroup, 'deleted')),
  edit(z.strictObject({ archiveBoard: z.literal(true) }), (_wanted, hand) => setBoardState(hand, 'archived')),
  edit(z.strictObject({ restoreBoard: z.literal(true) }), (_wanted, hand) => setBoardState(hand, 'active')),
];

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
  if (subitems === undefined || subitems.length === 0) return item;
  const below = writer.subitemsBoard(item);
  for (const each of subitems) {
    writer.createSubitem(item, each.name, below, writer.check(below, each.values ?? {}, true));
  }
  return item;
}

/** What a planner can do by hand, understood; it answers with the item, group, column, label or board it was about. */
export const editSchema = z.union([...itemEdits, ...groupEdits, ...columnEdits, ...labelEdits]);
export type HandEdit = z.infer<typeof editSchema>;

/** Carries out an edit by hand: no request, no log, seen by filters at once. */
export function carryOutEdit(account: Account, edit: HandEdit): { id: string } {
  const { store, limits, lag, seed, clock } = account;
  const author = { request: null, now: clock.now(), hiddenUntil: null };
  const hand: Hand = { store, writer: new Writer({ store, limits, lag, seed }, author), at: author.now.toISOString() };
  return { id: edit(hand).id };
}
