import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { type Answer, outcomeOfAlias } from '../../../shared/monday/answer.js';
import { MondayClient, serialise } from '../../../shared/monday/client.js';
import { composeMutation } from '../../../shared/monday/operations.js';
import {
  hang,
  hangAfterHeaders,
  html,
  json,
  type Reply,
  reset,
  resetAfterHeaders,
  type ScriptedServer,
  startScriptedServer,
  text,
} from './scripted-server.js';

const MUTATION = serialise(
  composeMutation([
    { alias: 'a0', operation: 'archiveItem', variables: { itemId: '1' } },
    { alias: 'a1', operation: 'archiveItem', variables: { itemId: '2' } },
  ]),
);
const QUERY = serialise({ query: 'query Me { me { id } }', variables: {}, operationName: 'Me' });

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function answerTo(reply: Reply, body = MUTATION, timeoutMs?: number): Promise<Answer> {
  server = await startScriptedServer(reply);
  return server.client(timeoutMs === undefined ? {} : { timeoutMs }).send({ body });
}

const DONE = { data: { a0: { id: '1' }, a1: { id: '2' } }, extensions: { request_id: 'r-1' } };

describe('a request', () => {
  it('carries the raw token, the pinned version and, when given, the idempotency key', async () => {
    server = await startScriptedServer(json(DONE));
    const client = server.client({ token: 'abc.def' });
    await client.send({ body: MUTATION, idempotencyKey: 'key-1' });
    await client.send({ body: QUERY });
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      headers: {
        authorization: 'abc.def',
        'api-version': '2026-10',
        'idempotency-key': 'key-1',
        'content-type': 'application/json',
      },
    });
    expect(server.received[1]?.headers).not.toHaveProperty('idempotency-key');
  });

  it('posts the given body unchanged to the byte, each time', async () => {
    server = await startScriptedServer(json(DONE));
    const odd = '{ "operationName":"Q",\n "variables": {"b":1,"a":"\\u00e9 \\/"},"query":"mutation Q { a0: x }"  }';
    await server.client().send({ body: odd, idempotencyKey: 'k' });
    await server.client().send({ body: odd, idempotencyKey: 'k' });
    expect(server.received.map((request) => request.body)).toEqual([odd, odd]);
  });

  it('is not sent when the program is already stopping', async () => {
    server = await startScriptedServer(json(DONE));
    const answer = await server.client().send({ body: MUTATION, signal: AbortSignal.abort() });
    expect(answer).toMatchObject({ kind: 'refused', failure: { code: 'NOT_SENT', reaction: 'retry' } });
    expect(server.received).toHaveLength(0);
  });
});

describe('a complete answer', () => {
  it('has data, request id, limits, complexity and whether it was replayed', async () => {
    const body = {
      data: { ...DONE.data, complexity: { before: 100, query: 60, after: 40, reset_in_x_seconds: 9 } },
      extensions: { request_id: 'r-2' },
    };
    const headers = {
      'ratelimit-policy': '"minuteRate";q=5000;w=60, "complexityMinute";q=5000000;w=60;qu="content-bytes"',
      ratelimit: '"minuteRate";r=4999, "complexityMinute";r=4950000;t=45',
      'idempotency-replayed': 'true',
    };
    const answer = await answerTo(json(body, { headers }));
    expect(answer).toMatchObject({
      kind: 'answered',
      requestId: 'r-2',
      replayed: true,
      status: 200,
      complexity: { before: 100, query: 60, after: 40 },
      failures: [],
    });
    expect(answer.limits.get('complexityMinute')).toEqual({
      quota: 5_000_000,
      windowMs: 60_000,
      remaining: 4_950_000,
      resetMs: 45_000,
    });
    expect(answer.limits.get('minuteRate')).toEqual({ quota: 5_000, windowMs: 60_000, remaining: 4_999 });
  });

  it('keeps the data of executed fields together with the errors of the others', async () => {
    const answer = await answerTo(
      json({
        data: { a0: { id: '1' }, a1: null, a2: null },
        errors: [{ message: 'bad', path: ['a1'], extensions: { code: 'ColumnValueException', status_code: 200 } }],
      }),
    );
    expect(outcomeOfAlias(answer, 'a0')).toEqual({ kind: 'done', data: { id: '1' } });
    expect(outcomeOfAlias(answer, 'a1')).toMatchObject({ kind: 'failed', failure: { reaction: 'park' } });
    expect(outcomeOfAlias(answer, 'a2')).toMatchObject({ kind: 'unknown', failure: { code: 'NO_DATA' } });
  });

  it('keeps data that comes with an HTTP error or with an error of the same field', async () => {
    const body = { data: { a0: { id: '1' } }, errors: [{ message: 'late', path: ['a0'], extensions: { code: 'X' } }] };
    const answer = await answerTo(json(body, { status: 500 }));
    expect(outcomeOfAlias(answer, 'a0')).toEqual({ kind: 'done', data: { id: '1' } });
  });
});

describe('a refusal', () => {
  const cases: [string, Reply, object][] = [
    [
      'shape B, a rate limit',
      json(
        { errors: [{ message: 'x', extensions: { code: 'COMPLEXITY_BUDGET_EXHAUSTED', retry_in_seconds: 60 } }] },
        { status: 429 },
      ),
      { reaction: 'retry', waitMs: 60_000 },
    ],
    [
      'shape B inside HTTP 200',
      json({ errors: [{ message: 'x', extensions: { code: 'Rate Limit Exceeded', retry_in_seconds: 7 } }] }),
      { reaction: 'retry', waitMs: 7_000 },
    ],
    [
      'shape C, legacy, with HTTP 200 and no errors',
      json({
        error_code: 'ComplexityException',
        status_code: 429,
        error_message: 'Complexity budget exhausted, query cost 30001 budget remaining 9 out of 10 reset in 3 seconds',
        error_data: {},
      }),
      { code: 'ComplexityException', reaction: 'retry', waitMs: 3_000 },
    ],
    [
      'shape D, errors that are plain strings',
      json({ errors: ['Not Authenticated'] }, { status: 401 }),
      { code: 'Not Authenticated', reaction: 'stop' },
    ],
    [
      'shape E, an idempotency conflict',
      json(
        { errors: [{ message: 'x', extensions: { code: 'IDEMPOTENCY_CONFLICT' } }] },
        { status: 409, headers: { 'retry-after': '2' } },
      ),
      { reaction: 'retry', advice: 'same body', waitMs: 2_000 },
    ],
    [
      'a locked board',
      json({ errors: [{ message: 'Resource is currently locked, please try again later' }] }, { status: 423 }),
      { reaction: 'retry', advice: 'fewer in flight' },
    ],
    ['429 with a page of a gateway', html(429), { reaction: 'retry' }],
    [
      'a redirect, which is not followed',
      text('', { status: 307, headers: { location: '/elsewhere' } }),
      { reaction: 'stop' },
    ],
  ];
  it.each(cases)('is recognized by %s', async (_name, reply, failure) => {
    const answer = await answerTo(reply);
    expect(answer).toMatchObject({ kind: 'refused', failure: { beforeExecution: true, ...failure } });
    expect(outcomeOfAlias(answer, 'a0')).toMatchObject({ kind: 'failed', failure });
    expect(server?.received).toHaveLength(1);
  });

  it('is recognized when nothing listens: nothing was sent', async () => {
    server = await startScriptedServer(hang);
    await server.close();
    const answer = await server.client().send({ body: MUTATION });
    expect(answer).toMatchObject({ kind: 'refused', failure: { code: 'ECONNREFUSED', reaction: 'retry' } });
    expect(answer).not.toHaveProperty('status');
  });

  it('is recognized when the name cannot be resolved', async () => {
    const client = new MondayClient({
      url: 'http://board.invalid/v2',
      token: 't',
      timeoutMs: 5_000,
      clock: systemClock(),
    });
    expect(await client.send({ body: MUTATION })).toMatchObject({ kind: 'refused', failure: { reaction: 'retry' } });
  });

  it('is recognized when TLS fails', async () => {
    // Without a certificate no handshake succeeds.
    const tls = createTlsServer({});
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/v2`;
    const client = new MondayClient({ url, token: 't', timeoutMs: 5_000, clock: systemClock() });
    const answer = await client.send({ body: MUTATION });
    await new Promise<void>((resolve) => tls.close(() => resolve()));
    expect(answer).toMatchObject({ kind: 'refused', failure: { reaction: 'retry', beforeExecution: true } });
  });
});

describe('an unknown outcome', () => {
  const cases: [string, Reply][] = [
    ['a reset before any answer', reset],
    ['a reset in the middle of the answer', resetAfterHeaders],
    ['an HTML page with 502', html(502)],
    ['an HTML page with 503', html(503)],
    ['an HTML page with 504', html(504)],
    ['an HTML page with 200', html(200)],
    ['an empty body', text('', { headers: { 'content-type': 'application/json' } })],
    ['an empty body without a type', text('')],
    ['a truncated body', text('{"data":{"a0":{"id"', { headers: { 'content-type': 'application/json' } })],
    ['a body that is JSON but no object', json('later')],
    ['a list instead of an object', json([1, 2])],
    ['an object that says nothing', json({})],
    ['data of a wrong type', json({ data: 'later' })],
    ['408', json({ errors: [{ message: 'Request timeout' }] }, { status: 408 })],
    [
      'an internal error inside HTTP 200',
      json({ errors: [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR', status_code: 500 } }] }),
    ],
    ['500', json({ errors: [{ message: 'Internal Server Error' }] }, { status: 500 })],
    ['a code nobody documented', json({ errors: [{ message: 'x', extensions: { code: 'NewException' } }] })],
    [
      "a record's error without data or path: others of the request may have been executed",
      json({ errors: [{ message: 'x', extensions: { code: 'ColumnValueException' } }] }),
    ],
    [
      'a refusal beside an error that proves nothing',
      json({ errors: [{ message: 'Not Authenticated' }, { message: 'x', extensions: { code: 'NewException' } }] }),
    ],
  ];
  it.each(cases)('is the result of %s', async (_name, reply) => {
    const answer = await answerTo(reply);
    expect(answer).toMatchObject({ kind: 'unknown', failure: { reaction: 'unknown', beforeExecution: false } });
    expect(outcomeOfAlias(answer, 'a0').kind).toBe('unknown');
    expect(server?.received).toHaveLength(1);
  });

  it("is the result of another field's refusal without data; only that field is refused", async () => {
    const error = { message: 'x', path: ['a0'], extensions: { code: 'RATE_LIMIT_EXCEEDED' } };
    const answer = await answerTo(json({ data: null, errors: [error] }));
    expect(outcomeOfAlias(answer, 'a0')).toMatchObject({ kind: 'failed', failure: { reaction: 'retry' } });
    expect(outcomeOfAlias(answer, 'a1')).toMatchObject({ kind: 'unknown', failure: { code: 'NO_DATA' } });
  });

  it.each([
    ['at all', hang],
    ['to the end', hangAfterHeaders],
  ])('is the result of a server that does not answer %s in time', async (_name, reply) => {
    const answer = await answerTo(reply, MUTATION, 50);
    expect(answer).toMatchObject({
      kind: 'unknown',
      failure: { code: 'ABANDONED', message: 'No answer within 50 ms.' },
    });
  });

  it('is the result of stopping the program during a request', async () => {
    const stop = new AbortController();
    server = await startScriptedServer(() => stop.abort());
    const answer = await server.client().send({ body: MUTATION, signal: stop.signal });
    expect(answer).toMatchObject({ kind: 'unknown', failure: { code: 'ABANDONED' } });
  });
});

describe('a query', () => {
  it('changes nothing, so that its own errors are refusals', async () => {
    const error = { message: 'x', path: ['items'], extensions: { code: 'CursorExpiredError' } };
    expect(await answerTo(json({ data: null, errors: [error] }), QUERY)).toMatchObject({
      kind: 'refused',
      failure: { advice: 'restart scan' },
    });
  });
});

describe('the version of the API', () => {
  const foreign = json(DONE, { headers: { 'api-version': '2027-04' } });

  it('stops a query when the answer comes in another one', async () => {
    await expect(answerTo(foreign, QUERY)).rejects.toThrow(/answers in version 2027-04 instead of 2026-10/);
  });

  it("returns a mutation's answer before it stops the next request", async () => {
    server = await startScriptedServer(foreign);
    const client = server.client();
    expect((await client.send({ body: MUTATION })).kind).toBe('answered');
    await expect(client.send({ body: MUTATION })).rejects.toThrow(FixFirstError);
    expect(server.received).toHaveLength(1);
  });

  it('is not required in the page of a gateway, which has none', async () => {
    expect((await answerTo(html(502), QUERY)).kind).toBe('unknown');
  });
});

describe('secrets', () => {
  const TOKEN = 'tok-3n-of-a-real-length';

  it('refuses a token that cannot be a header, without repeating it', () => {
    const options = { url: 'http://127.0.0.1:1/v2', timeoutMs: 1, clock: systemClock() };
    const make = () => new MondayClient({ ...options, token: 'secret\nvalue' });
    expect(make).toThrow(FixFirstError);
    expect(make).not.toThrow(/secret/);
  });

  it('never appear in logs or results', async () => {
    const logged: unknown[] = [];
    const note = (...parts: unknown[]) => logged.push(parts);
    const log = { debug: note, info: note, warn: note, error: note };
    const echo = { message: `bad: ${TOKEN}`, extensions: { code: `no ${TOKEN}`, errors: [TOKEN] } };
    const refusals = [['Not Authenticated'], [`bad: ${TOKEN}`], [echo]].map((errors) =>
      json({ errors }, { status: 401 }),
    );
    for (const reply of [reset, html(502), ...refusals, json({ error_message: TOKEN, error_code: TOKEN })]) {
      server = await startScriptedServer(reply);
      const { url } = server;
      const client = new MondayClient({ url, token: TOKEN, timeoutMs: 999, clock: systemClock(), log });
      const body = serialise({ query: 'mutation M { a0: x }', variables: { n: 'order-4711' }, operationName: 'M' });
      logged.push(await client.send({ body }));
      await server.close();
    }
    expect(logged.length).toBe(12);
    expect(JSON.stringify(logged)).not.toMatch(/tok-3n|4711/);
  });

  it('are not sent to a server whose certificate is not verified', () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const options = { url: 'https://api.monday.com/v2', token: 't', timeoutMs: 1, clock: systemClock() };
      expect(() => new MondayClient(options)).toThrow(/NODE_TLS_REJECT_UNAUTHORIZED/);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });
});
