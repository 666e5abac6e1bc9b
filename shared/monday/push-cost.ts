import { addCount } from '../ground/lists.js';
import type { MutationName } from './operations.js';
import type { Pace } from './pace.js';
import { type Cost, costOf } from './rate-limits.js';

/**
 * A push of so many lines reads what it needs at once and sends changes of items and sizes together. More lines need further
 * requests anyway; and what is read for so many costs a few hundred points.
 */
export const SMALL_PUSH_LINES = 25;

/** So many mutations of each kind. */
export type MutationCounts = ReadonlyMap<MutationName, number>;

/** What the mutations of a push of so many lines are expected to take. */
export function pushCost(
  counts: { items: MutationCounts; subitems: MutationCounts },
  lines: number,
  pace: Pace,
  mutationMs?: number,
): Cost {
  // In a small push, changes of sizes share requests with those of their items.
  const waves = lines > SMALL_PUSH_LINES ? [counts.items, counts.subitems] : [addedUp([counts.items, counts.subitems])];
  return sumOf(waves.map((mutations) => costOf(mutations, pace, mutationMs)));
}

export function sumOf(costs: readonly Cost[]): Cost {
  const sum = (of: keyof Cost): number => costs.reduce((total, each) => total + each[of], 0);
  return { requests: sum('requests'), points: sum('points'), minutes: sum('minutes') };
}

function addedUp(counts: readonly MutationCounts[]): MutationCounts {
  const all = new Map<MutationName, number>();
  for (const [operation, count] of counts.flatMap((each) => [...each])) addCount(all, operation, count);
  return all;
}
