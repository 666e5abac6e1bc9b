import { z } from 'zod';
import { ApiError } from '../api-error.js';
import type { Group, RecordState } from '../model.js';
import { ITEMS_BOARD } from '../shape.js';
import { edit, type Hand, title } from './hand.js';

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
