import { colourOf, styleOf } from './catalogue.js';
import { CUSTOMERS, type CustomerProfile } from './customers.js';
import { plainLine, type SampleLine } from './line.js';
import { type Size, spread } from './size-families.js';

/** The case every check of the pipeline goes back to: 69 lines, 53 active ones with 264 sizes, 52 of them with an XL. */
export const REFERENCE_PO = '4755';
const LINES = 69;
const ACTIVE = 53;
const LINES_PER_ORDER = 12;

/** GREYSON's purchase order 4755. Its lines without quantity are cancelled, but for two forecasts of nothing. */
export function referenceOrder(): SampleLine[] {
  const greyson = customerNamed('GREYSON CLOTHIERS');
  return Array.from({ length: LINES }, (_, n) => {
    const status = n < ACTIVE ? 'ACTIVE' : n < LINES - 2 ? 'CANCELLED' : 'FORECAST';
    const values = {
      'AAG ORDER NUMBER': `GRE-0${4301 + Math.floor(n / LINES_PER_ORDER)}`,
      'PO NUMBER': REFERENCE_PO,
      'AAG SEASON': '2025 FALL',
      'CUSTOMER STYLE': styleOf(greyson, Math.floor(n / 3)),
      'CUSTOMER COLOUR DESCRIPTION': colourOf(greyson, n),
      'STYLE DESCRIPTION': 'MENS POLO',
      CATEGORY: 'MENS',
      'ORDER TYPE': n === ACTIVE ? 'Cancelled' : status,
      'CUSTOMER PRICE': (18 + (n % 9) * 1.25).toFixed(2),
    };
    return plainLine(greyson, values, n < ACTIVE ? sizesOf(n) : []);
  });
}

/** Five sizes each, but the last active line, which has no XL. */
function sizesOf(n: number): Size[] {
  const labels = n === ACTIVE - 1 ? ['XS', 'S', 'M', 'L'] : ['XS', 'S', 'M', 'L', 'XL'];
  return spread(labels, 60 + (n % 12) * 45);
}

export function customerNamed(source: string): CustomerProfile {
  const found = CUSTOMERS.find((customer) => customer.source === source);
  if (!found) throw new RangeError(`The sample has no customer ${source}`);
  return found;
}
