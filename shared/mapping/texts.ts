import { fold } from './fold.js';
import type { Mapping } from './mapping.js';

/** A text of these alone means something, unless it is a blank word: the test for it is quick. */
const PLAIN = /^[!-~]+$/;

/** Makes the test for texts that mean "nothing": empty, or one of the mapping's blank words, folded. */
export function compileBlank(mapping: Mapping): (text: string | null) => boolean {
  const words = new Set(mapping.blank.map(fold));
  const longest = Math.max(0, ...[...words].map((word) => word.length));
  return (text) => {
    if (text === null || text === '') return true;
    // Most cells are neither short nor odd.
    if (text.length > longest && PLAIN.test(text)) return false;
    const folded = fold(text);
    return folded === '' || words.has(folded);
  };
}

/** The text of a value in a row; undefined and null are null. */
export function textOf(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
