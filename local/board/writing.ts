import type { Column, Stored, StoredLabel } from './model.js';

/** What a value is written with: `simple` for `change_simple_column_value`, whose empty string clears. */
export interface Writing {
  column: Column;
  previous: Stored;
  simple: boolean;
  /** The value is that of a new item: it has no time of a change. */
  fresh: boolean;
  now: string;
  /** The label of that text, created when that is allowed. */
  label(text: string): StoredLabel;
}

/** The stored form of what was sent for a column, or the error the API answers with. */
export type Write = (input: unknown, writing: Writing) => Stored;

export const isRecord = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/** The simple form of two parts: the first, a blank, all the rest. */
export function splitSimple(simple: string): [first: string, rest: string] {
  const [first = '', ...words] = simple.split(' ');
  return [first, words.join(' ')];
}
