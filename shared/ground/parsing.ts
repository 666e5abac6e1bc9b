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

/** Between which values a number lies, both included, as messages and docs/settings.md write them. */
export interface Range {
  least: number;
  greatest: number;
}

/** A whole number in plain decimal digits: no sign, exponent or separator, and nothing that a program might read as 0. */
export function wholeNumber({ least, greatest }: Range) {
  return numberText(/^\d{1,16}$/, `must be a whole number from ${least} to ${greatest}`, { least, greatest });
}

/** The same, with a point and further digits if need be. */
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

/** What a spreadsheet takes for the beginning of a formula, or moves into a cell where it does. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;
const SIGNED_NUMBER = /^[+-]\d+(?:\.\d+)?$/;

/** How a text stands in a field: as it is, or so that no spreadsheet reckons with it. */
export type CsvText = (text: string) => string;
export const exactText: CsvText = (text) => text;
/** Behind an apostrophe, which spreadsheets take for "this is a text". Numbers with a sign stay. */
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
