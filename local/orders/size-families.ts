import type { Random } from './random.js';

/** Sizes that are ordered together, in rising order, and how many of them one line uses. */
interface Family {
  labels: readonly string[];
  used: readonly [least: number, most: number];
}

export const FAMILIES = {
  alpha: { labels: ['XXS', 'XS', 'S', 'M', 'L', 'XL', 'XXL', 'XXXL'], used: [4, 6] },
  alphaPairs: { labels: ['S/M', 'M/L', 'L/XL'], used: [2, 3] },
  numeric: { labels: ['0', '2', '4', '6', '8', '10', '12', '14', '16', '18', '20'], used: [5, 7] },
  waist: { labels: ['28', '30', '31', '32', '33', '34', '36', '38', '40', '42'], used: [5, 8] },
  waistLeg: { labels: ['30/30', '30/32', '32/30', '32/32', '34/30', '34/32', '36/30', '36/32'], used: [6, 8] },
  waistDash: { labels: ['30-30L', '30-32L', '32-30L', '32-32L', '34-30L', '34-32L', '36-32L'], used: [5, 7] },
  wide: { labels: ['0w', '2w', '4w', '6w', '8w', '10w', '12w'], used: [4, 5] },
  toddler: { labels: ['2T', '3T', '4T', '5T', '6T'], used: [4, 5] },
  kidsPairs: { labels: ['2/3', '4/5', '6/7'], used: [2, 3] },
  bra: { labels: ['32C', '32D', '32DD', '34C', '34D', '34DD', '36C', '36D', '36DD'], used: [5, 8] },
  oneSize: { labels: ['OS', 'ONE SIZE'], used: [1, 1] },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof FAMILIES;
export type Size = readonly [label: string, quantity: number];

/** Shares of XS to XL as measured; the other families sell along the same hump. */
const ALPHA_CURVE = [4, 21, 35, 25, 14];

/** Some neighbouring sizes of the family that make up `total`, each at least one. */
export function drawSizes(random: Random, name: FamilyName, total: number): Size[] {
  const { labels, used }: Family = FAMILIES[name];
  const count = Math.min(random.integer(...used), total, labels.length);
  const middle = Math.floor((labels.length - count) / 2);
  const first = Math.max(0, Math.min(labels.length - count, middle + random.integer(-1, 1)));
  return spread(labels.slice(first, first + count), total);
}

/** Deals `total` out over the labels along the curve; what rounding leaves goes to the middle. */
export function spread(labels: readonly string[], total: number): Size[] {
  const weights = labels.map((_, index) => curveAt(labels.length === 1 ? 0.5 : index / (labels.length - 1)));
  const sum = weights.reduce((a, b) => a + b, 0);
  const dealt = weights.map((weight) => 1 + Math.floor(((total - labels.length) * weight) / sum));
  const rest = total - dealt.reduce((a, b) => a + b, 0);
  const middle = Math.floor(labels.length / 2);
  return labels.map((label, index) => [label, (dealt[index] ?? 0) + (index === middle ? rest : 0)]);
}

function curveAt(place: number): number {
  return ALPHA_CURVE[Math.round(place * (ALPHA_CURVE.length - 1))] ?? 1;
}
