import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { itemField, TestBoard } from './board.js';

let board: TestBoard;
beforeAll(async () => {
  board = await TestBoard.start();
});
afterAll(() => board.close());

const ME = '{ me { id } }';

describe('1. transport', () => {
  it('answers POST /v2 only', async () => {
    expect((await fetch(`${board.board.url}/v2`)).status).toBe(405);
    expect((await board.control('GET', '/nowhere')).status).toBe(404);
  });

  it('refuses a missing or wrong token with the current code', async () => {
    const missing = await fetch(`${board.board.url}/v2`, { method: 'POST', body: JSON.stringify({ query: ME }) });
    expect(missing.status).toBe(401);
    expect(await missing.json()).toEqual({
      errors: [{ message: 'Not authenticated', extensions: { code: 'NOT_AUTHENTICATED' } }],
      extensions: { request_id: expect.any(String) },
    });
    const strict = await TestBoard.start({ token: 'right' });
    expect((await strict.ask(ME)).status).toBe(401);
    expect((await strict.ask(ME, {}, { Authorization: 'right' })).status).toBe(200);
    await strict.close();
  });

  it.each([
    ['2026-07', '2026-07'],
    ['2024-01', '2026-07'],
    ['2031-01', '2026-10'],
  ])('answers version %s as %s', async (asked, served) => {
    expect((await board.ask(ME, {}, { 'API-Version': asked })).headers.get('api-version')).toBe(served);
  });

  it('answers with the current version if none is requested, and refuses a malformed one', async () => {
    expect((await board.ask(ME)).headers.get('api-version')).toBe('2026-10');
    const malformed = await board.ask(ME, {}, { 'API-Version': 'yesterday' });
    expect(malformed.json.errors[0].extensions.code).toBe('InvalidVersionException');
  });
});

describe('2. validation', () => {
  it.each([
    ['an unknown field', '{ nonsense }', 'undefinedField'],
    ['a wrong type', 'mutation { archive_item(item_id: true) { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['invalid syntax', '{ me {', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a missing variable',
      'query ($c: String!) { next_items_page(cursor: $c) { cursor } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('refuses %s before anything is executed, with 400 or 200', async (_what, query, code) => {
    for (const status of [200, 400]) {
      await board.limits({ validationStatus: status });
      const reply = await board.ask(query);
      expect(reply.status).toBe(status);
      expect(reply.json.errors[0].extensions.code).toBe(code);
      expect(reply.json).not.toHaveProperty('data');
    }
  });

  it('refuses a body that is not JSON, and one without a query', async () => {
    expect((await board.post('{')).json.errors[0].extensions.code).toBe('JsonParseException');
    expect((await board.post('{}')).status).toBe(400);
  });
});

describe('3. every answer', () => {
  it('carries a request id and the rate limits', async () => {
    const one = await board.ask(ME);
    const other = await board.ask('{ nonsense }');
    expect(one.json.extensions.request_id).not.toBe(other.json.extensions.request_id);
    for (const reply of [one, other]) {
      expect(reply.headers.get('ratelimit-policy')).toBe(
        '"minuteRate";q=2500;w=60, "concurrency";q=100;qu="concurrent-requests", "complexityMinute";q=10000000;w=60;qu="content-bytes"',
      );
      expect(reply.headers.get('ratelimit')).toMatch(
        /^"minuteRate";r=\d+, "concurrency";r=99, "complexityMinute";r=\d+;t=\d+$/,
      );
    }
  });
});

describe('4. shapes of errors', () => {
  const strike = async (fault: string) => {
    await board.fault('create_item', fault);
    return board.push([itemField('a0', 'x')]);
  };

  it('A: an error of a field, together with the data of the others', async () => {
    await board.fault('create_item', 'error:ColumnValueException', 2);
    const { status, json } = await board.push([itemField('a0', 'x'), itemField('a1', 'y'), itemField('a2', 'z')]);
    expect(status).toBe(200);
    expect(json.data).toMatchObject({ a0: { id: expect.any(String) }, a1: null, a2: { id: expect.any(String) } });
    expect(json.errors).toMatchObject([
      { path: ['a1'], extensions: { code: 'ColumnValueException', status_code: 200 } },
    ]);
  });

  it('B: a rate limit with the wait in the body and in Retry-After', async () => {
    const { status, json, headers } = await strike('error:COMPLEXITY_BUDGET_EXHAUSTED');
    expect(status).toBe(429);
    expect(json.errors[0].extensions).toMatchObject({ code: 'COMPLEXITY_BUDGET_EXHAUSTED', retry_in_seconds: 1 });
    expect(headers.get('retry-after')).toBe('1');
  });

  it('C: the legacy shape with HTTP 200 and errors as strings', async () => {
    const { status, json } = await strike('error:ComplexityException');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      error_code: 'ComplexityException',
      status_code: 429,
      errors: ['Complexity budget exhausted, reset in 1 seconds'],
    });
  });

  it('D: plain strings', async () => {
    expect(await strike('error:Not Authenticated')).toMatchObject({
      status: 401,
      json: { errors: ['Not Authenticated'] },
    });
  });

  it('E: an idempotency conflict', async () => {
    const { status, json, headers } = await strike('error:IDEMPOTENCY_CONFLICT');
    expect([status, json.errors[0].extensions.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    expect(headers.get('retry-after')).toBe('1');
  });

  it('G: a page of a gateway', async () => {
    const { headers, text, json } = await strike('error:502');
    expect(json).toBeUndefined();
    expect(headers.get('content-type')).toBe('text/html');
    expect(text).toContain('<h1>502 Bad Gateway</h1>');
  });

  it('an undocumented code, without an effect', async () => {
    const { json } = await strike('error:SOMETHING_NEW');
    expect(json.errors[0].extensions.code).toBe('SOMETHING_NEW');
    expect((await board.log()).at(-1)).toMatchObject({ fault: 'error:SOMETHING_NEW', effects: [] });
  });
});
