import { differencesOf } from '../../../shared/lines/differences.js';
import type { Kept } from '../../../shared/lines/kept.js';

/** A line that neither uuid nor hash could pair, with what is needed to tell which other it is. */
export interface Leftover {
  readonly ordinal: number;
  readonly uuid: string;
  readonly hash: string;
  /** See `businessKey`; lines without one take no part. */
  readonly key: string;
  readonly kept: Kept;
}

export type Pair = readonly [known: Leftover, source: Leftover];

/** Beyond this many combinations under one key, which one is nearest is not worth the hours: (hash, uuid) decides. */
const MOST_COMBINATIONS = 10_000;

/**
 * Rule 4, second and third step: pairs leftovers of equal business key; a key that is single on both sides needs no
 * look at the values, among others those with the fewest differing columns go together, ties by (hash, uuid).
 */
export function pairByKey(columns: readonly string[], known: readonly Leftover[], source: readonly Leftover[]): Pair[] {
  const appeared = groupByKey(source);
  return [...groupByKey(known)].flatMap(([key, gone]) => pairGroup(columns, gone, appeared.get(key) ?? []));
}

function pairGroup(columns: readonly string[], known: readonly Leftover[], source: readonly Leftover[]): Pair[] {
  const [left, right] = [[...known].sort(byHashAndUuid), [...source].sort(byHashAndUuid)];
  const combinations = left.length * right.length;
  if (combinations <= 1 || combinations > MOST_COMBINATIONS) return zip(left, right);
  const nearest = left
    .flatMap((gone) => right.map((come): Pair => [gone, come]))
    .map((pair) => ({ pair, distance: differencesOf(columns, pair[0].kept, pair[1].kept).length }))
    .sort((a, b) => a.distance - b.distance);
  const taken = new Set<Leftover>();
  const pairs: Pair[] = [];
  for (const { pair } of nearest) {
    if (taken.has(pair[0]) || taken.has(pair[1])) continue;
    pairs.push(pair);
    for (const line of pair) taken.add(line);
  }
  return pairs;
}

function zip(known: readonly Leftover[], source: readonly Leftover[]): Pair[] {
  return known.flatMap((gone, index): Pair[] => {
    const come = source[index];
    return come ? [[gone, come]] : [];
  });
}

function groupByKey(lines: readonly Leftover[]): Map<string, Leftover[]> {
  const groups = new Map<string, Leftover[]>();
  for (const line of lines) {
    const group = groups.get(line.key);
    if (group) group.push(line);
    else groups.set(line.key, [line]);
  }
  return groups;
}

function byHashAndUuid(a: Leftover, b: Leftover): number {
  if (a.hash !== b.hash) return a.hash < b.hash ? -1 : 1;
  return a.uuid < b.uuid ? -1 : a.uuid > b.uuid ? 1 : 0;
}
