import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UNKNOWN_ENTRY } from '../../../shared/ledger/entry.js';
import { begin, resolve } from '../../../shared/ledger/transitions.js';
import { newUnit } from '../../../tasks/push/model/unit.js';
import {
  advance,
  type Judgement,
  nextState,
  type Phase,
  phaseOf,
  TRANSITIONS,
  type UnitEvent,
  type UnitState,
} from '../../../tasks/push/model/unit-states.js';

const now = new Date('2026-11-26T10:00:00Z');
const settleMs = 70_000;
const wanted = { kind: 'present', values: { name: 'x' }, create: true } as const;
const attempt = { attempt: 'a', requestId: 'r', alias: 'a0', parentId: null, now };
const send = { kind: 'create', values: wanted.values } as const;

const unit = (given: Partial<UnitState> = {}) => ({
  ...newUnit({ kind: 'size', key: 'line', size: 'M' }, wanted),
  ...given,
});
const found = (id: string, parentId: string | null = null) =>
  ({ kind: 'seen', sighting: { kind: 'found', id, parentId, group: null, settleMs } }) as const;
const missing = { kind: 'seen', sighting: { kind: 'missing', now, settleMs } } as const;
const begun = (state: UnitState): UnitEvent => ({ kind: 'begun', entry: begin(state.entry, send, attempt) });

function judgement(state: UnitState, given: Partial<Judgement> & { as: 'done' | 'refused' | 'failed' | 'unknown' }) {
  const { as, ...rest } = given;
  const outcome = as === 'done' ? ({ kind: 'done', id: '7', now, settleMs } as const) : ({ kind: as } as const);
  return {
    kind: 'judged',
    entry: resolve(state.entry, outcome),
    settled: as === 'done' ? 'landed' : as === 'failed' ? 'failed' : null,
    action: as === 'done' ? 'CREATED' : null,
    made: as === 'done',
    unknown: as === 'unknown',
    notThere: false,
    alone: false,
    full: false,
    trouble: null,
    notBefore: null,
    refusal: null,
    ...rest,
  } satisfies Judgement;
}

/** A state in each phase. */
function inPhase(phase: Phase): UnitState {
  const seen = unit({ looked: true });
  switch (phase) {
    case 'unseen':
      return unit();
    case 'seen':
      return seen;
    case 'sending':
      return nextState(seen, begun(seen));
    case 'held':
      return nextState(seen, { kind: 'held' });
    case 'landed':
    case 'failed':
      return nextState(seen, { kind: 'settled', as: phase, action: null });
  }
}

const PHASES = Object.keys(TRANSITIONS) as Phase[];
const EVENTS: Record<UnitEvent['kind'], (state: UnitState) => UnitEvent> = {
  seen: () => missing,
  begun,
  judged: (state) => judgement(state, { as: 'done' }),
  settled: () => ({ kind: 'settled', as: 'landed', action: 'UNCHANGED' }),
  reopened: () => ({ kind: 'reopened', parentId: '9' }),
  held: () => ({ kind: 'held' }),
};

describe('a unit of a push', () => {
  it.each(PHASES)('is identified by its state: %s', (phase) => {
    expect(phaseOf(inPhase(phase))).toBe(phase);
  });

  it.each(
    PHASES.flatMap((phase) => (Object.keys(EVENTS) as UnitEvent['kind'][]).map((kind) => [phase, kind] as const)),
  )('follows the table when a unit that is %s is %s', (phase, kind) => {
    const state = inPhase(phase);
    const happen = () => nextState(state, EVENTS[kind](state));
    const allowed = TRANSITIONS[phase][kind];
    if (allowed === undefined) expect(happen).toThrow(`A unit that is ${phase} cannot be ${kind}`);
    else expect(allowed).toContain(phaseOf(happen()));
  });

  it('is not changed in place', () => {
    const state = Object.freeze(unit({ looked: true }));
    expect(nextState(state, begun(state))).not.toBe(state);
    expect(phaseOf(state)).toBe('seen');
  });

  it('counts a create without an answer that is found later as done by this batch', () => {
    const sending = inPhase('sending');
    const unread = nextState(sending, judgement(sending, { as: 'unknown' }));
    expect(phaseOf(unread)).toBe('unseen');
    expect(nextState(unread, found('7'))).toMatchObject({ action: 'CREATED', looked: true, entry: { id: '7' } });
  });

  it('keeps a finer action when a unit is found again', () => {
    expect(nextState(unit({ action: 'UPDATED' }), found('7')).action).toBe('UPDATED');
  });

  it('is looked up again, and counted once, if the board did not find it', () => {
    const sending = inPhase('sending');
    const lost = nextState(sending, judgement(sending, { as: 'refused', notThere: true }));
    expect(lost).toMatchObject({ notThere: 1, looked: false, settled: null });
  });

  it('waits if the board has no room for it', () => {
    const sending = inPhase('sending');
    expect(phaseOf(nextState(sending, judgement(sending, { as: 'refused', full: true })))).toBe('held');
  });

  it('is always sent alone after it was refused together with others', () => {
    const sending = inPhase('sending');
    const refused = nextState(sending, judgement(sending, { as: 'refused', alone: true }));
    const again = nextState(refused, begun(refused));
    expect(nextState(again, judgement(again, { as: 'refused' })).alone).toBe(true);
  });

  it('is reset and opened again if it is a size whose item was replaced', () => {
    const entry = { ...UNKNOWN_ENTRY, id: '7', parentId: '1', answered: { name: 'x' } };
    const landed = unit({ entry, stored: entry, looked: true, settled: 'landed' });
    const reopened = nextState(landed, { kind: 'reopened', parentId: '2' });
    expect(reopened).toMatchObject({ settled: null, looked: false, entry: { id: null, parentId: null } });
  });

  it('stays failed under a new item if it was rejected', () => {
    expect(phaseOf(nextState(inPhase('failed'), { kind: 'reopened', parentId: '2' }))).toBe('failed');
  });

  it('never leaves the table, whatever happens in whatever order', () => {
    const event = fc.constantFrom(...(Object.keys(EVENTS) as UnitEvent['kind'][]));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const state = unit();
        for (const kind of events) {
          const phase = phaseOf(state);
          if (TRANSITIONS[phase][kind] === undefined) continue;
          advance(state, EVENTS[kind](state));
          expect(TRANSITIONS[phase][kind]).toContain(phaseOf(state));
        }
      }),
    );
  });
});
