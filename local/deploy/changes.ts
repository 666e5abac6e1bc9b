/** Lines that are shown of one flow; a new tag is one, a release some dozens. */
const MOST_SHOWN = 60;

/** Whether two sources are equal: servers may drop trailing blanks. */
export function isSame(one: string, other: string): boolean {
  return one.trimEnd() === other.trimEnd();
}

/** The removed and added lines, each with its number in its own text, in order. */
export function changedLines(before: string, after: string): string[] {
  const old = before.trimEnd().split('\n');
  const fresh = after.trimEnd().split('\n');
  const kept = commonLengths(old, fresh);
  const told: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      i += 1;
      j += 1;
    } else if (j >= fresh.length || (i < old.length && at(kept, i + 1, j) >= at(kept, i, j + 1))) {
      told.push(`- ${i + 1}: ${old[i]}`);
      i += 1;
    } else {
      told.push(`+ ${j + 1}: ${fresh[j]}`);
      j += 1;
    }
  }
  const more = told.length - MOST_SHOWN;
  return more > 0 ? [...told.slice(0, MOST_SHOWN), `and ${more} more`] : told;
}

/** The number of common lines of the remainders of both texts, by where they begin. */
function commonLengths(old: readonly string[], fresh: readonly string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] ?? [];
    for (let j = fresh.length - 1; j >= 0; j -= 1)
      row[j] =
        old[i] === fresh[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
  }
  return lengths;
}

function at(lengths: readonly (readonly number[])[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
