import { z } from 'zod';

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
