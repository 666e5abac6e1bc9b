import { setTimeout as delay } from 'node:timers/promises';
import { patience } from '../helpers/engine.js';

const LOOK_EVERY_MS = 10;
const PATIENCE_MS = patience(30_000);

/** Looks again and again until something outside this process has happened. */
export async function until(
  what: string,
  happened: () => Promise<boolean> | boolean,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await happened())) {
    if (performance.now() > end) throw new Error(`In ${patienceMs} ms it never came to this: ${what}.`);
    await delay(LOOK_EVERY_MS);
  }
}
