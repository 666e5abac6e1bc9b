import { z } from 'zod';
import { plural } from '../ground/text.js';

const count = z.number().int().nonnegative();
const counts = { lines: count, known: count, nearest: z.string().optional() };

/** An unknown name or word with the number of lines it keeps out of scope; the board shows `known` of them. */
export const unmappedSchema = z.union([
  z.object({ customer: z.string(), ...counts }),
  z.object({ word: z.string(), column: z.string(), ...counts }),
]);
export type Unmapped = z.infer<typeof unmappedSchema>;

/** The name in quotes; a word follows its column. */
export function unmappedName(unmapped: Unmapped): string {
  if ('customer' in unmapped) return `"${unmapped.customer}"`;
  return unmapped.word === '' ? `${unmapped.column} is empty` : `${unmapped.column} "${unmapped.word}"`;
}

/** `"ACME" (72 lines, 70 of them known, nearest is "ACNE")`. */
export function unmappedText(unmapped: Unmapped): string {
  const { lines, known, nearest } = unmapped;
  const near = nearest === undefined ? '' : `, nearest is "${nearest}"`;
  return `${unmappedName(unmapped)} (${plural(lines, 'line')}, ${known} of them known${near})`;
}
