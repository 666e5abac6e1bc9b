import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { MondayClient } from '../../../shared/monday/client.js';
import { runQuery } from '../../../shared/monday/queries.js';
import { transportFailure } from '../../../shared/monday/transport-errors.js';

/** An account behind a connection that always fails with the same code. */
function unreachable(
  code: string,
  cause: Error = Object.assign(new Error(`it said ${code}`), { code, syscall: 'connect' }),
) {
  const clock = { ...systemClock(), wait: async () => undefined };
  const client = new MondayClient({ url: 'https://board.invalid/v2', token: 'token', timeoutMs: 1_000, clock });
  let asked = 0;
  client.send = async () => {
    asked += 1;
    const failure = transportFailure(new TypeError('fetch failed', { cause }));
    return { kind: 'refused', failure, replayed: false, limits: new Map(), startedAt: clock.now(), latencyMs: 1 };
  };
  return {
    access: { client, clock, pace: { schedule: (_: unknown, work: () => ReturnType<typeof client.send>) => work() } },
    asked: () => asked,
  };
}

it.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN'])(
  'a first read that ends in %s is not repeated, and names the setting',
  async (code) => {
    const { access, asked } = unreachable(code);
    await expect(runQuery(access, 'getAccount', {})).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('MONDAY_API_URL'),
    });
    expect(asked()).toBe(1);
  },
);

it('a failing name server is asked again if the API has answered before', async () => {
  const { access, asked } = unreachable('ENOTFOUND');
  Object.defineProperty(access.client, 'isApi', { value: true });
  await expect(runQuery(access, 'getAccount', {})).rejects.toMatchObject({ exitCode: 1 });
  expect(asked()).toBe(8);
});

describe('an address where something other than the API answers is reported soon, with the setting', () => {
  /** What the address does with a connection. */
  type Peer = (socket: Socket) => void;
  const http =
    (status: number, body: string, headers = ''): Peer =>
    (socket) =>
      socket.once('data', () =>
        socket.end(`HTTP/1.1 ${status} Said\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`),
      );

  async function read(peer: Peer, scheme = 'http'): Promise<{ error: unknown; asked: number }> {
    let asked = 0;
    const server = createServer((socket) => {
      asked += 1;
      socket.on('error', () => undefined);
      peer(socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const now = { ms: Date.now() };
    const clock = {
      ...systemClock(),
      now: () => new Date(now.ms),
      wait: async (ms: number) => {
        now.ms += ms;
      },
      random: () => 1,
    };
    const client = new MondayClient({ url: `${scheme}://127.0.0.1:${port}/v2`, token: 't', timeoutMs: 2_000, clock });
    const pace = { schedule: (_: unknown, work: () => ReturnType<typeof client.send>) => work() };
    const error: unknown = await runQuery({ client, clock, pace }, 'getAccount', {}).catch((thrown: unknown) => thrown);
    server.close();
    return { error, asked };
  }

  it.each<[string, Peer, number, number, RegExp]>([
    ['a page', http(200, '<html>'), 2, 4, /is not the API of monday\.com, it says HTTP 200 without GraphQL/],
    ['another JSON', http(200, '{"status":"ok"}'), 2, 4, /HTTP 200 without GraphQL/],
    ['an empty answer', http(204, ''), 2, 4, /HTTP 204 without GraphQL/],
    ['no such path', http(404, 'Not found'), 2, 4, /HTTP 404 without GraphQL/],
    ['another method', http(405, ''), 2, 4, /HTTP 405 without GraphQL/],
    ['another address', http(302, '', 'Location: https://elsewhere.example/\r\n'), 2, 1, /leads on to another address/],
    ['a server of another kind', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'), 2, 1, /does not speak HTTP \(HPE_/],
    ['a port that hangs up', (socket) => socket.destroy(), 1, 4, /asked 4 times\. Check host and port/],
  ])('%s', async (_, peer, exitCode, most, sentence) => {
    const { error, asked } = await read(peer);
    expect(error).toMatchObject({ exitCode, message: expect.stringMatching(sentence) });
    expect(error).toMatchObject({ message: expect.stringContaining('MONDAY_API_URL') });
    expect(asked).toBe(most);
  });

  it('for a port that fetch blocks', async () => {
    const { access, asked } = unreachable('ERR', new Error('bad port'));
    await expect(runQuery(access, 'getAccount', {})).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('MONDAY_API_URL names a port that belongs to another protocol'),
    });
    expect(asked()).toBe(1);
  });

  it('for https:// without TLS on the server', async () => {
    const { error, asked } = await read(http(400, ''), 'https');
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(/does not speak TLS/) });
    expect(asked).toBe(1);
  });

  it('but not for a gateway whose API is down, which is asked as often as usual', async () => {
    const { error, asked } = await read(http(503, '<html>'));
    expect(error).toMatchObject({ exitCode: 1, message: expect.stringContaining('was asked 8 times') });
    expect(asked).toBe(8);
  });
});
