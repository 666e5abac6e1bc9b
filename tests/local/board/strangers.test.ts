import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestBoard } from './board.js';

let board: TestBoard;
let port: number;
beforeAll(async () => {
  board = await TestBoard.start();
  port = Number(new URL(board.board.url).port);
});
afterAll(() => board.close());

/** A call with headers of its own choice, Host too. */
function call(method: string, path: string, headers: Record<string, string>, body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on('error', reject);
    outgoing.end(method === 'POST' ? body : undefined);
  });
}

describe('calls outside the API', () => {
  const own = () => `127.0.0.1:${port}`;

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['the same name on another port', { origin: 'http://127.0.0.1:1' }],
    ['another site, without an origin', { 'sec-fetch-site': 'cross-site' }],
    ['the same site on another port', { 'sec-fetch-site': 'same-site' }],
    [
      'a public name that resolves to this machine',
      { host: 'rebind.example.com', origin: 'http://rebind.example.com' },
    ],
    ['a public name that resolves to this machine, without an origin', { host: 'rebind.example.com' }],
  ])('of %s are refused, reads and writes', async (_who, headers) => {
    for (const [method, path] of [
      ['POST', '/_edit'],
      ['POST', '/_reset'],
      ['GET', '/_board'],
      ['GET', '/'],
    ] as const) {
      expect([path, await call(method, path, { host: own(), ...headers }, '{}')]).toEqual([path, 403]);
    }
  });

  it.each([
    ['a program', {}],
    ["the board's own page", { origin: 'own', 'sec-fetch-site': 'same-origin' }],
    ['a person in the address bar', { 'sec-fetch-site': 'none' }],
    ['localhost', { host: 'localhost:4000' }],
    ['an IPv6 address', { host: '[::1]:4000' }],
    ['a container network', { host: 'board:4000' }],
    ['a container on this machine', { host: 'host.docker.internal:4000' }],
  ])('of %s are answered', async (_who, headers: Record<string, string>) => {
    const sent = { host: own(), ...headers, ...(headers['origin'] ? { origin: `http://${own()}` } : {}) };
    expect(await call('GET', '/_board', sent)).toBe(200);
  });
});

describe('a body of more than 16 MB', () => {
  it.each(['/v2', '/_edit'])('is answered at %s, and the next call too', async (path) => {
    const url = `${board.board.url}${path}`;
    const init = { method: 'POST', headers: { Authorization: 'token' }, body: 'x'.repeat(17 * 1024 * 1024) };
    const response = await fetch(url, init);
    expect([response.status, await response.text()]).toEqual([413, 'The body is larger than 16 MB.\n']);
    expect((await board.ask('{ me { id } }')).status).toBe(200);
  });

  it('that does not end closes the connection', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /v2 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    const size = 8 * 1024 * 1024;
    const chunk = Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), Buffer.alloc(size), Buffer.from('\r\n')]);
    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
      socket.on('error', () => undefined);
    });
    // A write from the callback of one that failed would fail at once, and so on without end.
    const send = (error?: Error | null) => {
      if (!error) socket.write(chunk, send);
    };
    send();
    await closed;
    expect((await board.ask('{ me { id } }')).status).toBe(200);
  });
});
