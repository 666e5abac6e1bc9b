import { describe, expect, it } from '@jest/globals';
import { isLanded } from '../../../shared/ledger/decide.js';
import { type Entry, UNKNOWN_ENTRY, type Wanted } from '../../../shared/ledger/entry.js';

const times = { now: new Date('2026-11-26T10:00:00Z'), settleMs: 70_000 };
const present: Wanted = { kind: 'present', values: { a: '1' }, create: true };
const onBoard = (rest: Partial<Entry> = {}): Entry => ({ ...UNKNOWN_ENTRY, id: '1', answered: { a: '1' }, ...rest });

describe('isLanded (rule 25)', () => {
  it.each<[string, boolean, Entry, Wanted]>([
    ['what was answered is what is wanted', true, onBoard(), present],
    ['a value differs', false, onBoard({ answered: { a: '2' } }), present],
    ['a send of a wanted column is unresolved', false, onBoard({ since: ['a'] }), present],
    ['an answer is awaited', false, onBoard({ attempt: 'x' }), present],
    ['an operation has no answer', false, onBoard({ operation: 'change' }), present],
    ['an unread request may still land', false, onBoard({ unreadAt: new Date(times.now.getTime() - 1_000) }), present],
    ['an unread request can no longer land', true, onBoard({ unreadAt: new Date(0) }), present],
    ['the item does not exist', false, UNKNOWN_ENTRY, present],
    ['nothing is to be created and nothing exists', true, UNKNOWN_ENTRY, { ...present, create: false }],
    ['it is to be removed and exists', false, onBoard(), { kind: 'gone' }],
    ['it is to be removed and does not exist', true, UNKNOWN_ENTRY, { kind: 'gone' }],
    ['it is to be left alone, whatever is in flight', true, onBoard({ operation: 'change' }), { kind: 'kept' }],
  ])('when %s: %s', (_, landed, entry, wanted) => {
    expect(isLanded(entry, wanted, times)).toBe(landed);
  });
});
