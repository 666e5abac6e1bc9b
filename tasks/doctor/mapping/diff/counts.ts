/** One line more of what is counted under this key. */
export function countLine<Counted extends { lines: number }>(
  counted: Map<string, Counted>,
  key: readonly string[],
  first: () => Counted,
): Counted {
  const place = JSON.stringify(key);
  const known = counted.get(place) ?? first();
  known.lines += 1;
  counted.set(place, known);
  return known;
}

export function mostLinesFirst<Counted extends { lines: number }>(counted: Iterable<Counted>): Counted[] {
  return [...counted].sort((a, b) => b.lines - a.lines);
}
