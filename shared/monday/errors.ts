import { z } from 'zod';
import type { Clock } from '../ground/clock.js';
import { trimEndOf } from '../ground/text.js';
import { type Advice, type KnownFailure, knownFailure, type Reaction, UNLISTED } from './failure-codes.js';
import { exhaustedResetMs, type RateLimits } from './rate-limits.js';

/** One failure of a request or of one of its fields. */
export interface Failure {
  /** As the API spells it; the message if it gives no code. */
  code: string;
  message: string;
  reaction: Reaction;
  advice?: Advice;
  /** How long the server says to wait. */
  waitMs?: number;
  /** True: refused before anything of the request was executed. */
  beforeExecution: boolean;
  /** The path in the answer; `path[0]` is the alias. */
  path?: readonly (string | number)[];
  /** What one request may cost, if this one cost more. */
  maxPoints?: number;
  /** Its code, message and status are all unknown. */
  unlisted?: true;
  /** The error's own `status_code`, otherwise that of the answer. */
  status?: number;
}

/** The code and the board's words without their final punctuation, for use inside a sentence of ours. */
export function wordsOf({ code, message }: Pick<Failure, 'code' | 'message'>): string {
  const words = withoutMark(message);
  return words === withoutMark(code) ? words : `${code}, ${words}`;
}

export function withoutMark(text: string): string {
  return trimEndOf(text, '. \t\r\n');
}

/** The HTTP answer that contains an error. */
export interface AnswerContext {
  status: number;
  headers: Headers;
  limits: RateLimits;
  now: Date;
  /** What no word of the answer may repeat: a gateway may put what it was sent into its error. */
  secret?: string;
}

/** Some layers write numbers as texts. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);
const seconds = number.optional().catch(undefined);
/** An object, an array of broken rules, or text that is not JSON. */
const errorDataSchema = z.union([
  z
    .array(z.object({ message: z.string().optional().catch(undefined) }).catch({}))
    .transform((rules) => ({ retry_in_seconds: undefined, reasons: rules.flatMap(({ message }) => message ?? []) })),
  z.object({ retry_in_seconds: seconds }).transform((data) => ({ ...data, reasons: [] as string[] })),
]);
const extensionsSchema = z.object({
  code: z.string().min(1).optional().catch(undefined),
  status_code: number.optional().catch(undefined),
  retry_in_seconds: seconds,
  retryAfterMs: seconds,
  max_complexity_per_request: z.number().positive().optional().catch(undefined),
  error_data: errorDataSchema.optional().catch(undefined),
  errors: z.array(z.string()).optional().catch(undefined),
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
  error_code: z.string().optional().catch(undefined),
  error_message: z.string().optional().catch(undefined),
  status_code: number.optional().catch(undefined),
  error_data: errorDataSchema.optional().catch(undefined),
});

/** The failures in a parsed body of any shape. */
export function failuresOf(body: Record<string, unknown>, context: AnswerContext): Failure[] {
  const errors: unknown[] = Array.isArray(body['errors']) ? body['errors'] : [];
  const { error_code, error_message, ...extensions } = legacySchema.parse(body);
  const isLegacy = error_code !== undefined || error_message !== undefined;
  // The older shape repeats its message in a list of texts; the code is a separate key.
  if (isLegacy && errors.every((error) => typeof error === 'string'))
    return [classify({ code: error_code, message: error_message ?? '', extensions }, context)];
  return errors.map((error) => failureOf(error, context));
}

/** First part of a path when the operation itself is refused; it is then not a field of the answer. */
const OPERATIONS: readonly unknown[] = ['query', 'mutation'];

function failureOf(error: unknown, context: AnswerContext): Failure {
  const parsed = errorSchema.safeParse(error);
  if (!parsed.success)
    return classify({ code: undefined, message: 'an error of unknown shape', extensions: {} }, context);
  const { message, path, extensions } = parsed.data;
  const failure = classify({ code: extensions.code, message, extensions }, context);
  if (path === undefined || path.length === 0) return failure;
  if (!OPERATIONS.includes(path[0])) return { ...failure, path };
  return failure.reaction === 'unknown'
    ? { ...failure, reaction: 'stop', beforeExecution: true }
    : { ...failure, beforeExecution: true };
}

/** A failure known only by its HTTP status: the body could not be read. */
export function failureOfStatus(message: string, context: AnswerContext): Failure {
  return classify({ code: `HTTP ${context.status}`, message, extensions: {} }, context);
}

interface RawError {
  code: string | undefined;
  message: string;
  extensions: Extensions;
}

function classify({ code: told, message, extensions }: RawError, context: AnswerContext): Failure {
  const code = told === undefined ? undefined : withoutSecret(told, context);
  const status = extensions.status_code ?? context.status;
  const known = knownFailure(code, message, status);
  const waitMs = known.reaction === 'retry' ? statedWait(message, extensions, known, context) : undefined;
  return {
    code: code ?? (shortened(withoutSecret(message, context)) || 'an error without a message'),
    message:
      shortened(withoutSecret(withReasons(message, extensions), context)) || (code ?? 'an error without a message'),
    reaction: known.reaction,
    beforeExecution: known.beforeExecution === true,
    status,
    ...(known === UNLISTED ? { unlisted: true } : {}),
    ...(known.advice === undefined ? {} : { advice: known.advice }),
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(extensions.max_complexity_per_request === undefined
      ? {}
      : { maxPoints: extensions.max_complexity_per_request }),
  };
}

/** A shorter one is that of a test or a simulator, and may be part of a word. */
const LEAST_SECRET = 16;

function withoutSecret(text: string, { secret = '' }: AnswerContext): string {
  return secret.length < LEAST_SECRET ? text : text.replaceAll(secret, '…');
}

/** Some answers say what is wrong only outside their message. */
function withReasons(message: string, { error_data, errors = [] }: Extensions): string {
  const reasons = [...(error_data?.reasons ?? []), ...errors].join('; ');
  return [message, reasons].filter((text) => text !== '').join(': ');
}

/** A label column's answer lists all its labels; the relevant part is at the beginning. */
const LONGEST_MESSAGE = 500;

function shortened(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE).trimEnd()} …`;
}

/** The first wait that is stated, in order of reliability. One of no time says as little as none: what refused holds on. */
function statedWait(
  message: string,
  extensions: Extensions,
  known: KnownFailure,
  context: AnswerContext,
): number | undefined {
  const told = extensions.retry_in_seconds ?? extensions.error_data?.retry_in_seconds;
  const seconds = /reset in (\d+) seconds/i.exec(message)?.[1];
  return [
    told === undefined ? undefined : told * 1000,
    extensions.retryAfterMs,
    retryAfterMs(context.headers.get('retry-after'), context.now),
    exhaustedResetMs(context.limits),
    seconds === undefined ? undefined : Number(seconds) * 1000,
    known.leastWaitMs,
  ].find((ms) => ms !== undefined && ms > 0);
}

/** Retry-After is a number of seconds or an HTTP date. */
function retryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const ms = Number.isFinite(Number(header)) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? ms : undefined;
}

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

/**
 * How long to wait before attempt `attempt` + 1 (1 after the first): what the server said, otherwise exponential backoff
 * with jitter.
 */
export function waitBeforeRetry(failure: Pick<Failure, 'waitMs'>, attempt: number, clock: Clock): number {
  if (failure.waitMs !== undefined) return failure.waitMs;
  const full = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + clock.random() / 2));
}
