import { bare, nearest } from '../ground/text.js';
import type { Mapping } from '../mapping/mapping.js';
import { type UnknownName, wordsOf } from './unknown-names.js';

/** A shorter name occurs in too many others. */
const SHORTEST_PART = 4;
/** Longer texts are not names, and contain any name by chance. */
const LONGEST = 80;

/** The known canonical name or word that is most similar to an unknown one, if any is close. */
export function nearestKnown(mapping: Mapping, unknown: UnknownName): string | undefined {
  if ('word' in unknown) return nearestOf(unknown.word, wordsOf(mapping, unknown.column));
  const names = namesBySpelling(mapping);
  const spelling = nearestOf(unknown.customer, [...names.keys()]);
  return spelling === undefined ? undefined : names.get(spelling);
}

function namesBySpelling(mapping: Mapping): Map<string, string> {
  return new Map(mapping.customers.flatMap(({ name, spellings }) => [name, ...spellings].map((each) => [each, name])));
}

function nearestOf(text: string, known: readonly string[]): string | undefined {
  const start = text.slice(0, LONGEST);
  return nearest(start, known) ?? nearestPart(start, known);
}

/** The known text that the other one extends at either end, or the other way round; the one with the shortest extension. */
function nearestPart(text: string, known: readonly string[]): string | undefined {
  const asked = bare(text);
  let best: { text: string; more: number } | undefined;
  for (const candidate of known) {
    const other = bare(candidate);
    const [short, long] = asked.length < other.length ? [asked, other] : [other, asked];
    const more = long.length - short.length;
    if (short.length >= SHORTEST_PART && long.includes(short) && more < (best?.more ?? Number.POSITIVE_INFINITY))
      best = { text: candidate, more };
  }
  return best?.text;
}
