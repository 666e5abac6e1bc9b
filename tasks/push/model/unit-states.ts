import type { Entry } from '../../../shared/ledger/entry.js';
import { type Sighting, sight, underParent } from '../../../shared/ledger/transitions.js';
import type { StagedAction } from '../../../shared/store/states.js';

/** The state of a unit in a push: its entry, and what has happened to it since the push began. */
export interface UnitState {
  entry: Entry;
  /** The entry as the ledger has it. */
  stored: Entry;
  /** It was looked up on the board since its last unread send. */
  looked: boolean;
  /** Made by this very push, in one answered send: it holds nothing that is not known. */
  madeNow: boolean;
  /** What this batch has done about it so far. */
  action: StagedAction | null;
  /** Settled units are done with in this batch: on the board as wanted, or failed for good. */
  settled: Settled | null;
  /** Sent alone, because a request with others in it was turned down as a whole. */
  alone: boolean;
  /** How often the board said that something it names does not exist. */
  notThere: number;
  /** Its sends of this push that did not move it on. */
  trouble: Trouble | null;
  /** A limit that concerns it alone is over at this moment. */
  notBefore: Date | null;
  /** Waits for room on the board, beyond this push. */
  held: boolean;
  /** Why the board refused it. */
  refusal: Refusal | null;
}

export type Settled = 'landed' | 'failed';

export interface Refusal {
  code: string;
  message: string;
  requestId: string | null;
}

/** What became of a unit's sends in this push that have not moved it on. */
export interface Trouble {
  sends: number;
  /** Mutations that the board had accepted before the first of them. */
  acceptedBefore: number;
  /** The board has said something at its own field. */
  answered: boolean;
}

/** What can happen to a unit during a push. */
export type UnitEvent =
  /** The board was asked for it. Without a sighting what the ledger knows still holds. */
  | { kind: 'seen'; sighting?: Sighting }
  /** The ledger has the send; its request may leave. */
  | { kind: 'begun'; entry: Entry }
  /** The answer to the send is recorded, or that there was none. */
  | Judgement
  /** Recorded without a send: it needs none, or cannot be sent. */
  | { kind: 'settled'; as: Settled; action: StagedAction | null }
  /** Of an item: one of its sizes was not found under it. Of a size: its item is another one now, or gone. */
  | { kind: 'reopened'; parentId?: string | null }
  /** Rule 21: the board has no room for it. */
  | { kind: 'held' };

export interface Judgement {
  kind: 'judged';
  entry: Entry;
  settled: Settled | null;
  action: StagedAction | null;
  /** Made by this answer, and nothing else can have been. */
  made: boolean;
  /** What became of the send is not known: the board is asked before the next one. */
  unknown: boolean;
  /** Something that the mutation names does not exist: look it up again. */
  notThere: boolean;
  alone: boolean;
  full: boolean;
  trouble: Trouble | null;
  notBefore: Date | null;
  refusal: Refusal | null;
}

/** The phase of a unit, derived from its state and never stored. */
export type Phase = 'unseen' | 'seen' | 'sending' | 'held' | Settled;

export function phaseOf({ entry, settled, held, looked }: UnitState): Phase {
  if (entry.attempt !== null) return 'sending';
  if (settled !== null) return settled;
  if (held) return 'held';
  return looked ? 'seen' : 'unseen';
}

/** The transitions between phases by event. What is not listed cannot happen. */
export const TRANSITIONS: Readonly<Record<Phase, Partial<Record<UnitEvent['kind'], readonly Phase[]>>>> = {
  unseen: { seen: ['seen'], settled: ['landed', 'failed'], reopened: ['unseen'] },
  seen: { begun: ['sending'], settled: ['landed', 'failed'], held: ['held'], reopened: ['unseen'] },
  sending: { judged: ['unseen', 'seen', 'held', 'landed', 'failed'] },
  held: {},
  // A line that is left alone has landed before it is looked up for the sake of its sizes.
  landed: { seen: ['landed'], reopened: ['unseen'] },
  failed: { reopened: ['failed'] },
};

/** The state of a unit after an event. Pure. */
export function nextState<State extends UnitState>(state: State, event: UnitEvent): State {
  const [from, next] = [phaseOf(state), { ...state, ...changes(state, event) }];
  const to = phaseOf(next);
  if (TRANSITIONS[from][event.kind]?.includes(to)) return next;
  throw new Error(`A unit that is ${from} cannot be ${event.kind} and then ${to}.`);
}

/** Applies an event to a unit; nothing else changes one. */
export function advance(unit: Readonly<UnitState>, event: UnitEvent): void {
  Object.assign(unit, nextState(unit, event));
}

function changes(state: UnitState, event: UnitEvent): Partial<UnitState> {
  switch (event.kind) {
    case 'seen':
      return seen(state, event.sighting);
    case 'begun':
      return { entry: event.entry, stored: event.entry };
    case 'judged':
      return judged(state, event);
    case 'settled':
      return { settled: event.as, action: event.action, stored: state.entry };
    case 'reopened':
      return reopened(state, event.parentId);
    case 'held':
      return { held: true };
  }
}

/** Rule 15. A create without an answer that is found after all was this batch's doing. */
function seen({ entry, action }: UnitState, sighting: Sighting | undefined): Partial<UnitState> {
  if (sighting === undefined) return { looked: true };
  const now = sight(entry, sighting);
  const made = entry.operation === 'create' && now.id !== null;
  return { entry: now, looked: true, action: made ? (action ?? 'CREATED') : action };
}

function judged(state: UnitState, judgement: Judgement): Partial<UnitState> {
  const { entry, settled, action, made, unknown, notThere, alone, full, trouble, notBefore, refusal } = judgement;
  return {
    ...{ entry, stored: entry, settled, action, madeNow: made, trouble, notBefore, refusal },
    looked: state.looked && !unknown && !notThere,
    notThere: state.notThere + (notThere ? 1 : 0),
    alone: state.alone || alone,
    held: state.held || full,
  };
}

/** Rule 15: an item that was created again has none of the sizes that were settled under the previous one. */
function reopened({ entry, settled }: UnitState, parentId: string | null | undefined): Partial<UnitState> {
  return {
    ...(parentId === undefined ? { madeNow: false } : { entry: underParent(entry, parentId) }),
    looked: false,
    settled: settled === 'failed' ? settled : null,
  };
}
