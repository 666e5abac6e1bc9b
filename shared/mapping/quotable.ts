const LONGEST = 40;
/** A word that may be somebody's name, and signs that a line of ours must not have. */
const UNTOLD = /\p{L}{4}|[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * A source text as a message may show it. Rule 29: a cell can hold anything, also who is to be asked, so that a text with
 * a word of more than three letters is not repeated. Of such a text the length is told.
 */
export function quotable(text: string): string {
  const trimmed = text.trim();
  const told = trimmed.length <= LONGEST && !UNTOLD.test(trimmed);
  return told ? `"${trimmed}"` : `a text of ${text.length} characters`;
}
