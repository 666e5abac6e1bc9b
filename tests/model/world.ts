import { type Entry, UNKNOWN_ENTRY } from '../../shared/ledger/entry.js';
import type { StagedChange } from '../../shared/store/lines-of-changes.js';

/** One line of the source: a text, the quantity of its one size, and the number of its record_uuid. */
export interface SourceLine {
  uuid: number;
  text: string;
  quantity: number;
}

export interface BoardSize {
  id: string;
  quantity: string;
}

/** An item of ours on the board; an archived one is gone for every look-up. */
export interface BoardItem {
  id: string;
  active: boolean;
  text: string;
  sizes: BoardSize[];
}

/** A request that has left and whose answer nobody will read: it may take effect until time passes. */
export interface Message {
  unit: 'item' | 'size';
  operation: Entry['operation'];
  values: Readonly<Record<string, string | null>>;
  /** The item or size it names, or the item under which it creates. */
  target: string | null;
}

export interface Snapshot extends SourceLine {
  hash: string | null;
  looks: number;
  dead: boolean;
}

export interface Staged {
  change: StagedChange['change'];
  uuid: number;
  text: string;
  quantity: number;
  hash: string;
}

export interface Batch {
  change: StagedChange;
  foundUuid: number;
  /** Null until it is staged. */
  staged: Staged | null;
}

/** A running push: what it has looked up, and the send whose answer it waits for. */
export interface Container {
  looked: { item: boolean; size: boolean };
  flying: Message | null;
  created: boolean;
}

/** How much may still happen; bounds the exploration. */
export interface Budget {
  edits: number;
  faults: number;
  detects: number;
  hands: number;
  /** A planner has archived the item. */
  touched: boolean;
}

/** Everything about one order line, from the source to the board. Values only: a state is its JSON. */
export interface World {
  source: SourceLine | null;
  board: BoardItem[];
  network: Message[];
  ledger: { item: Entry; size: Entry };
  snapshot: Snapshot | null;
  batch: Batch | null;
  container: Container | null;
  /** Counts the waits that were long enough for every unread request to have landed or been lost. */
  epoch: number;
  nextId: number;
  budget: Budget;
}

export function firstWorld(bounds: Omit<Budget, 'touched'>): World {
  return {
    source: { uuid: 1, text: 'a', quantity: 5 },
    board: [],
    network: [],
    ledger: { item: UNKNOWN_ENTRY, size: UNKNOWN_ENTRY },
    snapshot: null,
    batch: null,
    container: null,
    epoch: 0,
    nextId: 1,
    budget: { ...bounds, touched: false },
  };
}

export const hashOf = (line: Pick<SourceLine, 'text' | 'quantity'>): string => `${line.text}/${line.quantity}`;

/** Within one epoch no time passes; between two, more than any unread request needs to land. */
export const SETTLE_MS = 1_000;
export const nowOf = (world: World): Date => new Date(world.epoch * 10 * SETTLE_MS);
