import { z } from 'zod';
import type { Account } from '../account.js';
import { Writer } from '../writer.js';
import { columnEdits } from './columns.js';
import { groupEdits } from './groups.js';
import type { Hand } from './hand.js';
import { itemEdits } from './items.js';
import { labelEdits } from './labels.js';

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
