import { describe, expect, it } from '@jest/globals';
import { differences } from '../../../shared/ledger/decide.js';
import { type Entry, GROUP, UNKNOWN_ENTRY } from '../../../shared/ledger/entry.js';

const answered = (values: Entry['answered'], rest: Partial<Entry> = {}): Entry => ({
  ...UNKNOWN_ENTRY,
  id: '1',
  answered: values,
  ...rest,
});

describe('differences', () => {
  it('are the columns whose text differs from the last answer', () => {
    expect(differences(answered({ a: '1', b: '2' }), { a: '1', b: '3' })).toEqual({ b: '3' });
  });

  it('clear a column that was sent and became empty, never one that was not sent', () => {
    expect(differences(answered({ a: '1' }), { a: null, b: null })).toEqual({ a: null });
  });

  it('leave out columns for which stage has no value', () => {
    expect(differences(answered({ a: '1', b: '2' }), { a: '1' })).toEqual({});
  });

  it('are every wanted value after an unresolved send, and clear what was in any body since', () => {
    const entry = answered({ a: '1', b: '2' }, { since: ['c'] });
    expect(differences(entry, { a: '1', b: '2', c: null, d: null })).toEqual({ a: '1', b: '2', c: null });
  });

  it('do not move an item again because other columns differ', () => {
    const entry = answered({ a: '1', [GROUP]: 'g' }, { since: ['a'] });
    expect(differences(entry, { a: '1', [GROUP]: 'g' })).toEqual({ a: '1' });
  });
});
