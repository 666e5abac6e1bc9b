import type { Outcome } from '../../../shared/runtime/task.js';
import { readStatus, type StatusContext } from './read.js';
import { renderStatus } from './render.js';

/** How things stand, on one screen. It changes nothing. */
export async function runStatus(context: StatusContext, { json }: { json: boolean }): Promise<Outcome> {
  const status = await readStatus(context);
  return { lines: json ? [JSON.stringify(status)] : renderStatus(status, context.clock.now()) };
}
