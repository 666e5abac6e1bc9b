import { DAY_MS } from '../../shared/ground/clock.js';
import {
  COLOURS,
  colourOf,
  DELIVERY_METHODS,
  DESTINATIONS,
  GARMENTS,
  PLANNERS,
  type SampleLine,
  type SampleValue,
  styleOf,
  totalOf,
  WAREHOUSES,
} from './catalogue.js';
import type { CustomerProfile } from './customers.js';
import { priceColumns } from './prices.js';
import { Random } from './random.js';
import { drawSizes, FAMILIES, type FamilyName, type Size } from './size-families.js';

/** Lines per order, over and over: few orders are large. */
const ORDER_SIZES = [3, 8, 1, 5, 12, 2, 6, 4];
const CYCLE = ORDER_SIZES.reduce((a, b) => a + b, 0);
/** Ordinary orders count from here; lower numbers belong to orders that are written out by hand. */
const FIRST_ORDER = 10_000;
const ROUND_TOTALS = [300, 400, 500, 600, 750];

/** A customer's n-th ordinary line; depends on the seed, the customer and n only. */
export function ordinaryLine(seed: number, customer: CustomerProfile, n: number): SampleLine {
  const order = orderOf(n);
  const salt = [...customer.prefix].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7);
  const shared = orderColumns(new Random(seed, salt ^ -order.number), customer, order.number);
  const random = new Random(seed ^ salt, n);
  const style = styleOf(customer, order.number * 5 + Math.floor(order.place / 4));
  const colour = colourOf(customer, order.number * 7 + order.place);
  const orderType = random.weighted([
    ['ACTIVE', 74],
    ['FORECAST', 14],
    ['CANCELLED', 10],
    ['Cancelled', 2],
  ]);
  const family = random.pick(customer.families);
  const sizes = isEmpty(random, orderType) ? [] : drawSizes(random, family, drawTotal(random));
  const total = totalOf(sizes);
  return {
    values: {
      ...shared,
      'CUSTOMER STYLE': style,
      'CUSTOMER COLOUR DESCRIPTION': colour,
      'STYLE DESCRIPTION': `${customer.category} ${random.pick(GARMENTS)}`,
      'ALIAS/RELATED ITEM': random.chance(0.6) ? `${style}-${String(COLOURS.length + order.place)}` : null,
      'PATTERN ID': random.chance(0.3) ? `P${random.integer(1000, 9999)}` : null,
      'ORDER TYPE': orderType,
      'UNIT OF MEASURE': 'PCE',
      'TOTAL QTY': total > 0 ? total : random.pick([0, null]),
      VALIDATION: `${shared['PO NUMBER'] ?? ''}${style}${colour}${total}`,
      NOTES: random.chance(0.08) ? `QTY CONFIRMED ${random.integer(10, 28)}.0${random.integer(1, 9)}.25` : null,
      ...priceColumns(random),
    },
    sizes,
    zeros: random.chance(0.5) ? unusedOf(family, sizes) : [],
  };
}

function orderOf(n: number): { number: number; place: number } {
  let place = n % CYCLE;
  let index = 0;
  for (const size of ORDER_SIZES) {
    if (place < size) break;
    place -= size;
    index += 1;
  }
  return { number: Math.floor(n / CYCLE) * ORDER_SIZES.length + index, place };
}

/** What the lines of one order have in common. */
function orderColumns(random: Random, customer: CustomerProfile, number: number): Record<string, SampleValue> {
  const ordered = random.chance(0.7) ? day(2025, random.integer(0, 300)) : day(2022, random.integer(0, 1_000));
  const planner = random.pick(PLANNERS);
  return {
    'AAG ORDER NUMBER': `${customer.prefix}-${String(FIRST_ORDER + number).padStart(5, '0')}`,
    'CUSTOMER NAME': customer.source,
    'ORDER DATE PO RECEIVED': ordered,
    'EX FACTORY DATE': daysAfter(ordered, random.integer(90, 150)),
    'ETA CUSTOMER WAREHOUSE DATE': random.chance(0.3) ? daysAfter(ordered, random.integer(160, 200)) : null,
    'CUSTOMER ALT PO': random.chance(0.05) ? `ALT-${random.integer(100, 999)}` : null,
    'PO NUMBER': purchaseOrder(random),
    'AAG SEASON': random.weighted(customer.aagSeasons),
    'CUSTOMER SEASON': random.chance(customer.seasoned) ? random.pick(customer.customerSeasons) : null,
    DROP: random.chance(0.08) ? `DROP0${random.integer(1, 4)}` : null,
    'RANGE / COLLECTION': random.chance(0.2) ? random.pick(['CORE', 'STUDIO', 'TRAVEL']) : null,
    CATEGORY: random.chance(0.7) ? customer.category : null,
    PLANNER: planner,
    'MAKE OR BUY': 'BUY',
    DESTINATION: random.pick(DESTINATIONS),
    'DESTINATION WAREHOUSE': random.chance(0.4) ? random.pick(WAREHOUSES) : null,
    'DELIVERY TERMS': random.pick(['FOB', 'FOB', 'DDP']),
    'PLANNED DELIVERY METHOD': random.pick(DELIVERY_METHODS),
    ...extraColumns(random, customer),
  };
}

function extraColumns(random: Random, customer: CustomerProfile): Record<string, SampleValue> {
  const columns: Record<string, SampleValue> = {};
  for (const extra of customer.extras) {
    if (extra === 'bulk') columns['BULK AGREEMENT NUMBER'] = `BA${random.integer(10_000, 99_999)}`;
    if (extra === 'distro') columns['CO NUMBER - INITIAL DISTRO'] = String(random.integer(1_000_000, 1_999_999));
    if (extra === 'infor') {
      // All digits, and between the size markers: not a size for all that.
      columns['INFOR COLOUR CODE'] = String(random.integer(100, 999));
      columns['INFOR MAKE/BUY CODE'] = '2';
    }
    if (extra === 'codes') {
      columns['CUSTOMER CODE'] = customer.prefix;
      columns['FACILITY CODE'] = String(random.integer(10, 40));
      columns['AAG SEASON CODE'] = random.pick(['SS26', 'FW25']);
    }
  }
  return columns;
}

function purchaseOrder(random: Random): string | null {
  const number = random.integer(5_000, 9_999);
  return random.weighted([
    [String(number), 60],
    [`${number}-00`, 25],
    ['AWAITING PO', 5],
    [null, 10],
  ]);
}

function isEmpty(random: Random, orderType: string): boolean {
  if (orderType === 'ACTIVE') return random.chance(0.23);
  return random.chance(orderType === 'FORECAST' ? 0.6 : 0.7);
}

/** Log-normal about the measured median of 247.5 within the measured bounds; a quarter are round figures. */
function drawTotal(random: Random): number {
  if (random.chance(0.26)) return random.pick(ROUND_TOTALS);
  return Math.max(18, Math.min(3_488, Math.round(230 * Math.exp(random.normal()))));
}

function unusedOf(family: FamilyName, sizes: readonly Size[]): string[] {
  const used = new Set(sizes.map(([label]) => label));
  return FAMILIES[family].labels.filter((label) => !used.has(label));
}

const day = (year: number, offset: number): string => isoDate(Date.UTC(year, 0, 1) + offset * DAY_MS);
const daysAfter = (date: string, days: number): string => isoDate(Date.parse(date) + days * DAY_MS);
const isoDate = (time: number): string => new Date(time).toISOString().slice(0, 10);
