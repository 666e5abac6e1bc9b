import type { OpenFailure } from '../../../shared/store/failures.js';
import { hashNumberOf, type Sides, UNACKNOWLEDGED } from '../read/lines.js';
import { type Matching, NONE } from './matching.js';

/**
 * Rule 26: makes the test whether a failure is over because the line holds again what the board acknowledged: it was of
 * another content, which is nowhere any more. Only for lines of these customers.
 */
export function compileOutlived(
  sides: Sides,
  matching: Matching,
  customers: ReadonlySet<string>,
): (failure: OpenFailure) => boolean {
  const { lines, keys, live } = sides.known;
  const source = sides.source.lines;
  return ({ lineKey, rowHash }) => {
    const known = keys.find(lineKey);
    if (known === NONE || known >= live || !customers.has(sides.names.nameOf(lines.customerOf(known)))) return false;
    const line = matching.sourceOf(known);
    const flags = lines.flagsOf(known);
    if (line === NONE || (flags & UNACKNOWLEDGED) !== 0) return false;
    return (
      lines.sameHash(known, 0, source, line, hashNumberOf(flags)) &&
      Buffer.from(source.hashOf(line)).toString('hex') !== rowHash
    );
  };
}
