import { describe, expect, it } from '@jest/globals';
import { itemSchema, shapeSchema } from '../../../shared/monday/board-replies.js';
import { type Candidate, objection } from '../../../tasks/probe/lab.js';

const LIVE = 'https://api.monday.com/v2';
const group = (title: string) => ({ id: title, title, archived: false, deleted: false });

function candidate(board: Record<string, unknown> = {}, rest: Partial<Candidate> = {}): Candidate {
  const empty = { id: '7', name: 'Board', state: 'active', items_count: 0, hierarchy_type: 'classic' };
  const shape = shapeSchema.parse({ ...empty, groups: [group('Group Title')], columns: [], ...board });
  return { shape, items: [], apiUrl: LIVE, boardOfPush: undefined, ...rest };
}

describe('a scratch board', () => {
  it('is an empty board with the groups of a new one', () => {
    expect(objection(candidate())).toBeUndefined();
    expect(objection(candidate({ groups: [group('To-Do'), group('Completed')] }))).toBeUndefined();
  });

  it.each<[string, Candidate, string]>([
    [
      'a board with an item',
      candidate({}, { items: [itemSchema.parse({ id: '1', column_values: [] })] }),
      'holds 1 items',
    ],
    ['a board whose items are only counted', candidate({ items_count: 3 }), 'holds 3 items'],
    ['a board with three groups', candidate({ groups: ['A', 'B', 'C'].map(group) }), '3 groups'],
    ['an archived board', candidate({ state: 'archived' }), 'is archived'],
    ['a multi-level board', candidate({ hierarchy_type: 'multi_level' }), 'not classic'],
    ['the board of push', candidate({}, { boardOfPush: '7' }), 'MONDAY_BOARD_ID'],
    [
      'a board with a group of an earlier probe',
      candidate({ groups: [group('customer-orders probe 1')] }),
      '--clean-up',
    ],
  ])('is not %s', (_what, board, said) => {
    expect(objection(board)).toContain(said);
  });

  it('may be the only board of a local simulator', () => {
    for (const apiUrl of ['http://127.0.0.1:4000/v2', 'http://localhost:4000/v2', 'http://[::1]:4000/v2']) {
      expect(objection(candidate({}, { boardOfPush: '7', apiUrl }))).toBeUndefined();
    }
  });
});
