import { callingCodeOf, countryOfNumber, NANP } from './calling-codes.js';
import { foldDigits } from './folded.js';

/** A number as a board takes it. */
export interface Phone {
  /** Digits, behind + where they begin with a calling code. */
  readonly number: string;
  /** Two letters. */
  readonly country: string;
}

const WRITTEN = /^\+?[\d ()./-]+$/;
/** The zero that is dialled only without the calling code. */
const TRUNK_ZERO = '(0)';
/** Countries in which that zero is dialled always. */
const KEEPS_ZERO: ReadonlySet<string> = new Set(['IT', 'SM', 'VA']);
const LONGEST = 15;
const SHORTEST = 5;

/**
 * The number that a text states, as `phoneText` writes it. With + and a calling code it says itself of which country it
 * is, unless several share it; every other number is of `country`. Undefined where neither tells, and for every text
 * that is not one number.
 */
export function readPhone(text: string, country?: string): string | undefined {
  const folded = foldDigits(text.trim()) ?? '';
  if (!WRITTEN.test(folded)) return undefined;
  const phone = folded.startsWith('+') ? international(folded.slice(1), country) : national(folded, country);
  return phone === undefined ? undefined : phoneText(phone);
}

function international(written: string, stated: string | undefined): Phone | undefined {
  const digits = digitsOf(written.replace(TRUNK_ZERO, ''));
  const found = countryOfNumber(digits);
  if (found === undefined || digits.length > LONGEST || digits.length < SHORTEST + found.code.length) return undefined;
  const isShared = found.country === undefined && stated !== undefined && callingCodeOf(stated) === found.code;
  const country = isShared ? stated : found.country;
  if (country === undefined || (found.code === NANP && !isNorthAmerican(digits.slice(1)))) return undefined;
  if (written.includes(TRUNK_ZERO) && KEEPS_ZERO.has(country)) return undefined;
  return { number: `+${digits}`, country };
}

/** As people of that country write it, with or without the digit that they dial first: the board takes both. */
function national(written: string, country: string | undefined): Phone | undefined {
  const digits = digitsOf(written);
  const code = country === undefined ? undefined : callingCodeOf(country);
  if (country === undefined || code === undefined || digits.startsWith('00')) return undefined;
  if (code === NANP && !isNorthAmerican(digits.replace(/^1/, ''))) return undefined;
  return digits.length < SHORTEST || digits.length > LONGEST ? undefined : { number: digits, country };
}

function isNorthAmerican(digits: string): boolean {
  return /^[2-9]\d{2}[2-9]\d{6}$/.test(digits);
}

/** The number, a blank, the country. */
export function phoneText({ number, country }: Phone): string {
  return `${number} ${country}`;
}

/** The parts of what `phoneText` wrote. */
export function phoneOf(text: string): Phone {
  const [number = '', country = ''] = text.split(' ');
  return { number, country };
}

/** Whether two are the same number of a country, with its calling code or without, with the zero before or without. */
export function samePhone(one: Phone, other: Phone): boolean {
  return one.country === other.country && forms(one).some((form) => forms(other).includes(form));
}

/** One form of what people write as the same number: without the calling code, and without the zero before. */
export function phoneForm({ number, country }: Phone): string {
  return `${forms({ number, country }).at(-1) ?? digitsOf(number)} ${country}`;
}

/** What a number may be without what is not always dialled: digits without + may begin with the calling code. */
function forms({ number, country }: Phone): string[] {
  const digits = digitsOf(number);
  const code = callingCodeOf(country) ?? '';
  const whole = digits.startsWith(code) ? [digits.slice(code.length)] : [];
  return (number.startsWith('+') ? whole : [digits, ...whole]).map((each) => each.replace(/^0+/, ''));
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
