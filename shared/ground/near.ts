/** One slip in three letters is taken for a slip of the finger; more is another word. */
const LETTERS_A_SLIP = 3;

/**
 * The word of a list that somebody may have meant by another one, whatever its case and signs; undefined where none is
 * close. Exactly one letter too many, too few, wrong or out of place is a slip.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const asked = bare(word);
  if (asked === '') return undefined;
  let best: { word: string; slips: number } | undefined;
  for (const candidate of known) {
    const other = bare(candidate);
    if (other === '') continue;
    const allowed = Math.max(1, Math.floor(Math.min(asked.length, other.length) / LETTERS_A_SLIP));
    if (Math.abs(asked.length - other.length) > allowed) continue;
    const slips = distance(asked, other);
    if (slips <= allowed && slips < (best?.slips ?? Number.POSITIVE_INFINITY)) best = { word: candidate, slips };
  }
  return best?.word;
}

/** ` Did you mean X?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

/** Case, blanks and signs set words apart that people take for the same. */
export function bare(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Letters to insert, drop, replace or swap with their neighbour to make one word of the other. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;
