import { type Decimal, parseDecimal, writeDecimal } from './decimals.js';
import { foldDigits } from './folded.js';

/** The sign before the fraction; the other one parts groups of three digits. */
export const DECIMAL_SIGNS = ['.', ','] as const;
export type DecimalSign = (typeof DECIMAL_SIGNS)[number];

/** Sign, digits plain or in groups, fraction, exponent. docs/mapping.md has the grammar with examples. */
const FORMS: Readonly<Record<DecimalSign, RegExp>> = {
  '.': /^([+-]?)\$?([1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?%?$/,
  ',': /^([+-]?)\$?([1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,(\d+))?(?:[eE]([+-]?\d+))?%?$/,
};

/** The number that a text states. Undefined for every text outside the grammar: nothing is repaired. */
export function readDecimal(text: string, decimal: DecimalSign = '.'): Decimal | undefined {
  const folded = foldDigits(text);
  const parts = folded === undefined ? null : FORMS[decimal].exec(folded);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '0', exponent = '0'] = parts;
  return parseDecimal(`${sign}${whole.replace(/[.,]/g, '')}.${fraction}e${exponent}`);
}

/** The same as `writeDecimal` writes it, so undefined also for more digits than DECIMAL(38,18) has. */
export function readNumber(text: string, decimal: DecimalSign = '.'): string | undefined {
  const number = readDecimal(text, decimal);
  return number === undefined ? undefined : writeDecimal(number);
}
