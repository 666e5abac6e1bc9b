import { stoppedBy } from '../shared/ground/errors.js';

/**
 * Aborts at Ctrl-C, SIGTERM or when the terminal goes, so that what was started is stopped before the program ends.
 * Those that come later, as when somebody presses Ctrl-C twice, do not cut that short.
 */
export function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stop.abort(stoppedBy(signal)));
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
