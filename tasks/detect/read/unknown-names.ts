import { type UnknownName, unknownKey } from '../../../shared/mapper/unknown-names.js';

/** What the number in a line's flags has room for; number 0 is none, the last one all further names. */
const MOST = 16_383;

/** Numbers for the unknown names and words of a scan, from 1. */
export class UnknownNames {
  readonly #numbers = new Map<string, number>();
  readonly #names: UnknownName[] = [];

  numberOf(unknown: UnknownName): number {
    const key = unknownKey(unknown);
    const number = this.#numbers.get(key);
    if (number !== undefined) return number;
    if (this.#names.length === MOST) return MOST;
    this.#numbers.set(key, this.#names.length + 1);
    return this.#names.push(this.#names.length === MOST - 1 ? { customer: 'further names' } : unknown);
  }

  nameOf(number: number): UnknownName {
    return this.#names[number - 1] ?? { customer: '' };
  }
}
