import { describe, expect, it } from '@jest/globals';
import { type Answer, outcomeOfAlias, verdictOf } from '../../../shared/monday/answer.js';
import { type AnswerContext, waitBeforeRetry, wordsOf } from '../../../shared/monday/errors.js';
import { KNOWN_FAILURES, plainCode, type Reaction } from '../../../shared/monday/failure-codes.js';
import { readRateLimits } from '../../../shared/monday/rate-limits.js';
import { transportFailure } from '../../../shared/monday/transport-errors.js';
import { JumpingClock } from '../../helpers/jumping-clock.js';

const NOW = new Date('2026-11-23T10:00:00Z');

function context(status = 200, headers: Record<string, string> = {}): AnswerContext {
  const all = new Headers(headers);
  return { status, headers: all, limits: readRateLimits(all), now: NOW };
}

function answerOf(body: Record<string, unknown>, around = context()): Answer {
  const facts = { replayed: false, limits: around.limits, startedAt: NOW, latencyMs: 1 };
  return { ...facts, ...verdictOf(body, true, around) };
}

/** [code, HTTP status, reaction to one field's error, reaction when it stands alone without data, advice] */
const DOCUMENTED: [string, number, Reaction, Reaction, string?][] = [
  ['COMPLEXITY_BUDGET_EXHAUSTED', 429, 'retry', 'retry'],
  ['ComplexityException', 200, 'retry', 'retry'],
  ['RATE_LIMIT_EXCEEDED', 429, 'retry', 'retry'],
  ['Rate Limit Exceeded', 429, 'retry', 'retry'],
  ['RateLimitExceeded', 200, 'retry', 'retry'],
  ['Minute limit rate exceeded', 429, 'retry', 'retry'],
  ['maxConcurrencyExceeded', 429, 'retry', 'retry', 'fewer in flight'],
  ['Concurrency limit exceeded', 429, 'retry', 'retry', 'fewer in flight'],
  ['IP_RATE_LIMIT_EXCEEDED', 429, 'retry', 'retry'],
  ['FIELD_LIMIT_EXCEEDED', 200, 'retry', 'unknown', 'fewer in flight'],
  ['FIELD_MINUTE_RATE_LIMIT_EXCEEDED', 200, 'retry', 'unknown', 'fewer in flight'],
  ['DAILY_LIMIT_EXCEEDED', 429, 'stop', 'stop'],
  ['REQUEST_MAX_COMPLEXITY_EXCEEDED', 200, 'park', 'park', 'smaller body'],
  ['IDEMPOTENCY_CONFLICT', 409, 'retry', 'retry', 'same body'],
  ['API_TEMPORARILY_BLOCKED', 200, 'retry', 'retry'],
  ['Unauthorized', 401, 'stop', 'stop'],
  ['UserUnauthorizedException', 403, 'stop', 'stop'],
  ['USER_UNAUTHORIZED', 200, 'stop', 'stop'],
  ['USER_ACCESS_DENIED', 200, 'stop', 'stop'],
  ['missingRequiredPermissions', 200, 'stop', 'stop'],
  ['UNAUTHORIZED_FIELD_OR_TYPE', 200, 'stop', 'stop'],
  ['InvalidBoardIdException', 200, 'stop', 'unknown'],
  ['InvalidItemIdException', 200, 'park', 'unknown', 'look again'],
  ['InvalidColumnIdException', 200, 'stop', 'unknown'],
  ['InvalidUserIdException', 200, 'park', 'unknown'],
  ['ResourceNotFoundException', 404, 'park', 'unknown', 'look again'],
  ['InvalidArgumentException', 200, 'park', 'unknown'],
  ['ColumnValueException', 200, 'park', 'unknown'],
  ['CorrectedValueException', 200, 'park', 'unknown'],
  ['InvalidColumnTypeException', 200, 'park', 'unknown'],
  ['ItemNameTooLongException', 200, 'park', 'unknown'],
  ['ItemsLimitationException', 200, 'stop', 'unknown', 'make room'],
  ['RecordInvalidException', 422, 'park', 'unknown'],
  ['NoSubitemsColumnInThisBoard', 200, 'stop', 'unknown'],
  ['CreateBoardException', 200, 'park', 'unknown'],
  ['DeleteLastGroupException', 409, 'park', 'unknown'],
  ['InvalidVersionException', 200, 'stop', 'stop'],
  ['CursorException', 200, 'park', 'unknown', 'restart scan'],
  ['CursorExpiredError', 200, 'park', 'unknown', 'restart scan'],
  ['GRAPHQL_VALIDATION_FAILED', 400, 'stop', 'stop'],
  ['undefinedField', 200, 'stop', 'stop'],
  ['Bad request', 400, 'park', 'park'],
  ['JsonParseException', 400, 'park', 'park'],
  ['INTERNAL_SERVER_ERROR', 500, 'unknown', 'unknown'],
  ['Internal Server Error', 200, 'unknown', 'unknown'],
  ['SomethingNobodyDocumented', 200, 'unknown', 'unknown'],
];

const CASES = DOCUMENTED.map(([code, status, field, alone, advice]) => ({ code, status, field, alone, advice }));

/** Messages of answers that carry no code. */
const MESSAGES: [string, number, Reaction][] = [
  ['Complexity budget exhausted, query cost 30001 budget remaining 0', 200, 'retry'],
  ['Minute limit rate exceeded', 429, 'retry'],
  ['Concurrency limit exceeded', 429, 'retry'],
  ['Call limit exceeded for CreateBoard', 429, 'retry'],
  ['Call limit exceeded for DuplicateGroup', 429, 'retry'],
  ['Resource is currently locked, please try again later', 423, 'retry'],
  ['Resource protection: too much of one thing', 200, 'retry'],
  ['Not Authenticated', 401, 'stop'],
  ['Your ip is restricted', 401, 'stop'],
  ['Parse error on "}" (RCURLY) at [1, 1]', 200, 'stop'],
  ['Internal Server Error', 500, 'unknown'],
  ['who knows', 429, 'retry'],
  ['who knows', 423, 'retry'],
  ['who knows', 401, 'stop'],
  ['who knows', 403, 'stop'],
  ['who knows', 408, 'unknown'],
  ['who knows', 409, 'unknown'],
  ['who knows', 500, 'unknown'],
  ['who knows', 200, 'unknown'],
];

describe('an error of one field', () => {
  it.each(CASES)('$code (HTTP $status) means: $field', ({ code, status, field: reaction, advice }) => {
    const error = { message: 'm', path: ['a1'], extensions: { code } };
    const answer = answerOf({ data: { a0: { id: '1' }, a1: null }, errors: [error] }, context(status));
    const outcome = outcomeOfAlias(answer, 'a1');
    expect(outcome).toMatchObject({ kind: reaction === 'unknown' ? 'unknown' : 'failed', failure: { code, reaction } });
    expect(outcome.kind !== 'done' && outcome.failure.advice).toBe(advice);
    expect(outcomeOfAlias(answer, 'a0').kind).toBe('done');
  });
});

describe('an error without a field', () => {
  it.each(DOCUMENTED)(
    '%s (HTTP %i) refuses the request only if it comes before execution',
    (code, status, _f, alone) => {
      const answer = answerOf({ errors: [{ message: 'm', extensions: { code } }] }, context(status));
      expect(answer.kind).toBe(alone === 'unknown' ? 'unknown' : 'refused');
      expect(outcomeOfAlias(answer, 'a0')).toMatchObject({ failure: { reaction: alone } });
    },
  );

  it.each(CASES)('$code (HTTP $status) means the same in the legacy shape', ({ code, status, alone }) => {
    const body = { error_code: code, error_message: 'm', status_code: status, error_data: {} };
    expect(outcomeOfAlias(answerOf(body), 'a0')).toMatchObject({ failure: { code, reaction: alone } });
  });

  it.each(MESSAGES)('"%s" (HTTP %i) is recognized without a code', (message, status, reaction) => {
    for (const errors of [[message], [{ message }]]) {
      expect(outcomeOfAlias(answerOf({ errors }, context(status)), 'a0')).toMatchObject({ failure: { reaction } });
    }
  });
});

describe('error codes of the API', () => {
  it('are compared without case, underscores and blanks', () => {
    expect(plainCode('RATE_LIMIT_EXCEEDED')).toBe(plainCode('Rate Limit Exceeded'));
    const answer = answerOf({ errors: [{ message: 'm', extensions: { code: 'complexity budget_Exhausted' } }] });
    expect(answer).toMatchObject({ kind: 'refused', failure: { reaction: 'retry' } });
  });

  it('are each listed once', () => {
    const names = KNOWN_FAILURES.flatMap((known) => known.names);
    expect(new Set(names).size).toBe(names.length);
  });

  it('take precedence over everything, and the status inside an error over that of the answer', () => {
    const error = { message: 'm', extensions: { status_code: 429 } };
    expect(answerOf({ errors: [error] }, context(500))).toMatchObject({ kind: 'refused' });
    const other = { message: 'm', extensions: { status_code: 500 } };
    expect(answerOf({ errors: [other] }, context(429))).toMatchObject({ kind: 'unknown' });
  });

  it('are read safely from errors of unexpected shape', () => {
    for (const error of [null, 7, [], {}, { message: 9, path: 'x', extensions: 'y' }]) {
      expect(answerOf({ errors: [error] }).kind).toBe('unknown');
    }
  });
});

describe('the wait in an error', () => {
  const code = 'RATE_LIMIT_EXCEEDED';
  const message = 'reset in 9 seconds';
  const headers = { 'retry-after': '5', ratelimit: '"minuteRate";r=0;t=7, "complexityMinute";r=12;t=30' };

  function waitOf(extensions: object, around: AnswerContext, text = message): number | undefined {
    const answer = answerOf({ errors: [{ message: text, extensions }] }, around);
    return answer.kind === 'refused' ? answer.failure.waitMs : -1;
  }

  it('is read from the first place that states one', () => {
    expect(waitOf({ code, retry_in_seconds: 3 }, context(429, headers))).toBe(3_000);
    expect(waitOf({ code, retryAfterMs: 1_234 }, context(429, headers))).toBe(1_234);
    expect(waitOf({ code }, context(429, headers))).toBe(5_000);
    expect(waitOf({ code }, context(429, { ratelimit: headers.ratelimit }))).toBe(7_000);
    expect(waitOf({ code }, context(429))).toBe(9_000);
    expect(waitOf({ code }, context(429), 'too much')).toBeUndefined();
  });

  it('of no time counts as none: the next place that states one is read', () => {
    const past = { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' };
    expect(waitOf({ code, retry_in_seconds: 0 }, context(429, headers))).toBe(5_000);
    expect(waitOf({ code, retry_in_seconds: -1 }, context(429, { 'retry-after': '0' }), 'm')).toBeUndefined();
    expect(waitOf({ code }, context(429, past), 'reset in 0 seconds')).toBeUndefined();
  });

  it('may be a number written as a text, as may the status', () => {
    expect(waitOf({ code, retry_in_seconds: '58' }, context(429))).toBe(58_000);
    const legacy = { error_message: 'x', status_code: '429', error_data: { retry_in_seconds: '7' } };
    expect(answerOf(legacy)).toMatchObject({ kind: 'refused', failure: { waitMs: 7_000 } });
  });

  it('may be stated as a date', () => {
    const date = { 'retry-after': new Date(NOW.getTime() + 42_000).toUTCString() };
    expect(waitOf({ code }, context(429, date))).toBe(42_000);
  });

  it('is long when the vendor has blocked the API without naming a time', () => {
    expect(waitOf({ code: 'API_TEMPORARILY_BLOCKED' }, context(), 'm')).toBe(60_000);
  });

  it('grows with jitter if none is stated, up to a minute', () => {
    const clock = (random: number) => new JumpingClock(random);
    expect([1, 2, 3, 4, 20].map((attempt) => waitBeforeRetry({}, attempt, clock(1)))).toEqual([
      1_000, 2_000, 4_000, 8_000, 60_000,
    ]);
    expect(waitBeforeRetry({}, 2, clock(0))).toBe(1_000);
    expect(waitBeforeRetry({ waitMs: 17 }, 9, clock(0))).toBe(17);
  });
});

describe('the error of a connection', () => {
  const failed = (cause: object) => Object.assign(new TypeError('fetch failed'), { cause });
  const socket = (fields: object) => Object.assign(new Error('broken'), fields);

  it.each([
    ['name resolution', socket({ code: 'ENOTFOUND', syscall: 'getaddrinfo' })],
    ['connection refused', socket({ code: 'ECONNREFUSED', syscall: 'connect' })],
    ['timeout while connecting', socket({ code: 'ETIMEDOUT', syscall: 'connect' })],
    ['connect timeout of undici', socket({ code: 'UND_ERR_CONNECT_TIMEOUT' })],
    ['an expired certificate', socket({ code: 'CERT_HAS_EXPIRED' })],
    ['a self-signed certificate', socket({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
    ['a certificate for another host', socket({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })],
    [
      'a reset in the handshake',
      Object.assign(new Error('Client network socket disconnected before secure TLS connection was established'), {
        code: 'ECONNRESET',
      }),
    ],
    [
      'all addresses refused',
      socket({ code: 'ECONNREFUSED', errors: [socket({ syscall: 'connect' }), socket({ syscall: 'connect' })] }),
    ],
  ])('means not sent: %s', (_name, cause) => {
    expect(transportFailure(failed(cause))).toMatchObject({ reaction: 'retry', beforeExecution: true });
  });

  it.each([
    ['reset', socket({ code: 'ECONNRESET', syscall: 'read' })],
    ['closed by the other side', socket({ code: 'UND_ERR_SOCKET' })],
    ['broken pipe', socket({ code: 'EPIPE', syscall: 'write' })],
    ['timeout while reading', socket({ code: 'ETIMEDOUT', syscall: 'read' })],
    ['no headers in time', socket({ code: 'UND_ERR_HEADERS_TIMEOUT' })],
    ['one address of two reached', socket({ errors: [socket({ syscall: 'connect' }), socket({ syscall: 'read' })] })],
    ['no cause', {}],
  ])('means unknown: %s', (_name, cause) => {
    expect(transportFailure(failed(cause))).toMatchObject({ reaction: 'unknown', beforeExecution: false });
  });
});

it.each(['The answer could not be read.', 'The answer could not be read', 'The answer could not be read. \n'])(
  "the board's words are put into a sentence without their own punctuation: %j",
  (message) => {
    expect(wordsOf({ code: 'HTTP 200', message })).toBe('HTTP 200, The answer could not be read');
  },
);

it("the board's words are only a code if the message says no more", () => {
  expect(wordsOf({ code: 'Bad request', message: 'Bad request.' })).toBe('Bad request');
});
