import { z } from 'zod';
import { FixFirstError, TryAgainError } from '../../../shared/ground/errors.js';
import type { SendOutcome } from '../../../shared/ledger/transitions.js';
import { type Answer, outcomeOfAlias } from '../../../shared/monday/answer.js';
import { idSchema } from '../../../shared/monday/board-replies.js';
import { type Failure, withoutMark, wordsOf } from '../../../shared/monday/errors.js';
import { plainCode, refusalCode } from '../../../shared/monday/failure-codes.js';
import type { BegunPart } from './request.js';

/** What an answer means for one unit. */
export interface UnitVerdict {
  outcome: SendOutcome;
  /** What the board said, if it refused. */
  failure?: Failure;
  /** The error was at this unit's field, not at the request. */
  own?: boolean;
  /** The line's data is refused for good. */
  park?: boolean;
  /** Nothing of this run will get through until somebody has acted. */
  stop?: boolean;
  /** The board has no room for one more item: it waits, and what needs no room goes on. */
  full?: boolean;
  /** Something that the mutation names is gone: look it up again. */
  notThere?: boolean;
  /** Refused together with others: to be sent alone. */
  alone?: boolean;
  /** So often in a row, this answer and those to former pushes included, the board has failed over it. */
  serverErrors?: number;
  /** With which the push ends, where that says more than the board's answer. */
  error?: Error;
}

const created = z.object({ id: idSchema.pipe(z.string().regex(/^\d+$/)) });
const createdGroup = z.object({ id: idSchema });

const NO_ID: Failure = {
  code: 'NO_ID',
  message: 'The answer does not say which id the new one has.',
  reaction: 'unknown',
  beforeExecution: false,
};

/** Judges the answer alias by alias: one bad value never takes others with it. */
export function verdictOf(
  answer: Answer,
  part: BegunPart,
  { together, now, settleMs }: { together: number; now: Date; settleMs: number },
): UnitVerdict {
  const outcome = outcomeOfAlias(answer, part.alias, together === 1);
  if (outcome.kind === 'done') return done(outcome.data, part, { now, settleMs });
  const { failure } = outcome;
  if (outcome.kind === 'unknown') return unknown(answer, failure, part);
  const own = answer.kind !== 'refused';
  switch (failure.reaction) {
    case 'retry':
      // The first attempt under this key is still running: its outcome is not known yet.
      return { outcome: { kind: failure.advice === 'same body' ? 'unknown' : 'refused' }, failure, own };
    case 'stop':
      if (isPage(answer)) return { outcome: { kind: 'refused' }, failure, own: together === 1, alone: true };
      return own ? stoppedAt(failure, part) : { outcome: { kind: 'refused' }, failure, stop: true };
    case 'unknown':
      return unknown(answer, failure, part);
    case 'park':
      return parked(answer, failure, part, together);
  }
}

/** A gateway in front of the API has refused what stands in the body: 403 without a word of the API. */
function isPage({ kind, status, ...answer }: Answer): boolean {
  return kind === 'refused' && status === 403 && 'failure' in answer && answer.failure.code === `HTTP ${status}`;
}

function done(data: unknown, { unit, send, begun }: BegunPart, times: { now: Date; settleMs: number }): UnitVerdict {
  const name = shownName(data);
  if (send.kind !== 'create') {
    const told = answeredState.parse(data);
    const isOther = told.id !== undefined && told.id !== begun.id;
    const isKept = send.kind === 'archive' && told.state === 'active';
    if (isOther || isKept) return { outcome: { kind: 'unknown' }, failure: OTHER_ANSWER, own: true };
    return { outcome: { kind: 'done', id: begun.id ?? '', name, ...times } };
  }
  const answered = (unit.place.kind === 'group' ? createdGroup : created).safeParse(data);
  // It was created, and is found under its key.
  if (!answered.success) return { outcome: { kind: 'unknown' }, failure: NO_ID, own: true };
  return { outcome: { kind: 'done', id: answered.data.id, name, ...times } };
}

const answeredState = z
  .object({ id: idSchema.optional().catch(undefined), state: z.string().optional().catch(undefined) })
  .catch({});
const OTHER_ANSWER: Failure = {
  code: 'OTHER_ANSWER',
  message: 'The answer is about another item, or says that nothing was done.',
  reaction: 'unknown',
  beforeExecution: false,
};

const named = z.object({ name: z.string().optional(), title: z.string().optional() }).catch({});

/** The name of an item or size, or the title of a group, as the board has it now. */
function shownName(data: unknown): string | undefined {
  const { name, title } = named.parse(data);
  return name ?? title;
}

/** A refusal that was read ends; of an answer that never came or said nothing of this unit, only patience has an end. */
function unknown(answer: Answer, failure: Failure, { begun, alias }: BegunPart): UnitVerdict {
  const own = answer.kind === 'answered' && answer.failures.some(({ path }) => path?.[0] === alias);
  const told = own || (answer.kind === 'unknown' && answer.told !== undefined);
  return {
    outcome: { kind: 'unknown', kept: isKeptFailure(answer) },
    failure,
    own,
    // Any of several in one request may be at fault.
    ...(told ? { alone: true, serverErrors: begun.tries + 1 } : {}),
  };
}

/** The API has kept this failure for the key; an answer that was only cut on its way has come from a success. */
function isKeptFailure({ kind, replayed, status = 0 }: Answer): boolean {
  return replayed && (kind === 'answered' || status >= 500);
}

/** What the board says of one field alone need not be so for the others: they decide, see `patience.ts`. */
function stoppedAt(failure: Failure, { unit, send }: BegunPart): UnitVerdict {
  const refused = { outcome: { kind: 'refused' }, failure, own: true } as const;
  if (plainCode(failure.code) === 'dailylimitexceeded') return { ...refused, stop: true };
  if (failure.advice !== 'make room') return { ...refused, alone: true };
  // The limit of subitems of one item does not concern others.
  return unit.place.kind === 'item' && send.kind === 'create'
    ? { ...refused, full: true }
    : { ...refused, outcome: { kind: 'failed' }, park: true };
}

function parked(answer: Answer, failure: Failure, { unit }: BegunPart, together: number): UnitVerdict {
  // Refused as a whole: the field at fault shows when each is sent alone.
  if (answer.kind === 'refused' && together > 1)
    return { outcome: { kind: 'refused' }, failure, ...(failure.advice === 'smaller body' ? {} : { alone: true }) };
  if (failure.advice === 'look again' && unit.notThere === 0)
    return { outcome: { kind: 'refused' }, failure, own: true, notThere: true };
  return { outcome: { kind: 'failed' }, failure, own: true, park: true };
}

/** The error with which push ends when the board lets nothing through. */
export function stopError(failure: Failure, requestId: string | undefined): Error {
  const where = { requestId };
  const said = `The board stopped the push: ${wordsOf(failure)}.`;
  if (plainCode(withoutMark(failure.code)) === 'dailylimitexceeded')
    return new TryAgainError(
      'DAILY_LIMIT_EXCEEDED',
      `${said} The account's daily calls are used up until midnight UTC. Run push again then.`,
      { where },
    );
  if (failure.reaction === 'retry' || failure.reaction === 'unknown')
    return new TryAgainError(
      'BOARD_WRITE_FAILED',
      `${said} It let nothing through meanwhile, so no line is marked as failed. Run push again later.`,
      { where },
    );
  return new FixFirstError(
    refusalCode(failure),
    `${said} No line is marked as failed. Check the board, the token and its permissions, then run push again.`,
    { where },
  );
}
