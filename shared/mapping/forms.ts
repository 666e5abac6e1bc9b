import { z } from 'zod';

// What the values of a mapping are made of. Every YAML scalar arrives as text, so that 28, yes or 1.10 are never turned
// into something else.

/** A name or word: at least one character that can be seen. */
export const text = z.string().regex(/\S/, 'must not be empty');
/** A word of `blank`: null is one. */
export const blankWord = text.meta({});
/** A text that may be empty, as the source's own texts may. */
export const anyText = z.string();
export const names = z.array(text).min(1, 'at least one name is needed');
export const yesOrNo = z.enum(['true', 'false']).transform((value) => value === 'true');
export const COUNT = { form: /^[1-9]\d{0,8}$/, least: 1, greatest: 999_999_999 } as const;
export const count = z
  .string()
  .regex(COUNT.form, `must be a whole number from 1 to ${COUNT.greatest}`)
  .transform(Number);
export const day = z.iso.date({ error: 'must be a day, written YYYY-MM-DD' });

/**
 * A key of the mapping with what it means and examples of its value. Editors, messages about mistakes and
 * docs/mapping-language.md show both.
 */
export function explained<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  ...examples: unknown[]
): Schema {
  return schema.meta({ description, examples });
}
