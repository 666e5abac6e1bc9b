import { setFlagsFromString } from 'node:v8';

/** How far the heap may grow beyond what was live, in percent, before garbage is looked for. */
const GROWTH_PERCENT = 50;

/**
 * Keeps the memory flat in a task that streams many rows and retains few. By default the runtime lets the
 * heap grow to four times what is live. Unlike a limit, this never ends a process that does need more.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
