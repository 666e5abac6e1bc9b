import { uuidV5 } from '../../../shared/ground/ids.js';
import type { Sides } from '../read/lines.js';
import { type Matching, NONE } from './matching.js';

/**
 * The line key of a source line: that of the known line it is. A line never seen before gets its uuid, unless another
 * line was first seen under that; then one made from it, the same in every run until the line is known.
 */
export function lineKeyOf(sides: Sides, matching: Matching, sourceLine: number): string {
  const { keys } = sides.known;
  const found = matching.knownOf(sourceLine);
  if (found !== NONE) return keys.uuidOf(found);
  const uuid = sides.source.lines.uuidOf(sourceLine);
  let lineKey = uuid;
  for (let attempt = 1; keys.find(lineKey) !== NONE; attempt++) lineKey = uuidV5(`line|${uuid}|${attempt}`);
  return lineKey;
}
