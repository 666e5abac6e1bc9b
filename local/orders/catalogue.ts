import type { CustomerProfile } from './customers.js';

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
