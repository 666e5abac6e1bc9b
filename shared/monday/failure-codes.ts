import type { FixFirstCode } from '../ground/error-codes.js';

/**
 * What to do next about a failure.
 * - retry: it was not executed; send it again after the wait.
 * - park: repeating it unchanged is pointless; the record waits for another value.
 * - unknown: it may have been executed; look before sending anything again.
 * - stop: nothing of this run or board will get through until somebody has acted.
 */
export type Reaction = 'retry' | 'park' | 'unknown' | 'stop';

/**
 * What the next attempt must do differently.
 * - same body: the first attempt is still running; send again with its body and idempotency key.
 * - smaller body: waiting is useless, the request itself is too expensive.
 * - fewer in flight: other requests of ours collided with it.
 * - restart scan: the cursor has expired, begin with the first page.
 * - look again: something that the field names was deleted or archived.
 * - make room: there is no room for what is to be created.
 */
export type Advice = 'same body' | 'smaller body' | 'fewer in flight' | 'restart scan' | 'look again' | 'make room';

export interface KnownFailure {
  /** Codes, or beginnings of messages where the API gives no code. */
  names: readonly string[];
  reaction: Reaction;
  /** The whole request is refused before anything is executed; otherwise a single field. */
  beforeExecution?: true;
  advice?: Advice;
  /** The shortest pause, if the API names none. */
  leastWaitMs?: number;
}

const MINUTE = 60_000;

/** The token's user may not do what was asked for. */
export const PERMISSION_CODES = [
  'UserUnauthorizedException',
  'USER_UNAUTHORIZED',
  'USER_ACCESS_DENIED',
  'InsufficientPermissions',
  'missingRequiredPermissions',
  'UNAUTHORIZED_FIELD_OR_TYPE',
] as const;

/** Rule 26: every code and message that the vendor documents or that was seen in practice. More specific names come first. */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  { names: ['FIELD_LIMIT_EXCEEDED', 'FIELD_MINUTE_RATE_LIMIT_EXCEEDED'], reaction: 'retry', advice: 'fewer in flight' },
  {
    names: ['COMPLEXITY_BUDGET_EXHAUSTED', 'ComplexityException', 'Complexity budget exhausted'],
    reaction: 'retry',
    beforeExecution: true,
  },
  {
    names: [
      'RATE_LIMIT_EXCEEDED',
      'MINUTE_RATE_LIMIT_EXCEEDED',
      'Minute limit rate exceeded',
      'IP_RATE_LIMIT_EXCEEDED',
      'Call limit exceeded for',
    ],
    reaction: 'retry',
    beforeExecution: true,
  },
  {
    names: [
      'MAX_CONCURRENCY_EXCEEDED',
      'maxConcurrencyExceeded',
      'Concurrency limit exceeded',
      'tooManyRequests',
      'Resource is currently locked',
    ],
    reaction: 'retry',
    beforeExecution: true,
    advice: 'fewer in flight',
  },
  { names: ['IDEMPOTENCY_CONFLICT'], reaction: 'retry', beforeExecution: true, advice: 'same body' },
  { names: ['API_TEMPORARILY_BLOCKED'], reaction: 'retry', beforeExecution: true, leastWaitMs: MINUTE },
  { names: ['Resource protection'], reaction: 'retry', beforeExecution: true },
  // Somebody else has changed what was to be replaced: read it again first.
  { names: ['REVISION_MISMATCH', 'Stale item, reload and try again'], reaction: 'retry' },
  { names: ['REQUEST_MAX_COMPLEXITY_EXCEEDED'], reaction: 'park', beforeExecution: true, advice: 'smaller body' },
  { names: ['DAILY_LIMIT_EXCEEDED'], reaction: 'stop', beforeExecution: true },
  {
    names: [
      'UNAUTHORIZED',
      'NOT_AUTHENTICATED',
      'USER_NOT_AUTHENTICATED',
      'Your ip is restricted',
      ...PERMISSION_CODES,
      'InvalidVersionException',
    ],
    reaction: 'stop',
    beforeExecution: true,
  },
  // A wrong operation is wrong for every record; "Bad request" and invalid JSON can be caused by one record's values.
  {
    names: [
      'Parse error on',
      'PARSING_ERROR',
      'GRAPHQL_VALIDATION_FAILED',
      'INVALID_GRAPHQL_REQUEST',
      'undefinedField',
      'undefinedType',
      'argumentLiteralsIncompatible',
    ],
    reaction: 'stop',
    beforeExecution: true,
  },
  { names: ['Bad request', 'JsonParseException', 'Variable $'], reaction: 'park', beforeExecution: true },
  { names: ['InvalidBoardIdException', 'InvalidColumnIdException', 'NoSubitemsColumnInThisBoard'], reaction: 'stop' },
  { names: ['ItemsLimitationException'], reaction: 'stop', advice: 'make room' },
  {
    names: ['InvalidItemIdException', 'ResourceNotFoundException', 'Cannot change column value for inactive items'],
    reaction: 'park',
    advice: 'look again',
  },
  {
    names: [
      'InvalidUserIdException',
      'InvalidArgumentException',
      'INVALID_ARGUMENT_EXCEPTION',
      'INVALID_INPUT',
      'ColumnValueException',
      'CorrectedValueException',
      'InvalidColumnTypeException',
      'DATA_VALIDATIONS_ERROR',
      'ItemNameTooLongException',
      'SubitemsLimitationException',
      'RecordInvalidException',
      'CreateBoardException',
      'DeleteLastGroupException',
    ],
    reaction: 'park',
  },
  { names: ['CursorException', 'CursorExpiredError'], reaction: 'park', advice: 'restart scan' },
  { names: ['Internal Server Error', 'INTERNAL_SERVER_ERROR', 'TIMEOUT_EXCEEDED'], reaction: 'unknown' },
];

/** Used if no code says more. A redirect is not followed: the token must not be sent to another address. */
const BY_STATUS: ReadonlyMap<number, KnownFailure> = new Map<number, KnownFailure>([
  ...[301, 302, 303, 307, 308].map((status): [number, KnownFailure] => [
    status,
    { names: [], reaction: 'stop', beforeExecution: true },
  ]),
  [401, { names: [], reaction: 'stop', beforeExecution: true }],
  [403, { names: [], reaction: 'stop', beforeExecution: true }],
  [423, { names: [], reaction: 'retry', beforeExecution: true, advice: 'fewer in flight' }],
  [429, { names: [], reaction: 'retry', beforeExecution: true }],
]);

/** An unlisted failure may have been executed. */
export const UNLISTED: KnownFailure = { names: [], reaction: 'unknown' };

/** The API spells one code as `RATE_LIMIT_EXCEEDED`, `RateLimitExceeded` or `Rate Limit Exceeded`, and leaves out `Exception`. */
export function plainCode(code: string): string {
  return plainText(code).replace(/exception$/, '');
}

const NOT_AUTHENTICATED: ReadonlySet<string> = new Set(['unauthorized', 'notauthenticated', 'usernotauthenticated']);

/** Our error for a refusal of everything: of the token itself, or of what it requests. */
export function refusalCode({ code, status }: { code: string; status?: number }): FixFirstCode {
  const plain = plainCode(code);
  const unnamed = status === 401 && !byCode.has(plain) && byMessage(code) === undefined;
  return (NOT_AUTHENTICATED.has(plain) && status !== 403) || unnamed ? 'TOKEN_REFUSED' : 'API_REQUEST_REFUSED';
}

function plainText(text: string): string {
  return text.toLowerCase().replaceAll(/[_\s]/g, '');
}

const names = KNOWN_FAILURES.flatMap((known) => known.names.map((name) => [name, known] as const));
const byCode = new Map(names.map(([name, known]) => [plainCode(name), known]));

function byMessage(message: string): KnownFailure | undefined {
  const plain = plainText(message);
  return names.find(([name]) => plain.startsWith(plainText(name)))?.[1];
}

/** Words that mean a rate limit in an unlisted code. A limit on the number of objects is not a rate limit. */
const LIMIT = /(rate|minute|call|concurrency)limit|toomany(concurrent)?requests|throttl/;

/**
 * Finds what is known about a failure: by its code, otherwise by the beginning of its message, by its status, or by its
 * words.
 */
export function knownFailure(code: string | undefined, message: string, status: number | undefined): KnownFailure {
  const coded = code === undefined ? undefined : byCode.get(plainCode(code));
  const known = coded ?? byMessage(message) ?? (status === undefined ? undefined : BY_STATUS.get(status));
  if (known !== undefined) return known;
  return LIMIT.test(plainText(code ?? message)) ? { names: [], reaction: 'retry' } : UNLISTED;
}
