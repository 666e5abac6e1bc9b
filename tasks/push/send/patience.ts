import type { Clock } from '../../../shared/ground/clock.js';
import { type Failure, waitBeforeRetry } from '../../../shared/monday/errors.js';
import { LONGEST_WAIT_MS } from '../../../shared/monday/until-done.js';
import type { Unit } from '../model/unit.js';
import type { Trouble } from '../model/unit-states.js';
import type { UnitVerdict } from './answers.js';

/** Some wrong values also cause server errors: after so many in a row while others succeed, the unit is at fault. */
const SERVER_ERRORS_BEFORE_PARKING = 4;
/** No unit is sent more often than this without an answer that moves it on. */
const MOST_SENDS = 5;
/** After the same server error in two pushes, units are at fault even if nothing else succeeds either. */
const MOST_SERVER_ERRORS = 2 * SERVER_ERRORS_BEFORE_PARKING;
/** A missing right or column is missing the next time too; it is sent again to see what others get meanwhile. */
const SENDS_BEFORE_STOPPING = 2;

/** So few lines need not have others beside them that get through: what is said of each of them is its own. */
const FEW_LINES = 3;

/** Too large in ever smaller company. */
const SENDS_BEFORE_ALONE = 3;

export interface PushSoFar {
  /** Mutations that the board has accepted in this push, those of this answer included. */
  accepted: number;
  acceptedBefore: number;
  /** Unsettled lines of the batch. */
  openLines: number;
  clock: Clock;
}

/** Whether the request left at all. */
const NEVER_LEFT = 'NOT_SENT';

export interface Patient {
  verdict: UnitVerdict;
  trouble: Trouble | null;
  /** Not to be sent again before. */
  notBefore: Date | null;
}

/**
 * Rule 26: gives every send an end. What the board says again and again of one unit, while it accepts others, is that unit's
 * fault: it is parked. While nothing at all gets through, no line is to blame: push ends, and the lines stay pending. Few
 * lines may be all that would get through: what they are refused for at their own fields, while the board reads as it
 * should, parks them after more tries.
 */
export function withPatience(
  verdict: UnitVerdict,
  unit: Unit,
  { accepted, acceptedBefore, openLines, clock }: PushSoFar,
): Patient {
  const { failure, own = false } = verdict;
  const settled = failure === undefined || verdict.park || verdict.stop || verdict.full || verdict.notThere;
  if (settled) return { verdict, trouble: failure === undefined ? null : unit.trouble, notBefore: null };
  if (failure.code === NEVER_LEFT) return { verdict, trouble: unit.trouble, notBefore: null };
  // Not yet sent alone: which of several a gateway refuses shows then.
  if (verdict.alone === true && !own && failure.reaction === 'stop')
    return { verdict, trouble: unit.trouble, notBefore: null };
  const whole = !own && verdict.outcome.kind === 'refused';
  const before = unit.trouble ?? { sends: 0, acceptedBefore, answered: false };
  const answered = before.answered || !whole;
  // A limit of the account that lets others through is not this unit's, unless the unit was answered in between.
  const others = accepted > before.acceptedBefore;
  const trouble =
    others && !answered ? { sends: 1, acceptedBefore, answered } : { ...before, sends: before.sends + 1, answered };
  if (isToBlame(verdict, others || openLines <= FEW_LINES))
    // A line that is retried after a day must not get today's answer.
    return { verdict: { ...verdict, outcome: { kind: 'unknown', kept: true }, park: true }, trouble, notBefore: null };
  const stops = own && failure.reaction === 'stop';
  const few = stops && openLines <= FEW_LINES;
  const most = stops && !few ? SENDS_BEFORE_STOPPING : MOST_SENDS;
  const waitMs = failure.reaction === 'retry' ? waitOf(failure, own, trouble.sends, clock) : 0;
  if (trouble.sends < most && waitMs <= LONGEST_WAIT_MS) {
    const notBefore = waitMs > 0 ? new Date(clock.now().getTime() + waitMs) : null;
    const smaller = failure.advice === 'smaller body' && trouble.sends >= SENDS_BEFORE_ALONE;
    return { verdict: smaller ? { ...verdict, alone: true } : verdict, trouble, notBefore };
  }
  if (whole || !(others || few)) return { verdict: { ...verdict, stop: true }, trouble, notBefore: null };
  const outcome = verdict.outcome.kind === 'refused' ? ({ kind: 'failed' } as const) : verdict.outcome;
  return { verdict: { ...verdict, outcome, park: true }, trouble, notBefore: null };
}

const TOO_MANY_REQUESTS = 429;
/** A limit counts by the minute: the first wait is this far along already, so that few sends outlive one. */
const FIRST_WAIT_OF_LIMIT = 3;

/** What a whole request is told to wait is the pace's; the rest is for a limit that states no wait, or none worth the name. */
function waitOf(failure: Failure, own: boolean, sends: number, clock: Clock): number {
  if (own && failure.status !== TOO_MANY_REQUESTS) return waitBeforeRetry(failure, sends, clock);
  return waitBeforeRetry(own ? failure : {}, sends + FIRST_WAIT_OF_LIMIT, clock);
}

function isToBlame({ serverErrors = 0 }: UnitVerdict, alone: boolean): boolean {
  return serverErrors >= (alone ? SERVER_ERRORS_BEFORE_PARKING : MOST_SERVER_ERRORS);
}
