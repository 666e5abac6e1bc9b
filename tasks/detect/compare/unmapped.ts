import type { Names } from '../../../shared/lines/kept.js';
import { nearestKnown } from '../../../shared/mapper/nearest.js';
import { type UnknownName, unknownKey } from '../../../shared/mapper/unknown-names.js';
import { type Unmapped, unmappedText } from '../../../shared/mapper/unmapped.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { cutText } from '../../../shared/mapping/rules.js';
import { NONE, unknownNumberOf } from '../read/flags.js';
import type { Sides } from '../read/source.js';
import type { UnknownNames } from '../read/unknown-names.js';
import type { Matching } from './matching.js';
import { judgeSource } from './verdict.js';

/** The most names in the outputs; those that affect lines on the board come first. */
const MOST_TOLD = 200;
const MOST_IN_A_LINE = 10;
/** Longer texts are not names. */
const LONGEST = 255;

/**
 * Rule 8: the names and words nobody knows, with the lines they keep out of scope, worst first. A run of chosen customers
 * counts only lines that are theirs, or were.
 */
export function countUnmapped(
  sides: Sides & { readonly unknown: UnknownNames },
  matching: Matching,
  mapping: Mapping,
  customers: readonly string[] | undefined,
): Unmapped[] {
  const counts = new Map<number, { lines: number; known: number }>();
  const isAsked = compileIsAsked(sides.names, customers);
  const { lines } = sides.source;
  for (let line = 0; line < lines.size; line++) {
    const number = unknownNumberOf(lines.flagsOf(line));
    if (number === 0 || judgeSource(sides, matching, line, { full: false }).change !== 'OUT_OF_SCOPE') continue;
    const found = matching.knownOf(line);
    const isKnown = found !== NONE && found < sides.known.live;
    if (!isAsked(isKnown ? sides.known.customerOf(found) : lines.customerOf(line))) continue;
    const count = counts.get(number) ?? { lines: 0, known: 0 };
    count.lines++;
    if (isKnown) count.known++;
    counts.set(number, count);
  }
  return [...counts]
    .map(([number, count]) => describeUnmapped(mapping, sides.unknown.nameOf(number), count))
    .sort((a, b) => b.known - a.known || b.lines - a.lines || (unknownKey(a) < unknownKey(b) ? -1 : 1))
    .slice(0, MOST_TOLD);
}

/** One line for the log. */
export function unmappedWarning(unmapped: readonly Unmapped[]): string {
  const shown = unmapped.slice(0, MOST_IN_A_LINE).map(unmappedText);
  const more = unmapped.length > shown.length ? ` and ${unmapped.length - shown.length} more` : '';
  return `Names and words that the mapping does not know keep lines out of scope, and what the board shows of them is no longer updated: ${shown.join('; ')}${more}. Add them to customers or scope of the mapping, correct the source, or list them under out_of_scope.`;
}

function describeUnmapped(mapping: Mapping, unknown: UnknownName, count: { lines: number; known: number }): Unmapped {
  const nearest = nearestKnown(mapping, unknown);
  const cut = 'word' in unknown ? { word: cutText(unknown.word, LONGEST), column: unknown.column } : unknown;
  return { ...cut, ...count, ...(nearest === undefined ? {} : { nearest }) };
}

function compileIsAsked(names: Names, customers: readonly string[] | undefined): (customer: number) => boolean {
  if (customers === undefined) return () => true;
  const asked = new Set(customers.map((name) => names.numberOf(name)));
  return (customer) => asked.has(customer);
}
