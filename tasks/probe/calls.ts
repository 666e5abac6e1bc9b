/** The bound was reached before the probe had come to its end. */
export class BoundReachedError extends Error {}

/** Counts the calls of one part of the probe, and lets none leave beyond the bound that was named. */
export class Calls {
  readonly bound: number;
  #used = 0;
  #mutations = 0;
  #points = 0;

  constructor(bound: number) {
    this.bound = bound;
  }

  /** Called before each request with the number of its mutations. */
  spend(mutations: number): void {
    if (this.#used >= this.bound) throw new BoundReachedError(`The bound of ${this.bound} calls is reached.`);
    this.#used++;
    this.#mutations += mutations;
  }

  charge(points: number): void {
    this.#points += points;
  }

  get used(): number {
    return this.#used;
  }

  get mutations(): number {
    return this.#mutations;
  }

  /** Points of complexity, as the answers named them. */
  get points(): number {
    return this.#points;
  }
}
