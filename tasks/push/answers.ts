import { z } from 'zod';
import { FixFirstError, TryAgainError } from '../../shared/errors.js';
import type { Outcome } from '../../shared/ledger/transitions.js';
import { type Answer, outcomeOfAlias } from '../../shared/monday/answer.js';
import type { Failure } from '../../shared/monday/errors.js';
import { plainCode } from '../../shared/monday/failure-codes.js';
import type { BegunPart } from './request.js';

/** What an answer means for one unit. */
export interface Verdict {
  outcome: Outcome;
  /** What the board said, where it said no. */
  failure?: Failure;
  /** The line's data is refused for good. */
  park?: boolean;
  /** Nothing of this run will get through until somebody has acted. */
  stop?: boolean;
  /** Something that the mutation names is gone: look it up again. */
  notThere?: boolean;
  /** Turned down together with others: to be sent alone. */
  alone?: boolean;
}

/** Server errors are also what some wrong values get; a unit that meets one so often alone is parked. */
const SERVER_ERRORS_BEFORE_PARKING = 4;

const created = z.object({ id: z.string() });
const GONE = new Set(['resourcenotfoundexception', 'invaliditemidexception']);

/** Judges the answer alias by alias: one bad value never takes others with it. */
export function verdictOf(
  answer: Answer,
  part: BegunPart,
  { together, now, settleMs }: { together: number; now: Date; settleMs: number },
): Verdict {
  const outcome = outcomeOfAlias(answer, part.alias);
  if (outcome.kind === 'done') return { outcome: { kind: 'done', id: created.parse(outcome.data).id, now, settleMs } };
  const { failure } = outcome;
  if (outcome.kind === 'unknown') return unknown(answer, failure, part);
  switch (failure.reaction) {
    case 'retry':
      // The first attempt under this key is still running: what becomes of it is not known yet.
      return failure.advice === 'same body'
        ? { outcome: { kind: 'unknown' }, failure }
        : { outcome: { kind: 'refused' }, failure };
    case 'stop':
      return { outcome: { kind: 'refused' }, failure, stop: true };
    case 'unknown':
      return unknown(answer, failure, part);
    case 'park':
      return parked(answer, failure, part, together);
  }
}

function unknown(answer: Answer, failure: Failure, { begun }: BegunPart): Verdict {
  const server = plainCode(failure.code) === 'internalservererror';
  const park = server && begun.tries + 1 >= SERVER_ERRORS_BEFORE_PARKING;
  return { outcome: { kind: 'unknown', kept: isKeptFailure(answer) }, failure, ...(park ? { park } : {}) };
}

/** The API has kept this failure for the key; an answer that was only cut on its way has come from a success. */
function isKeptFailure({ kind, replayed, status = 0 }: Answer): boolean {
  return replayed && (kind === 'answered' || status >= 500);
}

function parked(answer: Answer, failure: Failure, { unit }: BegunPart, together: number): Verdict {
  // Refused as a whole: which of the fields is to blame shows when each travels alone.
  if (answer.kind === 'refused' && together > 1)
    return { outcome: { kind: 'refused' }, failure, ...(failure.advice === 'smaller body' ? {} : { alone: true }) };
  if (GONE.has(plainCode(failure.code)) && unit.notThere === 0)
    return { outcome: { kind: 'refused' }, failure, notThere: true };
  return { outcome: { kind: 'failed' }, failure, park: true };
}

/** The error with which push ends when the board lets nothing through. */
export function stopError(failure: Failure, requestId: string | undefined): Error {
  const where = { requestId };
  const said = `The board stopped the push: ${failure.code}, ${failure.message}.`;
  if (plainCode(failure.code) === 'dailylimitexceeded')
    return new TryAgainError(
      `${said} The account's calls of the day are used up until midnight UTC. Run push again then.`,
      { where },
    );
  return new FixFirstError(
    `${said} No line is marked as failed. Check the board, the token and its permissions, then run push again.`,
    { where },
  );
}
