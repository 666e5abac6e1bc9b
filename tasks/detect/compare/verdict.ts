import type { OpenFailure } from '../../../shared/store/failures.js';
import type { Change, Reason } from '../../../shared/store/states.js';
import { FROZEN, hashNumberOf, IN_SCOPE, MISSED_LONG, NONE, OTHER_MAPPING, UNACKNOWLEDGED } from '../read/flags.js';
import type { Sides } from '../read/source.js';
import type { Matching } from './matching.js';

/** The kinds of lines without a change: only counted. */
export type Standing = 'UNCHANGED' | 'OUT_OF_SCOPE' | 'FROZEN' | 'PENDING';

export interface Verdict {
  readonly change: Change | Standing;
  readonly reason: Reason;
  /** Counts for the brake: the line was acknowledged, and its content changed. */
  readonly large: boolean;
}

const verdict = (change: Verdict['change'], reason: Reason = 'CONTENT', large = false): Verdict => ({
  change,
  reason,
  large,
});

// One object each, because a run classifies every line twice.
const NEW = verdict('NEW');
const UNCHANGED = verdict('UNCHANGED');
const OUT_OF_SCOPE = verdict('OUT_OF_SCOPE');
/** Rule 5: neither changed nor deleted in this run. */
const FROZEN_LINE = verdict('FROZEN');
/** Rule 11: another customer's open batch has the line; it is looked at again once that is done. */
export const AT_WORK = verdict('FROZEN');
const CHANGED = verdict('CHANGED', 'CONTENT', true);
const RETRY = verdict('CHANGED', 'RETRY');
const FULL = verdict('CHANGED', 'FULL');
const MAPPING = verdict('CHANGED', 'MAPPING');
const REKEYED = verdict('REKEYED');
const DELETED = verdict('DELETED', 'CONTENT', true);
const DELETED_UNACKNOWLEDGED = verdict('DELETED');
const PENDING = verdict('PENDING', 'CONTENT', true);
const PENDING_UNACKNOWLEDGED = verdict('PENDING');

/** Whether the line goes into a change set. */
export function isChange(found: Verdict): found is Verdict & { readonly change: Change } {
  const { change } = found;
  return change === 'NEW' || change === 'CHANGED' || change === 'DELETED' || change === 'REKEYED';
}

/** Classifies a source line, given the known line it was matched with. */
export function judgeSource(sides: Sides, matching: Matching, line: number, options: { full: boolean }): Verdict {
  const source = sides.source.lines;
  const { known } = sides;
  const found = matching.knownOf(line);
  if (source.isDuplicate(line)) return FROZEN_LINE;
  if (found !== NONE && (known.flagsOf(found) & FROZEN) !== 0) return FROZEN_LINE;
  if ((source.flagsOf(line) & IN_SCOPE) === 0) return OUT_OF_SCOPE;
  if (found === NONE || found >= known.live) return NEW;
  const flags = known.flagsOf(found);
  if ((flags & UNACKNOWLEDGED) !== 0) return RETRY;
  // Rule 7: a column that table and mapping have renamed is a change of the mapping.
  if (!known.sameHash(found, line)) return sides.incomplete?.has(hashNumberOf(flags)) ? MAPPING : CHANGED;
  if (known.customerOf(found) !== source.customerOf(line)) return MAPPING;
  if (options.full) return (flags & OTHER_MAPPING) !== 0 ? MAPPING : FULL;
  return known.sameUuid(found, line) ? UNCHANGED : REKEYED;
}

/** Rule 6: classifies a live known line without a source line. */
export function judgeVanished(
  sides: Sides,
  line: number,
  options: { mayDelete: boolean; confirmed: boolean },
): Verdict {
  const flags = sides.known.flagsOf(line);
  const acknowledged = (flags & UNACKNOWLEDGED) === 0;
  const due = options.mayDelete && (options.confirmed || (flags & MISSED_LONG) !== 0);
  if (due) return acknowledged ? DELETED : DELETED_UNACKNOWLEDGED;
  return acknowledged ? PENDING : PENDING_UNACKNOWLEDGED;
}

/**
 * Rule 26: makes the test whether a failure is over because the line holds again what the board acknowledged: it was of
 * another content, which is nowhere any more. Only for lines of these customers.
 */
export function compileOutlived(
  sides: Sides,
  matching: Matching,
  customers: ReadonlySet<string>,
): (failure: OpenFailure) => boolean {
  const { known } = sides;
  const source = sides.source.lines;
  return ({ lineKey, rowHash }) => {
    const found = known.findKey(lineKey);
    if (found === NONE || found >= known.live) return false;
    if (!customers.has(sides.names.nameOf(known.customerOf(found)))) return false;
    const line = matching.sourceOf(found);
    if (line === NONE || (known.flagsOf(found) & UNACKNOWLEDGED) !== 0) return false;
    return known.sameHash(found, line) && Buffer.from(source.hashOf(line)).toString('hex') !== rowHash;
  };
}
