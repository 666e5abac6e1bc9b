import { uuidV5 } from '../ids.js';

/**
 * The line key of a line that was never seen before: its uuid, unless another line was first seen under that; then one
 * made from it, the same in every run until the line is known.
 */
export function freshLineKey(uuid: string, isTaken: (lineKey: string) => boolean): string {
  let lineKey = uuid;
  for (let attempt = 1; isTaken(lineKey); attempt++) lineKey = uuidV5(`line|${uuid}|${attempt}`);
  return lineKey;
}
