/**
 * Passes values on in their order, and while nobody takes any goes on reading until `limit` of them wait. An error of
 * the source comes after the values before it; who stops early waits until the source is closed.
 */
export async function* readAhead<T>(source: AsyncIterable<T>, limit: number): AsyncGenerator<T> {
  let waiting: T[] = [];
  let ended = false;
  let stopped = false;
  let wake = (): void => undefined;
  // One of the two sides waits at most: the reader for room, the taker for a value.
  const change = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const read = async (): Promise<void> => {
    try {
      for await (const value of source) {
        waiting.push(value);
        wake();
        while (waiting.length >= limit && !stopped) await change();
        if (stopped) return;
      }
    } finally {
      ended = true;
      wake();
    }
  };
  const reading = read();
  // Its error is this function's once the values before it are taken.
  reading.catch(() => undefined);
  try {
    while (!ended || waiting.length > 0) {
      if (waiting.length === 0) await change();
      const taken = waiting;
      waiting = [];
      wake();
      yield* taken;
    }
  } finally {
    stopped = true;
    wake();
    await reading;
  }
}
