import { type Entry, UNKNOWN_ENTRY, type Wanted } from '../../../shared/ledger/entry.js';
import type { LedgerPlace } from '../../../shared/store/ledger-rows.js';
import type { Change, StagedAction } from '../../../shared/store/states.js';

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
}

/** One thing that push brings to its wanted state: an item, a size, or a group. */
export interface Unit {
  readonly place: LedgerPlace;
  wanted: Wanted;
  entry: Entry;
  /** The entry as the ledger has it. */
  stored: Entry;
  /** The board was asked for it since its last unread send. */
  looked: boolean;
  /** Made by this very push, in one answered send: it holds nothing that is not known. */
  madeNow: boolean;
  /** What was done about it in this batch so far. */
  action: StagedAction | null;
  /** Settled units are done with in this batch: on the board as wanted, or failed for good. */
  settled: 'landed' | 'failed' | null;
  /** Sent alone, because a request with others in it was turned down as a whole. */
  alone: boolean;
  /** How often the board said that something it names is not there. */
  notThere: number;
  /** Its sends of this push that did not move it on. */
  trouble: Trouble | null;
  /** A limit that concerns it alone is over at this moment. */
  notBefore: Date | null;
  /** Waits for room on the board, beyond this push. */
  held: boolean;
  /** Why the board did not take it. */
  refusal: Refusal | null;
  /** Of a size: its item. Of an item: none. */
  readonly item?: Unit;
}

/** One staged line: its item and its sizes in the order of the source's columns. */
export interface Line {
  readonly key: string;
  readonly change: Change;
  readonly cancelled: boolean;
  /** What the board shall show of a size that is not wanted. */
  readonly unwanted: Wanted;
  /** Sizes whose quantity could not be read. */
  readonly unread: ReadonlySet<string>;
  readonly recordUuid: string | null;
  readonly rowHash: string;
  readonly mappingVersion: string;
  readonly item: Unit;
  readonly sizes: Unit[];
}

export function newUnit(place: LedgerPlace, wanted: Wanted, given: Partial<Unit> = {}): Unit {
  return {
    place,
    wanted,
    entry: UNKNOWN_ENTRY,
    stored: given.entry ?? UNKNOWN_ENTRY,
    looked: false,
    madeNow: false,
    action: null,
    settled: null,
    alone: false,
    notThere: 0,
    trouble: null,
    notBefore: null,
    held: false,
    refusal: null,
    ...given,
  };
}
