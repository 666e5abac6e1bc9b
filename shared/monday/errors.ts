import { z } from 'zod';
import type { Clock } from '../clock.js';
import { type Advice, type KnownFailure, knownFailure, type Reaction } from './failure-codes.js';
import { exhaustedResetMs, type RateLimits } from './rate-limits.js';

/** One failure of a request or of one of its fields. */
export interface Failure {
  /** As the API spells it; the message where it gives no code. */
  code: string;
  message: string;
  reaction: Reaction;
  advice?: Advice;
  /** How long the server says to wait. */
  waitMs?: number;
  /** True: refused before anything of the request was executed. */
  beforeExecution: boolean;
  /** Where the answer says it belongs; `path[0]` is the alias. */
  path?: readonly (string | number)[];
  /** What one request may cost, where this one cost more. */
  maxPoints?: number;
}

/** What the HTTP answer around an error says. */
export interface AnswerContext {
  status: number;
  headers: Headers;
  limits: RateLimits;
  now: Date;
}

const extensionsSchema = z.object({
  code: z.string().optional().catch(undefined),
  status_code: z.number().optional().catch(undefined),
  retry_in_seconds: z.number().nonnegative().optional().catch(undefined),
  retryAfterMs: z.number().nonnegative().optional().catch(undefined),
  max_complexity_per_request: z.number().positive().optional().catch(undefined),
});
type Extensions = z.infer<typeof extensionsSchema>;

const errorSchema = z.union([
  z.string().transform((message) => ({ message, path: undefined, extensions: {} as Extensions })),
  z.object({
    message: z.string().catch(''),
    path: z
      .array(z.union([z.string(), z.number()]))
      .optional()
      .catch(undefined),
    extensions: extensionsSchema.catch({}).default({}),
  }),
]);

/** The error body of some older layers, which may come with HTTP 200 and no `errors`. */
const legacySchema = z.object({
  error_code: z.string().optional(),
  error_message: z.string().optional(),
  status_code: z.number().optional().catch(undefined),
});

/** The failures in a parsed body, of whichever shape. */
export function failuresOf(body: Record<string, unknown>, context: AnswerContext): Failure[] {
  const failures = Array.isArray(body['errors']) ? body['errors'].map((error) => failureOf(error, context)) : [];
  const legacy = legacySchema.safeParse(body);
  if (failures.length > 0 || !legacy.success) return failures;
  const { error_code, error_message, status_code } = legacy.data;
  if (error_code === undefined && error_message === undefined) return [];
  return [classify({ code: error_code, message: error_message ?? '', extensions: { status_code } }, context)];
}

function failureOf(error: unknown, context: AnswerContext): Failure {
  const parsed = errorSchema.safeParse(error);
  if (!parsed.success)
    return classify({ code: undefined, message: 'an error of unknown shape', extensions: {} }, context);
  const { message, path, extensions } = parsed.data;
  const failure = classify({ code: extensions.code, message, extensions }, context);
  return path === undefined || path.length === 0 ? failure : { ...failure, path };
}

/** A failure told by the HTTP status alone: the body could not be read. */
export function failureOfStatus(message: string, context: AnswerContext): Failure {
  return classify({ code: `HTTP ${context.status}`, message, extensions: {} }, context);
}

interface RawError {
  code: string | undefined;
  message: string;
  extensions: Extensions;
}

function classify({ code, message, extensions }: RawError, context: AnswerContext): Failure {
  const known = knownFailure(code, message, extensions.status_code ?? context.status);
  const waitMs = known.reaction === 'retry' ? statedWait(message, extensions, known, context) : undefined;
  return {
    code: code ?? (message || 'an error without a message'),
    message: message || (code ?? 'an error without a message'),
    reaction: known.reaction,
    beforeExecution: known.beforeExecution === true,
    ...(known.advice === undefined ? {} : { advice: known.advice }),
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(extensions.max_complexity_per_request === undefined
      ? {}
      : { maxPoints: extensions.max_complexity_per_request }),
  };
}

/** The first of the places where a wait is stated, in the order in which they are to be trusted. */
function statedWait(
  message: string,
  extensions: Extensions,
  known: KnownFailure,
  context: AnswerContext,
): number | undefined {
  if (extensions.retry_in_seconds !== undefined) return extensions.retry_in_seconds * 1000;
  if (extensions.retryAfterMs !== undefined) return extensions.retryAfterMs;
  const seconds = /reset in (\d+) seconds/i.exec(message)?.[1];
  return (
    retryAfterMs(context.headers.get('retry-after'), context.now) ??
    exhaustedResetMs(context.limits) ??
    (seconds === undefined ? known.leastWaitMs : Number(seconds) * 1000)
  );
}

/** Retry-After is a number of seconds or an HTTP date. */
function retryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const ms = Number.isFinite(Number(header)) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

/**
 * How long to wait before attempt `attempt` + 1 (1 after the first): what the server said, else exponential backoff
 * with jitter.
 */
export function waitBeforeRetry(failure: Pick<Failure, 'waitMs'>, attempt: number, clock: Clock): number {
  if (failure.waitMs !== undefined) return failure.waitMs;
  const full = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + clock.random() / 2));
}
