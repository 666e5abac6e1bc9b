import type { Account } from '../../local/board/account.js';
import type { Call, Ended } from './flow.js';
import type { Planner } from './planner.js';
import type { Disturbance, Edit, Hand } from './schedule.js';

/** A world in which a schedule is played: simulated, or with real processes. */
export interface Trial {
  readonly account: Account;
  readonly planner: Planner;
  /** What happened, in its order. */
  readonly trace: readonly string[];
  /** How often each kind of disturbance has struck, kills apart. */
  readonly struck: Readonly<Record<string, number>>;
  /** Runs these tasks at once, under these faults of the board, until each has ended one way or another. */
  run(
    calls: readonly { call: Call; disturbances: readonly Disturbance[] }[],
    faults: Readonly<Record<string, number>>,
  ): Promise<Ended[]>;
  edit(edit: Edit): Promise<void>;
  hand(hand: Hand): void;
  pass(ms: number): Promise<void>;
  close(): void | Promise<void>;
}

export function countOne(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
