import { FixFirstError } from '../ground/errors.js';

/** What a customer number of `PackedLines` has room for. */
const MOST = 65_536;

/** Numbers for names, in the order in which they are first seen. */
export class Names {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#names.length === MOST) {
      throw new FixFirstError(
        'SOURCE_CUSTOMERS_TOO_MANY',
        `The source has more than ${MOST} different customers. Check the column that source.customer of the mapping names.`,
      );
    }
    this.#numbers.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  /** All names so far, in the order of their numbers. */
  all(): readonly string[] {
    return this.#names;
  }

  nameOf(number: number): string {
    const name = this.#names[number];
    if (name === undefined) throw new RangeError(`There is no name ${number}; there are ${this.#names.length}.`);
    return name;
  }
}
