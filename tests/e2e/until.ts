import { setTimeout as delay } from 'node:timers/promises';
import { patience } from '../helpers/engine.js';

const LOOK_EVERY_MS = 10;
const PATIENCE_MS = patience(30_000);

/** Looks again and again until something outside this process has happened. */
export async function until(what: string, happened: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await happened())) {
    if (performance.now() > end) throw new Error(`In ${PATIENCE_MS} ms it never came to this: ${what}.`);
    await delay(LOOK_EVERY_MS);
  }
}
