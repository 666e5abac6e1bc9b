import type { Outcome } from '../../../shared/runtime/task.js';
import { readStatus, type StatusContext } from './read.js';
import { drawStatus, renderStatus } from './render.js';

/** The current state on one screen. It changes nothing. */
export async function runStatus(context: StatusContext, { json }: { json: boolean }): Promise<Outcome> {
  const status = await readStatus(context);
  if (json) return { lines: [JSON.stringify(status)] };
  const lines = renderStatus(status, context.clock.now());
  return { lines, onTerminal: (terminal) => drawStatus(terminal, lines) };
}
