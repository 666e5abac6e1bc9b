import { CUSTOMERS, type CustomerProfile } from './customers.js';
import { type Size, spread } from './size-families.js';

/**
 * Pools that lines draw from. Styles, colours and HS codes are dropdown labels on the board, which holds 500 of a
 * column at most; together these stay below that.
 */
const STYLES_PER_CUSTOMER = 24;

const COLOUR_WORDS = [
  'BLACK|WHITE|NAVY|JET BLACK|ARCTIC|TOTAL ECLIPSE|MALTESE BLUE|CHALK|COCOA|SMOKE HEATHER|LIGHT GREY HEATHER|STONE',
  'FOREST|SAGE|OLIVE NIGHT|CLAY|RUST|BURGUNDY|PLUM|LILAC|BLUSH|ROSE DUST|CORAL|APRICOT|BUTTER|SUNBEAM|SAND|TAUPE',
  'ESPRESSO|CHARCOAL|SLATE|STEEL BLUE|SKY|OCEAN|LAGOON|MINT|SEAFOAM|PINE|MOSS|GRAPHITE|IVORY|OAT|PEBBLE|BONE',
].join('|');
const MIXED_COLOURS = [
  '417 - MALTESE BLUE',
  '001 - BLACK',
  '402 - NAVY',
  'CHALK / COCOA',
  'A/ B',
  'TOTAL ECLIPSE/TRUE BLACK',
  'BLACK & WHITE',
  'NAVY-WHITE STRIPE',
  'BLAC',
  'BLAK',
  "SAILOR'S BLUE",
  'THE "NEW" GREEN',
];
export const COLOURS: readonly string[] = [...COLOUR_WORDS.split('|'), ...MIXED_COLOURS];

export const HS_CODES: readonly string[] = ['6109.90', '6104.63', '6103.43', '6110.30', '6112.41', '6212.10'].flatMap(
  (heading) => ['10.10', '10.50', '20.00', '90.30'].map((ending) => `${heading}.${ending}`),
);

/** Invented: the real column names people. */
export const PLANNERS: readonly string[] = ['ROBIN VALE', 'KIM ASTER', 'SASHA LINDEN', 'NOOR HALE', 'JULES MARLOW'];
export const DESTINATIONS: readonly string[] = ['USA', 'UNITED KINGDOM', 'AUSTRALIA', 'CANADA', 'HONG KONG', 'GERMANY'];
export const WAREHOUSES: readonly string[] = ['LOS ANGELES DC', 'SYDNEY DC', 'ROTTERDAM DC', 'NEW JERSEY DC'];
export const DELIVERY_METHODS: readonly string[] = ['SEA', 'AIR', 'SEA-FB', 'DHL'];
export const GARMENTS: readonly string[] = ['LEGGING', 'POLO', 'HOODIE', 'TEE', 'SHORT', 'ONE PIECE', 'JACKET', 'BRA'];

/** A customer's styles; asked for beyond the pool, it begins again. */
export function styleOf(customer: CustomerProfile, index: number): string {
  const place = index % STYLES_PER_CUSTOMER;
  const form = customer.styles[place % customer.styles.length] ?? '%';
  return form.replace('%', String(101 + ((place * 37) % 899)));
}

export function colourOf(customer: CustomerProfile, index: number): string {
  const words = customer.colourPrefix === undefined ? COLOURS : COLOURS.slice(0, 24);
  return `${customer.colourPrefix ?? ''}${words[index % words.length] ?? ''}`;
}

export type SampleValue = string | number | null;

/** One order line: the columns that are filled, and the non-zero sizes. Whatever is not named here is null. */
export interface SampleLine {
  readonly values: Readonly<Record<string, SampleValue>>;
  readonly sizes: readonly Size[];
  /** Sizes of the same family that the order list writes as 0 instead of leaving them empty. */
  readonly zeros?: readonly string[];
}

export const totalOf = (sizes: readonly Size[]): number => sizes.reduce((sum, [, quantity]) => sum + quantity, 0);

/** The columns every order list has, for lines that are written out by hand. */
export function plainLine(
  customer: Pick<CustomerProfile, 'source'>,
  values: SampleLine['values'],
  sizes: readonly Size[],
): SampleLine {
  const total = totalOf(sizes);
  return {
    values: {
      'CUSTOMER NAME': customer.source,
      'ORDER DATE PO RECEIVED': '2025-03-14',
      'EX FACTORY DATE': '2025-08-15',
      'UNIT OF MEASURE': 'PCE',
      'ORDER TYPE': 'ACTIVE',
      'DELIVERY TERMS': 'FOB',
      DESTINATION: 'USA',
      'TOTAL QTY': total === 0 ? null : total,
      ...values,
    },
    sizes,
  };
}

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
