import type { SampleValue } from './catalogue.js';
import { HS_CODES } from './catalogue.js';
import type { Random } from './random.js';

/**
 * Invented prices in the forms that the real columns have, all text: two decimals, currency signs, 0 for none,
 * fractions with three decimals, and floats with their whole tail.
 */
export function priceColumns(random: Random): Record<string, SampleValue> {
  const price = 5 + random.next() * 35;
  const rate = random.integer(0, 320) / 1_000;
  const fob = price * (0.8 + random.next() / 10);
  const tariff = random.integer(50, 300) / 1_000;
  const sometimes = (value: string, share: number): string | null => (random.chance(share) ? value : null);
  return {
    'CUSTOMER PRICE': random.chance(0.05) ? `$${price.toFixed(2)}` : price.toFixed(2),
    'EX WORKS (USD)': sometimes((price * 0.7).toFixed(2), 0.6),
    'USA ONLY LSTP 75% EX WORKS': sometimes('0', 0.5),
    'ADMINISTRATION FEE': sometimes((random.integer(1, 40) / 10).toFixed(1), 0.3),
    'DESIGN FEE': sometimes('0.5', 0.1),
    'FX CHARGE': sometimes((random.integer(1, 300) / 100).toFixed(2), 0.2),
    HANDLING: sometimes((random.integer(1, 30) / 10).toFixed(1), 0.2),
    'SURCHARGE FEE': sometimes('0', 0.2),
    DISCOUNT: sometimes('0', 0.2),
    'FINAL FOB (USD)': random.chance(0.3) ? fob.toFixed(15) : fob.toFixed(2),
    'HS CODE': sometimes(random.pick(HS_CODES), 0.6),
    'US DUTY RATE': rate.toFixed(3),
    'US DUTY': random.chance(0.4) ? '0' : (fob * rate).toFixed(2),
    FREIGHT: sometimes((random.integer(5, 90) / 100).toFixed(2), 0.4),
    'US TARIFF RATE': tariff.toFixed(3),
    'US TARIFF': random.chance(0.4) ? '0' : (fob * tariff).toFixed(2),
    'DDP US (USD)': random.chance(0.5) ? '0' : (fob * (1 + rate + tariff)).toFixed(15),
    'SMS PRICE USD': random.chance(0.5) ? '0' : (price * 1.5).toFixed(2),
    'FINAL PRICES Y/N': random.pick(['Y', 'N', null]),
    'NOTES FOR PRICE': sometimes('PRICE HELD FROM LAST SEASON', 0.03),
  };
}
