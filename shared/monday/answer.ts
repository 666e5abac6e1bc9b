import { z } from 'zod';
import { type AnswerContext, type Failure, failureOfStatus, failuresOf } from './errors.js';
import type { RateLimits } from './rate-limits.js';

/** Points of the request (`query`) and of the account's minute before and after it. */
export interface Complexity {
  before: number;
  query: number;
  after: number;
}

interface AnswerFacts {
  /** The id that the vendor's support asks for. */
  requestId?: string;
  /** True: served from the idempotency cache, nothing was executed now. */
  replayed: boolean;
  /** Absent when no answer came at all. */
  status?: number;
  limits: RateLimits;
  complexity?: Complexity;
  startedAt: Date;
  latencyMs: number;
}

/** The request was executed, completely or in part: call `outcomeOfAlias` for each field. */
export interface Answered extends AnswerFacts {
  kind: 'answered';
  data: Readonly<Record<string, unknown>>;
  failures: readonly Failure[];
}

/** Nothing of the request was executed. */
export interface Refused extends AnswerFacts {
  kind: 'refused';
  failure: Failure;
}

/** The request may have been executed: look before sending anything again. */
export interface Unknown extends AnswerFacts {
  kind: 'unknown';
  failure: Failure;
  /** What the answer said, if one could be read: for a request with one field, it concerns that field. */
  told?: Failure;
}

export type Answer = Answered | Refused | Unknown;
type AnswerKind =
  | Pick<Answered, 'kind' | 'data' | 'failures'>
  | Pick<Refused, 'kind' | 'failure'>
  | Pick<Unknown, 'kind' | 'failure' | 'told'>;

/** The outcome of one field of a request. */
export type FieldOutcome =
  | { kind: 'done'; data: unknown }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'unknown'; failure: Failure };

const complexitySchema = z.object({ before: z.number(), query: z.number(), after: z.number() });
const requestIdSchema = z.object({ request_id: z.string() });
const dataSchema = z.record(z.string(), z.unknown());

/**
 * Classifies a readable body. For a mutation, only an error known to come before execution proves that nothing
 * was executed; a query changes nothing, so each of its errors counts as a refusal.
 */
export function verdictOf(body: Record<string, unknown>, mutation: boolean, context: AnswerContext): AnswerKind {
  const failures = failuresOf(body, context);
  const data = dataSchema.safeParse(body['data']);
  if (data.success) return { kind: 'answered', data: data.data, failures };
  // Without data, a path still says which field the board refused; nothing is known about the others.
  if (mutation && failures.some(({ path }) => path !== undefined)) return { kind: 'answered', data: {}, failures };
  const failure = failures.find((each) => !provesNoExecution(each)) ?? failures[0];
  if (failure === undefined) return verdictOfStatus('The answer has neither data nor errors.', context);
  const refused = mutation ? provesNoExecution(failure) : failure.reaction !== 'unknown';
  return refused ? { kind: 'refused', failure } : { kind: 'unknown', failure: asUnknown(failure), told: failure };
}

/** Classifies an answer with an unreadable body: only the status is left. */
export function verdictOfStatus(message: string, context: AnswerContext): AnswerKind {
  const failure = failureOfStatus(message, context);
  return { kind: failure.beforeExecution ? 'refused' : 'unknown', failure };
}

function provesNoExecution(failure: Failure): boolean {
  return failure.beforeExecution && failure.path === undefined;
}

function asUnknown(failure: Failure): Failure {
  return { ...failure, reaction: 'unknown', beforeExecution: false };
}

/** What the body says in addition to its data: the request id and, if requested, the complexity. */
export function factsOf(body: Record<string, unknown>): Pick<AnswerFacts, 'requestId' | 'complexity'> {
  const requestId = requestIdSchema.safeParse(body['extensions']);
  const data = dataSchema.safeParse(body['data']);
  const complexity = complexitySchema.safeParse(data.success ? data.data['complexity'] : undefined);
  return {
    ...(requestId.success ? { requestId: requestId.data.request_id } : {}),
    ...(complexity.success ? { complexity: complexity.data } : {}),
  };
}

/**
 * The outcome of the field with this alias. Data counts as done, even if errors come with it. `alone`: the request
 * had no other field, so that an error without a path belongs to this one.
 */
export function outcomeOfAlias(answer: Answer, alias: string, alone = false): FieldOutcome {
  if (answer.kind === 'refused') return { kind: 'failed', failure: answer.failure };
  if (answer.kind === 'unknown') {
    if (alone && answer.told !== undefined) return outcomeOfField(answer.told);
    return { kind: 'unknown', failure: answer.failure };
  }
  const data = answer.data[alias];
  if (data !== null && data !== undefined) return { kind: 'done', data };
  const own = answer.failures.filter((each) => each.path?.[0] === alias);
  // Below the field: it was carried out, and only its answer could not be completed.
  const below = own.find(({ path = [] }) => path.length > 1);
  if (below !== undefined) return { kind: 'unknown', failure: asUnknown(below) };
  const failure =
    own.find((each) => each.reaction === 'unknown' && !isFinal(each)) ??
    own[0] ??
    (alone ? answer.failures.find((each) => each.path === undefined) : undefined);
  return failure === undefined ? { kind: 'unknown', failure: UNEXPLAINED } : outcomeOfField(failure);
}

/** A refusal of one field was read: with a 4xx status it is final, whatever its code. */
function outcomeOfField(failure: Failure): FieldOutcome {
  if (isFinal(failure)) return { kind: 'failed', failure: { ...failure, reaction: 'park' } };
  return { kind: failure.reaction === 'unknown' ? 'unknown' : 'failed', failure };
}

/** Nothing is known about it except a status that makes repeating it pointless. */
export function isFinal({ unlisted, status = 0 }: Failure): boolean {
  return unlisted === true && status >= 400 && status < 500 && status !== REQUEST_TIMEOUT;
}

const REQUEST_TIMEOUT = 408;

const UNEXPLAINED: Failure = {
  code: 'NO_DATA',
  message: 'The answer has neither data nor an error for this field.',
  reaction: 'unknown',
  beforeExecution: false,
};
