import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way to the board, and its answer on the way back; both may be changed. */
export interface Passing {
  request: { query: string; variables: Record<string, unknown> };
  /** Of the request's body as it came. */
  text: string;
  key: string | undefined;
}

export interface Back {
  status: number;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: distortions reach into answers of many shapes, and fail by themselves.
  json: any;
}

export interface Distortion {
  /** Gives the body that goes on in the place of this one. */
  there?(passing: Passing): string | undefined;
  /** Changes the answer, or gives another one. */
  back?(passing: Passing, answer: Back): Back | undefined;
}

export interface Proxy {
  url: string;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const FORWARDED = ['authorization', 'api-version', 'content-type', 'idempotency-key'];

/** A server between the probe and a board that answers otherwise than the board does. */
export async function startProxy(boardUrl: string, distortions: readonly Distortion[]): Promise<Proxy> {
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const header = request.headers['idempotency-key'];
    const key = typeof header === 'string' ? header : undefined;
    const passing: Passing = { request: JSON.parse(text), text, key };
    const body = distortions.reduce((sent, each) => each.there?.({ ...passing, text: sent }) ?? sent, text);
    const headers = FORWARDED.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value] as [string, string]] : [];
    });
    const reply = await fetch(`${boardUrl}${request.url}`, { method: 'POST', headers, body });
    const answered: Back = {
      status: reply.status,
      headers: Object.fromEntries([...reply.headers].filter(([name]) => !/^(content-|connection|transfer)/.test(name))),
      json: await reply.json(),
    };
    const answer = distortions.reduce((now, each) => each.back?.(passing, now) ?? now, answered);
    response.writeHead(answer.status, { ...answer.headers, 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer.json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
