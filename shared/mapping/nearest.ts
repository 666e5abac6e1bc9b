import { fold } from './fold.js';
import type { Mapping } from './mapping.js';
import { type UnknownName, wordsOf } from './unknown-names.js';

/** Up to a third of its letters may differ before another name is another name. */
const FARTHEST = 0.34;
/** A shorter name is found inside too many others. */
const SHORTEST_PART = 4;
/** Beyond it, texts are no names; keeps the comparison quick. */
const LONGEST = 80;

/** What the mapping knows that looks most like an unknown name or word: a canonical name or a word, if any is near. */
export function nearestKnown(mapping: Mapping, unknown: UnknownName): string | undefined {
  return 'customer' in unknown
    ? nearest(unknown.customer, spellings(mapping))
    : nearest(
        unknown.word,
        wordsOf(mapping, unknown.column).map((word) => [word, word]),
      );
}

function* spellings(mapping: Mapping): Generator<[spelling: string, name: string]> {
  for (const { name, spellings: others } of mapping.customers)
    for (const spelling of [name, ...others]) yield [spelling, name];
}

function nearest(text: string, known: Iterable<readonly [spelling: string, name: string]>): string | undefined {
  const asked = lettersOf(text);
  let best: { name: string; far: number } | undefined;
  for (const [spelling, name] of known) {
    const far = distance(asked, lettersOf(spelling));
    if (far <= FARTHEST && far < (best?.far ?? 1)) best = { name, far };
  }
  return best?.name;
}

function lettersOf(text: string): string {
  return fold(text)
    .replace(/[^\p{L}\p{N}]/gu, '')
    .slice(0, LONGEST);
}

/** From 0, equal, to 1. A name with something before or after it is near, the nearer the less that is. */
function distance(one: string, other: string): number {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (long === '') return 1;
  const edits = editsBetween(short, long) / long.length;
  return short.length >= SHORTEST_PART && long.includes(short) ? Math.min(edits, FARTHEST * edits) : edits;
}

/** Levenshtein's distance: letters to put in, take out or replace. */
function editsBetween(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let place = 1; place <= other.length; place++) {
      const replaced = (above[place - 1] ?? 0) + Number(one[row - 1] !== other[place - 1]);
      line.push(Math.min(replaced, (above[place] ?? 0) + 1, (line[place - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[other.length] ?? 0;
}
