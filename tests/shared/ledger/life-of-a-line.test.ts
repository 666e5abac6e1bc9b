import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isLanded, isSend } from '../../../shared/ledger/decide.js';
import { GROUP, type Values, type Wanted } from '../../../shared/ledger/entry.js';
import { FATES, OneLineBoard } from './one-line-board.js';

const present = (values: Values): Wanted => ({ kind: 'present', values, create: true });
const text = fc.constantFrom(null, 'a', 'b');
const values = fc.record({ name: fc.constantFrom('x', 'y'), [GROUP]: fc.constantFrom('g', 'h'), one: text, two: text });
const wanted = fc.oneof(
  { weight: 5, arbitrary: values.map(present) },
  { weight: 1, arbitrary: fc.constant<Wanted>({ kind: 'gone' }) },
);
const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      fate: fc.constantFrom(...FATES),
      lateMs: fc.integer({ min: 0, max: 60_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('push' as const), wanted }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('archive by hand' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 90_000 }) }) },
);

describe('the life of a line', () => {
  it('ends with the wanted state, once, whatever happens to any request', () => {
    const prove = (events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[], last: Values) => {
      const board = new OneLineBoard();
      let goal: Wanted = present({ name: 'x', [GROUP]: 'g', one: 'a', two: null });
      board.start();
      for (const each of events) {
        if (each.kind === 'pass') board.pass(each.ms);
        else if (each.kind === 'archive by hand') board.archiveByHand();
        else if (each.kind === 'push') {
          goal = each.wanted;
          board.start();
        } else {
          const action = board.decide(goal);
          if (isSend(action)) board.send(action, each.fate, each.lateMs);
        }
      }
      board.finish(present(last));
      board.pass(120_000);
      expect(board.active).toHaveLength(1);
      expect(board.shows(last)).toBe(true);
      expect(isLanded(board.entry, present(last), board.times)).toBe(true);
      expect(board.rest(last)).toEqual({});
    };
    fc.assert(fc.property(fc.array(event, { maxLength: 30 }), values, prove), { numRuns: 3_000 });
  });

  it('ends archived when the line is gone', () => {
    const steps = fc.array(fc.record({ fate: fc.constantFrom(...FATES), lateMs: fc.nat(60_000) }), { maxLength: 10 });
    fc.assert(
      fc.property(steps, values, (sends, first) => {
        const board = new OneLineBoard();
        board.start();
        for (const { fate, lateMs } of sends) {
          const action = board.decide(present(first));
          if (isSend(action)) board.send(action, fate, lateMs);
        }
        board.finish({ kind: 'gone' });
        board.pass(120_000);
        expect(board.active).toEqual([]);
        expect(isLanded(board.entry, { kind: 'gone' }, board.times)).toBe(true);
      }),
    );
  });

  it('leaves other items alone', () => {
    const board = new OneLineBoard();
    board.finish({ kind: 'kept' });
    expect(board.items).toEqual([]);
  });
});
