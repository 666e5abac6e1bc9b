/** Texts remembered at most, and characters of each: some hundred kilobytes. */
const MOST_TEXTS = 1_000;
const LONGEST_TEXT = 100;
/** A text has to come so often on average, or remembering costs more than it saves. */
const WORTH = 4;

/**
 * The same pure function of a text, which remembers what it returned lately, unless most texts turn out to be different.
 * What it returns is shared and must not be changed.
 */
export function remembering<Result>(read: (text: string) => Result): (text: string) => Result {
  type Remembered = { readonly text: string; readonly result: Result };
  const known = new Map<string, Remembered>();
  let [worth, asked] = [true, 0];
  // Neighbours are often alike, and comparing with one text costs less than looking it up.
  let last: Remembered | undefined;
  const make = (text: string): Remembered => {
    const made = { text, result: read(text) };
    if (known.size === MOST_TEXTS) {
      worth = asked >= WORTH * MOST_TEXTS;
      known.clear();
      asked = 0;
    }
    known.set(text, made);
    return made;
  };
  return (text) => {
    if (!worth || text.length > LONGEST_TEXT) return read(text);
    asked += 1;
    if (text !== last?.text) last = known.get(text) ?? make(text);
    return last.result;
  };
}
