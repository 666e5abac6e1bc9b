const LONGEST = 40;

/**
 * A source text as a message may show it. Rule 29: a cell can hold anything, also who is to be asked, so only what looks
 * like a number or a day is quoted: a digit, and no word of more than three letters. Of other texts the length is told.
 */
export function quotable(text: string): string {
  const trimmed = text.trim();
  const shown = trimmed.length <= LONGEST && /\d/.test(trimmed) && !/\p{L}{4}|[\p{C}\p{Zl}\p{Zp}]/u.test(trimmed);
  return shown ? `"${trimmed}"` : `a text of ${text.length} characters`;
}
