import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../shared/ground/clock.js';
import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import { MondayClient } from '../../shared/monday/client.js';
import { runQuery } from '../../shared/monday/queries.js';
import { transportFailure } from '../../shared/monday/transport-errors.js';

const TOKEN = 'token-that-nobody-may-see';

/** The HTTP client that is part of this Node, as it stands in its own sources. */
const UNDICI = String(
  (process as unknown as { binding(name: string): Record<string, string> }).binding('natives')[
    'internal/deps/undici/undici'
  ],
);
/** Bases of classes, and a code that only the API for WebSockets throws. */
const NOT_THROWN = ['UND_ERR', 'UND_ERR_INFO', 'UND_ERR_RESPONSE', 'UND_ERR_WS_MESSAGE_SIZE_EXCEEDED'];

/** What a first read of the board says after the connection failed so each time; `isApi`: it has answered before. */
async function told(cause: object, isApi: boolean): Promise<Error> {
  let now = Date.now();
  const clock = {
    ...systemClock(),
    now: () => new Date(now),
    wait: async (ms: number) => {
      now += ms;
    },
  };
  const client = new MondayClient({ url: 'https://board.invalid/v2', token: TOKEN, timeoutMs: 1_000, clock });
  Object.defineProperty(client, 'isApi', { value: isApi });
  client.send = async () => ({
    kind: 'unknown',
    failure: transportFailure(new TypeError('fetch failed', { cause })),
    replayed: false,
    limits: new Map(),
    startedAt: clock.now(),
    latencyMs: 1,
  });
  const pace = { schedule: (_: unknown, work: () => ReturnType<typeof client.send>) => work() };
  const error: unknown = await runQuery({ client, clock, pace }, 'getAccount', {}).catch((thrown: unknown) => thrown);
  if (error instanceof FixFirstError || error instanceof TryAgainError) return error;
  throw error;
}

const failed = (code: string, fields: object = {}, message = `it said ${code}`) =>
  Object.assign(new Error(message), { code, ...fields });
const connecting = (code: string, message?: string) => failed(code, { syscall: 'connect' }, message);

/** Code, exit code before anything has answered, whether it is certain that nothing was sent. */
const CODES: readonly [code: string, exitCode: 1 | 2, unsent: boolean][] = [
  ['UND_ERR_CONNECT_TIMEOUT', 1, true],
  ['UND_ERR_PRX_TLS', 1, true],
  ['UND_ERR_HEADERS_TIMEOUT', 1, false],
  ['UND_ERR_HEADERS_OVERFLOW', 1, false],
  ['UND_ERR_BODY_TIMEOUT', 1, false],
  ['UND_ERR_RESPONSE_STATUS_CODE', 1, false],
  ['UND_ERR_INVALID_ARG', 1, false],
  ['UND_ERR_INVALID_RETURN_VALUE', 1, false],
  ['UND_ERR_ABORT', 1, false],
  ['UND_ERR_ABORTED', 1, false],
  ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 1, false],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 1, false],
  ['UND_ERR_DESTROYED', 1, false],
  ['UND_ERR_CLOSED', 1, false],
  ['UND_ERR_SOCKET', 1, false],
  ['UND_ERR_NOT_SUPPORTED', 1, false],
  ['UND_ERR_BPL_MISSING_UPSTREAM', 1, false],
  ['UND_ERR_HTTP_PARSER', 1, false],
  ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 1, false],
  ['UND_ERR_REQ_RETRY', 1, false],
  ['HPE_INVALID_CONSTANT', 2, false],
  ['HPE_HEADER_OVERFLOW', 2, false],
  ['ECONNRESET', 1, false],
  ['EPIPE', 1, false],
  ['ERR_STREAM_PREMATURE_CLOSE', 1, false],
  ['EPROTO', 2, false],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 2, true],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 2, true],
  ['CERT_HAS_EXPIRED', 2, true],
  ['CERT_NOT_YET_VALID', 2, true],
  ['CERT_REVOKED', 2, true],
  ['HOSTNAME_MISMATCH', 2, true],
  ['INVALID_CA', 2, true],
  ['INVALID_PURPOSE', 2, true],
  ['SELF_SIGNED_CERT_IN_CHAIN', 2, true],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 2, true],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 2, true],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 2, true],
  ['UNHEARD_OF', 1, false],
];

describe('errors of the HTTP client and the network: each code becomes a sentence with the setting', () => {
  const codes = [...new Set([...UNDICI.matchAll(/UND_ERR\w*/g)].map(([code]) => code))];
  const known = new Set([...NOT_THROWN, ...CODES.map(([code]) => code)]);

  it("the codes of this Node's HTTP client are found", () => {
    expect(codes).toEqual(
      expect.arrayContaining(['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']),
    );
  });

  it('codes of a newer Node that the table lacks may be transient, and are reported with the code', async () => {
    for (const code of codes.filter((each) => !known.has(each))) {
      const error = await told(failed(code), false);
      expect({ code, error }).toMatchObject({ error: { exitCode: 1, message: expect.stringContaining(code) } });
    }
  });

  it.each(CODES)('%s: exit code %d before the API has ever answered', async (code, exitCode, unsent) => {
    const error = await told(failed(code), false);
    expect(error).toMatchObject({ exitCode });
    expect(error.message).toMatch(/^The board could not be read( \(getAccount\))?: [^\n]+MONDAY_API_URL[^\n]+\.$/);
    expect(error.message).toContain(code);
    expect(error.message).not.toContain(TOKEN);
    expect(transportFailure(new TypeError('fetch failed', { cause: failed(code) })).beforeExecution).toBe(unsent);
  });

  it.each(CODES)('%s after it has answered: may be transient, unless a certificate is wrong', async (code) => {
    const error = await told(failed(code), true);
    expect(error.message).toMatch(/^The board could not be read \(getAccount\): [^\n]+\.$/);
    expect(error.message).toContain(code);
    if (error instanceof FixFirstError) expect(error.message).toMatch(/NODE_EXTRA_CA_CERTS/);
    else expect(error.message).toMatch(/ was asked 8 times\. Run the task again later\.$/);
  });

  it.each([
    ['ECONNREFUSED', 1],
    ['ETIMEDOUT', 1],
    ['EHOSTUNREACH', 1],
    ['ENETUNREACH', 1],
    ['EADDRNOTAVAIL', 1],
    ['EAI_AGAIN', 1],
    ['ENOTFOUND', 2],
    ['EAI_NONAME', 2],
    ['ENODATA', 2],
  ])('%s while connecting: exit code %d', async (code, exitCode) => {
    const error = await told(connecting(code), false);
    expect(error).toMatchObject({ exitCode });
    expect(error.message).toMatch(/MONDAY_API_URL/);
  });

  it.each([
    ['407', 2, /HTTPS_PROXY/],
    ['403', 2, /HTTPS_PROXY/],
    ['502', 1, /Proxy response \(502\)/],
  ])('a proxy that answers %s instead of opening a tunnel: exit code %d', async (status, exitCode, words) => {
    const message = `Proxy response (${status}) !== 200 when HTTP Tunneling`;
    const error = await told(failed('UND_ERR_ABORTED', {}, message), false);
    expect(error).toMatchObject({ exitCode, message: expect.stringMatching(words) });
    expect(
      transportFailure(new TypeError('fetch failed', { cause: failed('UND_ERR_ABORTED', {}, message) })),
    ).toMatchObject({
      beforeExecution: true,
    });
  });
});
