/**
 * Passes values on in their order, and while nobody takes any goes on reading until `limit` of them wait. An error of
 * the source comes after the values before it; who stops early waits until the source is closed.
 */
export class ReadAhead<T> {
  readonly values: AsyncGenerator<T>;
  readonly #source: AsyncIterable<T>;
  #limit: number;
  #waiting: T[] = [];
  #ended = false;
  #stopped = false;
  #wake = (): void => undefined;

  constructor(source: AsyncIterable<T>, limit: number) {
    this.#source = source;
    this.#limit = limit;
    this.values = this.#pass();
  }

  /** From now on so many may wait, at least one. */
  set limit(limit: number) {
    this.#limit = limit;
    this.#wake();
  }

  async *#pass(): AsyncGenerator<T> {
    const reading = this.#read();
    // Its error is thrown once the values before it are consumed.
    reading.catch(() => undefined);
    try {
      while (!this.#ended || this.#waiting.length > 0) {
        if (this.#waiting.length === 0) await this.#change();
        const taken = this.#waiting;
        this.#waiting = [];
        this.#wake();
        yield* taken;
      }
    } finally {
      this.#stopped = true;
      this.#wake();
      await reading;
    }
  }

  async #read(): Promise<void> {
    try {
      for await (const value of this.#source) {
        this.#waiting.push(value);
        this.#wake();
        while (this.#waiting.length >= this.#limit && !this.#stopped) await this.#change();
        if (this.#stopped) return;
      }
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }

  /** One of the two sides waits at most: the reader for room, the taker for a value. */
  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
