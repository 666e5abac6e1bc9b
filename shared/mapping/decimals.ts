/** What DECIMAL(38,18) holds before and after the point. */
const INTEGER_DIGITS = 20;
const FRACTION_DIGITS = 18;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * The one way to write a decimal number: no sign but minus, no needless zero, no exponent. Undefined for a text that
 * is no number or has more digits than DECIMAL(38,18). Works on the digits: money never becomes a float.
 */
export function canonicalDecimal(text: string): string | undefined {
  const parts = DECIMAL.exec(text);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return undefined;
  const digits = shiftPoint(whole, fraction, Number(exponent));
  const integer = digits.integer.replace(/^0+(?=\d)/, '');
  const decimals = digits.fraction.replace(/0+$/, '');
  if (integer.length > INTEGER_DIGITS || decimals.length > FRACTION_DIGITS) return undefined;
  const number = decimals === '' ? integer : `${integer}.${decimals}`;
  return sign === '-' && number !== '0' ? `-${number}` : number;
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

function shiftPoint(whole: string, fraction: string, exponent: number): { integer: string; fraction: string } {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return { integer: '0', fraction: '0'.repeat(-point) + digits };
  if (point >= digits.length) return { integer: digits.padEnd(point, '0'), fraction: '' };
  return { integer: digits.slice(0, point), fraction: digits.slice(point) };
}
