/**
 * Rule 30: the work's result, or the signal's reason as soon as it aborts. The work cannot be ended from here: `leave` sees to
 * what becomes of it.
 */
export function unlessStopped<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  leave: () => void = () => undefined,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason);
      leave();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The same parts one by one, until the signal aborts: then its reason. */
export async function* partsUntilStopped<T>(parts: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  for await (const part of parts) {
    signal.throwIfAborted();
    yield part;
  }
}
