import { withoutTrailingZeros } from '../ground/text.js';
import { foldDigits } from './folded.js';

/** What DECIMAL(38,18) holds before and after the point. */
const INTEGER_DIGITS = 20;
const FRACTION_DIGITS = 18;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** A number by its digits, as many as there are: money never becomes a float. */
export interface Decimal {
  readonly negative: boolean;
  /** From the first that is not zero to the last; empty for zero. */
  readonly digits: string;
  /** How many of them stand before the point; above their number or below zero, zeros are between. */
  readonly point: number;
}

/** Undefined for a text that is no number. Time grows with the length of the text, whatever its exponent. */
export function parseDecimal(text: string): Decimal | undefined {
  const parts = DECIMAL.exec(text);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const written = whole + fraction;
  if (written === '') return undefined;
  const first = written.search(/[1-9]/);
  if (first === -1) return { negative: false, digits: '', point: 0 };
  const digits = withoutTrailingZeros(written.slice(first));
  return { negative: sign === '-', digits, point: whole.length - first + Number(exponent) };
}

/** The one way to write a number: no sign but minus, no needless zero, no exponent. Undefined when DECIMAL(38,18) does not hold it. */
export function writeDecimal({ negative, digits, point }: Decimal): string | undefined {
  if (digits === '') return '0';
  if (point > INTEGER_DIGITS || digits.length - point > FRACTION_DIGITS) return undefined;
  const whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const fraction = point <= 0 ? digits.padStart(digits.length - point, '0') : digits.slice(point);
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A decimal number as `writeDecimal` writes it. Undefined for a text that is no number or has too many digits. */
export function canonicalDecimal(text: string): string | undefined {
  const decimal = parseDecimal(text);
  return decimal === undefined ? undefined : writeDecimal(decimal);
}

/** A canonical decimal rounded to `digits` after the point, halves away from zero. */
export function roundDecimal(canonical: string, digits: number): string {
  const negative = canonical.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? canonical.slice(1) : canonical).split('.');
  if (fraction.length <= digits) return canonical;
  const kept = BigInt(whole + fraction.slice(0, digits));
  const rounded = (fraction.charAt(digits) >= '5' ? kept + 1n : kept).toString().padStart(digits + 1, '0');
  const point = rounded.length - digits;
  return canonicalDecimal(`${negative ? '-' : ''}${rounded.slice(0, point)}.${rounded.slice(point)}`) ?? canonical;
}

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

/** Whether a canonical decimal is what a rating can be. */
export function isRating(canonical: string | undefined): boolean {
  return /^[1-5]$/.test(canonical ?? '');
}
