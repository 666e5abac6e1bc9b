import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../shared/ground/clock.js';
import { Account } from './account.js';
import type { Ending, HttpAnswer } from './answers.js';
import { Api } from './api.js';
import { BoardClock } from './clock.js';
import { control } from './control.js';
import { keptShape } from './kept-shape.js';
import type { LimitPreset } from './limits.js';
import { refusedOrigin } from './origin.js';
import { showPage } from './page/page.js';
import type { AccountShape } from './shape.js';
import { Store } from './store.js';

export interface BoardOptions {
  /** 0, the default: any free port. */
  port?: number;
  host?: string;
  /** Where the state is kept; without it the state goes with the process. */
  dataDir?: string | null;
  /** The columns of a new board; without it those of the shipped mapping. */
  shape?: AccountShape;
  seed?: number;
  /** Passed in by tests that share one clock with the program under test. */
  clock?: Clock;
  limits?: LimitPreset;
  /** The only token accepted; without it any token is. */
  token?: string | null;
}

export interface RunningBoard {
  /** `http://host:port`, without a slash at the end; the API is at `${url}/v2`. */
  url: string;
  account: Account;
  close(): Promise<void>;
}

const MB = 1024 * 1024;
const LARGEST_BODY = 16 * MB;
/** So much of a body that is too large is read to its end, for a client that reads the answer only then. */
const LARGEST_HEARD = 160 * MB;

/** The body; null when it is too large to be understood, undefined when it is too large to be heard to its end. */
async function readBody(request: IncomingMessage): Promise<string | null | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > LARGEST_HEARD) return undefined;
    if (size <= LARGEST_BODY) chunks.push(bytes);
  }
  return size > LARGEST_BODY ? null : Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, ending: Ending): void {
  if (ending === 'silence') return;
  if (ending === 'cut') {
    response.socket?.destroy();
    return;
  }
  response.writeHead(ending.status, { ...ending.headers, 'Content-Length': Buffer.byteLength(ending.body) });
  response.end(ending.body);
}

function plain(status: number, sentence: string): HttpAnswer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: `${sentence}\n` };
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

interface ServerParts {
  account: Account;
  api: Api;
  host: string;
}

/** Routes one request. */
async function answer(
  { account, api, host }: ServerParts,
  request: IncomingMessage,
  closed: AbortSignal,
): Promise<Ending> {
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', 'http://board');
  const body = await readBody(request);
  if (body === undefined) return 'cut';
  if (body === null) return { ...plain(413, 'The body is larger than 16 MB.'), headers: { Connection: 'close' } };
  if (url.pathname === '/v2') {
    if (method !== 'POST') return { ...plain(405, 'The API answers POST only.'), headers: { Allow: 'POST' } };
    return api.handle({
      body,
      closed,
      token: header(request, 'authorization'),
      version: header(request, 'api-version'),
      idempotencyKey: header(request, 'idempotency-key'),
    });
  }
  const refused = refusedOrigin(request.headers, host);
  if (refused !== null) return plain(403, refused);
  const answered = (await control(account, method, url, body)) ?? showPage(account, method, url);
  return answered ?? plain(404, `There is nothing at ${method} ${url.pathname}.`);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Starts a board; everything it holds is in `account`, for tests in the same process. */
export async function startBoard(options: BoardOptions = {}): Promise<RunningBoard> {
  const seed = options.seed ?? 1;
  const dataDir = options.dataDir ?? null;
  const store = new Store(dataDir, dataDir === null ? options.shape : keptShape(dataDir, options.shape));
  const clock = options.clock ?? new BoardClock({ seed });
  const account = new Account({ store, clock, seed, limits: options.limits ?? 'pro' });
  const api = new Api(account, options.token ?? null);
  const host = options.host ?? '127.0.0.1';
  const server = createServer((request, response) => {
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    answer({ account, api, host }, request, closed.signal).then(
      (ending) => send(response, ending),
      (error: unknown) => send(response, plain(500, `The board failed: ${String(error)}`)),
    );
  });
  // A test or a demo may keep a connection idle for longer than the default five seconds between two steps.
  server.keepAliveTimeout = 60_000;
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;
  account.url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url: account.url,
    account,
    close: async () => {
      api.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      store.close();
    },
  };
}
