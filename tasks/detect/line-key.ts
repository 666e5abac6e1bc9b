import { freshLineKey } from '../../shared/lines/line-key.js';
import type { Sides } from './lines.js';
import { type Matching, NONE } from './matching.js';

/** The line key of a source line: that of the known line it is, or a fresh one. */
export function lineKeyOf(sides: Sides, matching: Matching, sourceLine: number): string {
  const { keys } = sides.known;
  const found = matching.knownOf(sourceLine);
  if (found !== NONE) return keys.uuidOf(found);
  return freshLineKey(sides.source.lines.uuidOf(sourceLine), (lineKey) => keys.find(lineKey) !== NONE);
}
