import type { Progress } from './progress.js';

/** Resolves at Ctrl-C or SIGTERM. */
export async function untilInterrupted(progress: Progress, url: string): Promise<void> {
  progress.say(`Everything stays up. Look at ${url}; Ctrl-C ends it.`);
  const alive = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  clearInterval(alive);
}
