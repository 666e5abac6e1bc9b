const WHITE_SPACE = /\p{White_Space}+/gu;
/** Control characters and all that shows as nothing: zero-width signs, marks of direction, variation selectors. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
// Some of these fall apart under NFKC, so they are replaced before it.
const APOSTROPHES = /[`´‘’‚‛′‵ʹʻʼʽˈ＇]/g;
const QUOTES = /[“”„‟«»″‶ʺ〝〞〟＂]/g;
const DASHES = /[\p{Dash_Punctuation}−⁃˗]/gu;
/** Printable ASCII without blanks at the ends or two in a row: only its case is left to fold. */
const PLAIN = /^(?:[!-_a-z{-~]+(?: [!-_a-z{-~]+)*)?$/;

/**
 * Rule 8: the form in which names and words are compared: Unicode's NFKC, without what nobody sees, every run of white space
 * one blank, trimmed; apostrophes, quotes and dashes alike, in upper case. A folded text folds to itself.
 */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toUpperCase();
  for (let before = text; ; ) {
    const after = foldOnce(before);
    // A few letters come apart into signs that are folded themselves.
    if (after === before) return after;
    before = after;
  }
}

/** Most texts have one of these, so that they need not be folded to be seen. */
const VISIBLE = /[!-~]/;

/** Whether a text shows nothing, whatever it consists of. */
export function isInvisible(text: string): boolean {
  return !VISIBLE.test(text) && fold(text) === '';
}

function foldOnce(text: string): string {
  return text
    .replace(APOSTROPHES, "'")
    .replace(QUOTES, '"')
    .replace(DASHES, '-')
    .normalize('NFKC')
    .toLowerCase()
    .toUpperCase()
    .replace(WHITE_SPACE, ' ')
    .replace(UNSEEN, '')
    .trim();
}
