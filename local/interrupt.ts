import { stoppedBy } from '../shared/ground/errors.js';

/** Aborts at Ctrl-C or SIGTERM, so that what was started is stopped before the program ends. */
export function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(stoppedBy(signal)));
  return stop.signal;
}

/** Resolves when it is aborted; until then the program stays. */
export async function untilInterrupted(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(alive);
}
