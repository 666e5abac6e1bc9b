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
  const known = new Map<string, { readonly result: Result }>();
  let worth = true;
  let asked = 0;
  return (text) => {
    if (!worth || text.length > LONGEST_TEXT) return read(text);
    asked += 1;
    const found = known.get(text);
    if (found !== undefined) return found.result;
    const result = read(text);
    if (known.size === MOST_TEXTS) {
      worth = asked >= WORTH * MOST_TEXTS;
      known.clear();
      asked = 0;
    }
    known.set(text, { result });
    return result;
  };
}
