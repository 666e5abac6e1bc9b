import { fold } from './fold.js';

/**
 * Superscripts, fractions and digits in circles, of which folding would make 52 of 5²; and what it would take away from
 * between two digits or before one: control characters, and the soft hyphen, which may be meant for a sign.
 */
const MORE_THAN_DIGITS = /[\p{No}\u00AD]|(?!\s)\p{Cc}/u;
const PLAIN = /^[!-~]*$/;

/** A text folded as names are, to be read as a number or a day; undefined where that would make another one of it. */
export function foldDigits(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  return MORE_THAN_DIGITS.test(text) ? undefined : fold(text);
}
