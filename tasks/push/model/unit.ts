import type { Send } from '../../../shared/ledger/decide.js';
import { type Entry, UNKNOWN_ENTRY, type Wanted } from '../../../shared/ledger/entry.js';
import type { MutationName } from '../../../shared/monday/operations.js';
import type { LedgerPlace } from '../../../shared/store/ledger-rows.js';
import type { Change } from '../../../shared/store/states.js';
import type { UnitState } from './unit-states.js';

/** One thing that push brings to its wanted state: an item, a size, or a group. Its state changes by `advance` alone. */
export interface Unit extends Readonly<UnitState> {
  readonly place: LedgerPlace;
  readonly wanted: Wanted;
  /** Of a size: its item. Of an item: none. */
  readonly item?: Unit;
}

/** One staged line: its item and its sizes in the order of the source's columns. */
export interface Line {
  readonly key: string;
  readonly change: Change;
  readonly cancelled: boolean;
  /** What the board is to show of a size that is not wanted. */
  readonly unwanted: Wanted;
  /** Sizes whose quantity could not be read. */
  readonly unread: ReadonlySet<string>;
  readonly recordUuid: string | null;
  readonly rowHash: string;
  readonly mappingVersion: string;
  readonly item: Unit;
  readonly sizes: Unit[];
}

type Given = Partial<Pick<Unit, 'entry' | 'stored' | 'looked' | 'action' | 'settled' | 'item'>>;

export function newUnit(place: LedgerPlace, wanted: Wanted, given: Given = {}): Unit {
  const entry: Entry = given.entry ?? UNKNOWN_ENTRY;
  return {
    place,
    wanted,
    entry,
    stored: entry,
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

export interface Sending {
  unit: Unit;
  send: Send;
}

export function operationOf({ unit, send }: Sending): MutationName {
  if (unit.place.kind === 'group') return 'createGroup';
  switch (send.kind) {
    case 'create':
      return unit.place.kind === 'item' ? 'createItem' : 'createSubitem';
    case 'change':
      return 'changeValues';
    case 'move':
      return 'moveItemToGroup';
    case 'archive':
      return 'archiveItem';
  }
}
