import type { Mapping } from './mapping.js';

/** Makes the test for texts that mean "nothing": empty, or one of the mapping's blank words in any case. */
export function compileBlank(mapping: Mapping): (text: string | null) => boolean {
  const words = new Set(mapping.blank.map((word) => word.trim().toLowerCase()));
  const longest = Math.max(0, ...[...words].map((word) => word.length));
  return (text) => {
    if (text === null) return true;
    const trimmed = text.trim();
    return trimmed === '' || (trimmed.length <= longest && words.has(trimmed.toLowerCase()));
  };
}

/** The text of a value in a row; undefined and null are null. */
export function textOf(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
