import { createHash } from 'node:crypto';

/**
 * A number in [0, 1) that depends on the seed and the words only. Chance is tied to what is drawn for, not to the
 * order of arrival, so a schedule repeats although several requests are in flight.
 */
export function draw(seed: number, ...words: (string | number)[]): number {
  const digest = createHash('sha256')
    .update([seed, ...words].join('\u0000'))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** A whole number from `low` to `high`, both included. */
export function drawInteger(low: number, high: number, seed: number, ...words: (string | number)[]): number {
  return low + Math.floor(draw(seed, ...words) * (high - low + 1));
}
