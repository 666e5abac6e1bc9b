import { bare, nearest } from '../../../../shared/ground/text.js';

/** Words that mean the same in titles of orders; the field's short forms in full. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  '#': ['number'],
  amt: ['amount'],
  colour: ['color'],
  cust: ['customer'],
  client: ['customer'],
  dc: ['warehouse'],
  desc: ['description'],
  fty: ['factory'],
  no: ['number'],
  nr: ['number'],
  num: ['number'],
  po: ['purchase', 'order'],
  qty: ['quantity'],
  ref: ['reference'],
  req: ['requested'],
  whse: ['warehouse'],
};
/** Words that tell no two titles apart. */
const FILLERS: ReadonlySet<string> = new Set(['name', 'the', 'of', 'in', 'a', 'and', 's']);
/** A shorter word that differs in one letter is another word. */
const SHORTEST_SLIP = 5;

/** The words of a title in lower case, short forms in full, each once; fillers only where there is nothing else. */
export function wordsOfTitle(title: string): string[] {
  const parts = title
    .normalize('NFKC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}#]+/u)
    .filter((part) => part !== '')
    .flatMap((part) => MEANINGS[part] ?? [part]);
  const telling = parts.filter((part) => !FILLERS.has(part));
  return [...new Set(telling.length > 0 ? telling : parts)];
}

/** How two titles are alike: the strongest that holds; undefined for two that share no word. */
export type Likeness =
  | { kind: 'same title' | 'same letters' | 'same words'; score: 1 }
  | { kind: 'near'; score: number };

/** A title that is part of the other one counts more than two that share a word. */
export function likeness(a: string, b: string): Likeness | undefined {
  if (a === b) return { kind: 'same title', score: 1 };
  if (bare(a) !== '' && bare(a) === bare(b)) return { kind: 'same letters', score: 1 };
  const [words, others] = [wordsOfTitle(a), wordsOfTitle(b)];
  const shared = words.filter((word) => others.some((other) => isSameWord(word, other))).length;
  if (shared === 0) return undefined;
  const all = words.length + others.length - shared;
  return shared === all ? { kind: 'same words', score: 1 } : { kind: 'near', score: shared / all };
}

function isSameWord(a: string, b: string): boolean {
  if (a === b) return true;
  return Math.min(a.length, b.length) >= SHORTEST_SLIP && nearest(a, [b]) !== undefined;
}
