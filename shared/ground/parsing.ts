import { z } from 'zod';

/** A text with JSON of a given form, as our tables store it. Invalid JSON is reported as a fault of the column, not as a SyntaxError. */
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

/** The range of a number, both ends included, as messages and docs/settings.md write it. */
export interface Range {
  least: number;
  greatest: number;
}

/** A whole number in plain decimal digits: no sign, exponent or separator, and nothing that a program might read as 0. */
export function wholeNumber({ least, greatest }: Range) {
  return numberText(/^\d{1,16}$/, `must be a whole number from ${least} to ${greatest}`, { least, greatest });
}

/** The same, optionally with a point and further digits. */
export function decimalNumber({ least, greatest }: Range) {
  const form = `must be a number from ${least} to ${greatest}, written like 12 or 0.5`;
  return numberText(/^\d{1,16}(\.\d{1,16})?$/, form, { least, greatest });
}

function numberText(form: RegExp, message: string, { least, greatest }: Range) {
  return z
    .string()
    .trim()
    .regex(form, message)
    .transform(Number)
    .refine((value) => value >= least && value <= greatest, message)
    .meta({ range: `${least} to ${greatest}` });
}

/** Characters that a spreadsheet reads as the beginning of a formula, or that move a text into a cell where it does. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;
const SIGNED_NUMBER = /^[+-]\d+(?:\.\d+)?$/;

/** How a text is written into a field: unchanged, or so that no spreadsheet evaluates it. */
export type CsvText = (text: string) => string;
export const exactText: CsvText = (text) => text;
/** With a leading apostrophe, which means "this is a text" in spreadsheets. Signed numbers stay unchanged. */
export const safeText: CsvText = (text) => (FORMULA.test(text) && !SIGNED_NUMBER.test(text) ? `'${text}` : text);

/** One record after RFC 4180, its end included. An empty field is null, `""` the empty text. */
export function csvLine(values: readonly (string | number | null)[], textOf: CsvText): string {
  return `${values.map((value) => field(value, textOf)).join(',')}\r\n`;
}

function field(value: string | number | null, textOf: CsvText): string {
  if (value === null) return '';
  const text = textOf(String(value));
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
