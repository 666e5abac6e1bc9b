import { setFlagsFromString } from 'node:v8';

/** How far the heap may grow beyond what was live, in percent, before garbage is looked for. */
const GROWTH_PERCENT = 50;

/**
 * Keeps the memory flat in a task that streams many rows and retains few. By default the runtime lets the
 * heap grow to four times what is live. Unlike a limit, this never ends a process that does need more.
 *
 * Load all modules before: V8 accepts compiled code only under the flags with which it was compiled, so that whatever is
 * loaded later is compiled again, whatever NODE_COMPILE_CACHE holds.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
