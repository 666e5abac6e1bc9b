import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../shared/ground/clock.js';
import { MondayClient } from '../../../shared/monday/client.js';

export interface Received {
  method: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** How one request is answered. */
export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

export interface ScriptedServer {
  url: string;
  received: Received[];
  /** The replies to the next requests, in order; the last one is repeated. */
  script: Reply[];
  client(options?: { timeoutMs?: number; token?: string }): MondayClient;
  close(): Promise<void>;
}

/** A real HTTP server that answers as a test tells it. */
export async function startScriptedServer(...script: Reply[]): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ method: request.method, headers: request.headers, body: Buffer.concat(parts).toString() });
      const reply = running.script.length > 1 ? running.script.shift() : running.script[0];
      reply?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`;
  const running: ScriptedServer = {
    url,
    received,
    script,
    client: ({ timeoutMs = 5_000, token = 'test-token' } = {}) =>
      new MondayClient({ url, token, timeoutMs, clock: systemClock() }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return running;
}

export interface JsonOptions {
  status?: number;
  headers?: Record<string, string>;
}

/** A JSON answer with the headers of the API. */
export function json(body: unknown, { status = 200, headers = {} }: JsonOptions = {}): Reply {
  return text(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'api-version': '2026-10', ...headers },
  });
}

export function text(body: string, { status = 200, headers = {} }: JsonOptions = {}): Reply {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** A page of a gateway. */
export function html(status: number): Reply {
  return text('<html><body>Bad gateway</body></html>', { status, headers: { 'content-type': 'text/html' } });
}

/** The connection is reset before any byte of an answer. */
export const reset: Reply = (request) => {
  request.socket.resetAndDestroy();
};

/** The connection is reset when the headers and half of the body are out. */
export const resetAfterHeaders: Reply = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"data":', () => request.socket.resetAndDestroy());
};

/** No answer, ever. */
export const hang: Reply = () => {};

/** The headers, and then nothing more. */
export const hangAfterHeaders: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"data":');
};
