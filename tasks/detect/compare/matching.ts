import { uuidV5 } from '../../../shared/ground/ids.js';
import { groupBy } from '../../../shared/ground/lists.js';
import { differencesOf, type Kept } from '../../../shared/lines/kept.js';
import { FROZEN, NONE } from '../read/flags.js';
import type { Sides } from '../read/source.js';

/** Which source line matches which known line, at most one to one. */
export class Matching {
  readonly #sides: Sides;
  readonly #knownOf: Int32Array;
  readonly #sourceOf: Int32Array;

  constructor(sides: Sides) {
    this.#sides = sides;
    this.#knownOf = new Int32Array(sides.source.lines.size).fill(NONE);
    this.#sourceOf = new Int32Array(sides.known.size).fill(NONE);
  }

  knownOf(sourceLine: number): number {
    return this.#knownOf[sourceLine] ?? NONE;
  }

  sourceOf(knownLine: number): number {
    return this.#sourceOf[knownLine] ?? NONE;
  }

  pair(sourceLine: number, knownLine: number): void {
    this.#knownOf[sourceLine] = knownLine;
    this.#sourceOf[knownLine] = sourceLine;
  }

  /** Source lines with a sound uuid that are not matched yet. */
  appeared(): Int32Array {
    const { lines } = this.#sides.source;
    return ordinals(0, lines.size, (line) => this.#knownOf[line] === NONE && !lines.isDuplicate(line));
  }

  /** Live known lines that are not matched yet, and that no row of the source may be. */
  vanished(): Int32Array {
    return this.#unmatched(0, this.#sides.known.live);
  }

  /**
   * Live known lines that are not matched yet. Rule 5: frozen ones too, so that a row which is one of them counts as frozen,
   * and not as new.
   */
  unpaired(): Int32Array {
    return ordinals(0, this.#sides.known.live, (line) => this.#sourceOf[line] === NONE);
  }

  /** Tombstones that are not matched yet. */
  buried(): Int32Array {
    return this.#unmatched(this.#sides.known.live, this.#sides.known.size);
  }

  #unmatched(from: number, to: number): Int32Array {
    const { known } = this.#sides;
    return ordinals(from, to, (line) => this.#sourceOf[line] === NONE && (known.flagsOf(line) & FROZEN) === 0);
  }
}

/** Rule 3: pairs lines of all customers by uuid. A repeated uuid pairs with nothing and freezes the known line that has it. */
export function matchByUuid(sides: Sides): Matching {
  const matching = new Matching(sides);
  const source = sides.source.lines;
  const { known } = sides;
  for (let line = 0; line < source.size; line++) {
    const found = known.findLineOf(line);
    if (found === NONE) continue;
    if (source.isDuplicate(line)) known.setFlags(found, FROZEN);
    else matching.pair(line, found);
  }
  return matching;
}

function ordinals(from: number, to: number, test: (line: number) => boolean): Int32Array {
  let found = 0;
  for (let line = from; line < to; line++) if (test(line)) found++;
  const list = new Int32Array(found);
  for (let line = from, next = 0; line < to; line++) if (test(line)) list[next++] = line;
  return list;
}

/** A line that neither uuid nor hash could match, with what is needed for further steps. */
export interface Leftover {
  readonly ordinal: number;
  readonly uuid: string;
  readonly hash: string;
  /** See `businessKey`; lines without one take no part. */
  readonly key: string;
  readonly kept: Kept;
}

export type Pair = readonly [known: Leftover, source: Leftover];

/** Beyond this many combinations under one key, finding the most similar would take hours: (hash, uuid) decides. */
const MOST_COMBINATIONS = 10_000;

/**
 * Rule 4, second and third step: pairs leftovers of equal business key; a key that is single on both sides needs no
 * look at the values, among others those with the fewest differing columns go together, ties by (hash, uuid).
 */
export function pairByKey(columns: readonly string[], known: readonly Leftover[], source: readonly Leftover[]): Pair[] {
  const appeared = groupBy(source, ({ key }) => key);
  return [...groupBy(known, ({ key }) => key)].flatMap(([key, gone]) =>
    pairGroup(columns, gone, appeared.get(key) ?? []),
  );
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

function byHashAndUuid(a: Leftover, b: Leftover): number {
  if (a.hash !== b.hash) return a.hash < b.hash ? -1 : 1;
  return a.uuid < b.uuid ? -1 : a.uuid > b.uuid ? 1 : 0;
}

/**
 * The line key of a source line: that of the known line it is. A line never seen before gets its uuid, unless another
 * line was first seen under that; then one made from it, the same in every run until the line is known.
 */
export function lineKeyOf(sides: Sides, matching: Matching, sourceLine: number): string {
  const found = matching.knownOf(sourceLine);
  if (found !== NONE) return sides.known.keyOf(found);
  const uuid = sides.source.lines.uuidOf(sourceLine);
  let lineKey = uuid;
  for (let attempt = 1; sides.known.findKey(lineKey) !== NONE; attempt++) lineKey = uuidV5(`line|${uuid}|${attempt}`);
  return lineKey;
}
