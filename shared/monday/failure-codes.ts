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
 * - same body: the first attempt is still running; ask again with its body and idempotency key.
 * - smaller body: waiting is useless, the request itself is too expensive.
 * - fewer in flight: others of our requests were in its way.
 * - restart scan: the cursor is gone, begin with the first page.
 */
export type Advice = 'same body' | 'smaller body' | 'fewer in flight' | 'restart scan';

export interface KnownFailure {
  /** Codes, or beginnings of messages where the API gives no code. */
  names: readonly string[];
  reaction: Reaction;
  /** The whole request is refused before anything is executed; without it a single field is meant. */
  beforeExecution?: true;
  advice?: Advice;
  /** The least pause, where the API names none of its own. */
  leastWaitMs?: number;
}

const MINUTE = 60_000;

/** Every code and message the vendor documents or that was seen in the field. More specific names stand first. */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  { names: ['FIELD_LIMIT_EXCEEDED', 'FIELD_MINUTE_RATE_LIMIT_EXCEEDED'], reaction: 'retry', advice: 'fewer in flight' },
  {
    names: ['COMPLEXITY_BUDGET_EXHAUSTED', 'ComplexityException', 'Complexity budget exhausted'],
    reaction: 'retry',
    beforeExecution: true,
  },
  {
    names: ['RATE_LIMIT_EXCEEDED', 'Minute limit rate exceeded', 'IP_RATE_LIMIT_EXCEEDED', 'Call limit exceeded for'],
    reaction: 'retry',
    beforeExecution: true,
  },
  {
    names: ['maxConcurrencyExceeded', 'Concurrency limit exceeded', 'Resource is currently locked'],
    reaction: 'retry',
    beforeExecution: true,
    advice: 'fewer in flight',
  },
  { names: ['IDEMPOTENCY_CONFLICT'], reaction: 'retry', beforeExecution: true, advice: 'same body' },
  { names: ['API_TEMPORARILY_BLOCKED'], reaction: 'retry', beforeExecution: true, leastWaitMs: MINUTE },
  { names: ['Resource protection'], reaction: 'retry', beforeExecution: true },
  { names: ['REQUEST_MAX_COMPLEXITY_EXCEEDED'], reaction: 'park', beforeExecution: true, advice: 'smaller body' },
  { names: ['DAILY_LIMIT_EXCEEDED'], reaction: 'stop', beforeExecution: true },
  {
    names: [
      'Unauthorized',
      'Not Authenticated',
      'Your ip is restricted',
      'UserUnauthorizedException',
      'USER_UNAUTHORIZED',
      'USER_ACCESS_DENIED',
      'missingRequiredPermissions',
      'UNAUTHORIZED_FIELD_OR_TYPE',
      'InvalidVersionException',
    ],
    reaction: 'stop',
    beforeExecution: true,
  },
  // A wrong operation is wrong for every record; "Bad request" and broken JSON can come from one record's values.
  { names: ['Parse error on', 'GRAPHQL_VALIDATION_FAILED', 'undefinedField'], reaction: 'stop', beforeExecution: true },
  { names: ['Bad request', 'JsonParseException'], reaction: 'park', beforeExecution: true },
  {
    names: ['InvalidBoardIdException', 'InvalidColumnIdException', 'ItemsLimitationException'],
    reaction: 'stop',
  },
  { names: ['NoSubitemsColumnInThisBoard'], reaction: 'stop' },
  {
    names: [
      'InvalidItemIdException',
      'InvalidUserIdException',
      'ResourceNotFoundException',
      'InvalidArgumentException',
      'ColumnValueException',
      'CorrectedValueException',
      'InvalidColumnTypeException',
      'ItemNameTooLongException',
      'RecordInvalidException',
      'CreateBoardException',
      'DeleteLastGroupException',
    ],
    reaction: 'park',
  },
  { names: ['CursorException', 'CursorExpiredError'], reaction: 'park', advice: 'restart scan' },
  { names: ['Internal Server Error', 'INTERNAL_SERVER_ERROR'], reaction: 'unknown' },
];

/** Where no code says more. A redirect is not followed: the token must not travel to another address. */
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

const UNKNOWN: KnownFailure = { names: [], reaction: 'unknown' };

/** The API spells one code as `RATE_LIMIT_EXCEEDED`, `RateLimitExceeded` or `Rate Limit Exceeded`. */
export function plainCode(code: string): string {
  return code.toLowerCase().replaceAll(/[_\s]/g, '');
}

const byName = new Map(KNOWN_FAILURES.flatMap((known) => known.names.map((name) => [plainCode(name), known] as const)));

function byMessage(message: string): KnownFailure | undefined {
  const plain = plainCode(message);
  for (const [name, known] of byName) if (plain.startsWith(name)) return known;
  return undefined;
}

/**
 * Finds what is known about a failure: by its code, else by how its message begins, else by its status.
 * What nobody documented may have been executed.
 */
export function knownFailure(code: string | undefined, message: string, status: number | undefined): KnownFailure {
  const coded = code === undefined ? undefined : byName.get(plainCode(code));
  return coded ?? byMessage(message) ?? (status === undefined ? undefined : BY_STATUS.get(status)) ?? UNKNOWN;
}
