interface Sized {
  /** How much of the limit it takes up. */
  readonly size: number;
}

/**
 * Passes parts on in their order, and while nobody takes any goes on reading until `limit` or more wait. An error of
 * the source comes after the parts before it; who stops early waits until the source is closed.
 */
export class ReadAhead<T extends Sized> {
  readonly parts: AsyncGenerator<T>;
  readonly #source: AsyncIterable<T>;
  #limit: number;
  #waiting: T[] = [];
  #size = 0;
  #ended = false;
  #stopped = false;
  #wake = (): void => undefined;

  constructor(source: AsyncIterable<T>, limit: number) {
    this.#source = source;
    this.#limit = limit;
    this.parts = this.#pass();
  }

  /** From now on so much may wait, at least one part. */
  set limit(limit: number) {
    this.#limit = limit;
    this.#wake();
  }

  async *#pass(): AsyncGenerator<T> {
    const reading = this.#read();
    // Its error is thrown once the parts before it are consumed.
    reading.catch(() => undefined);
    try {
      while (!this.#ended || this.#waiting.length > 0) {
        if (this.#waiting.length === 0) await this.#change();
        const taken = this.#waiting;
        this.#waiting = [];
        this.#size = 0;
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
      for await (const part of this.#source) {
        this.#waiting.push(part);
        this.#size += part.size;
        this.#wake();
        while (this.#size >= this.#limit && !this.#stopped) await this.#change();
        if (this.#stopped) return;
      }
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }

  /** One of the two sides waits at most: the reader for room, the taker for a part. */
  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
