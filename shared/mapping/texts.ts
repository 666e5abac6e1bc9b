/** Without line breaks, control characters, runs of white space, and space at either end. */
export function trimAndClean(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** The vendor's limits, in UTF-16 units: what a board that counts characters takes, one that counts units takes too. */
export const NAME_LENGTH = 255;
export const LONG_TEXT_LENGTH = 2_000;

/** The text where it has at most `most` UTF-16 units, else its beginning and an ellipsis. No character is cut in half. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const beginning = text.slice(0, most - 1);
  return `${isHighSurrogate(beginning.charCodeAt(most - 2)) ? beginning.slice(0, -1) : beginning}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
