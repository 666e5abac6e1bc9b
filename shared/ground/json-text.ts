import { z } from 'zod';

/** A text that holds JSON of a form, as our tables keep it. A text that holds none is a fault of the column, not a SyntaxError. */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'holds no JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
