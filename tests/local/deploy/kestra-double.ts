import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { z } from 'zod';

export const LOG_IN = { KESTRA_USER: 'admin@example.com', KESTRA_PASSWORD: 'Admin1234' };
const AUTHORIZATION = `Basic ${btoa(`${LOG_IN.KESTRA_USER}:${LOG_IN.KESTRA_PASSWORD}`)}`;
const flowHead = z.object({ id: z.string(), namespace: z.string() });

type Answer = readonly [status: number, body?: unknown];

/**
 * The endpoints of Kestra's API that bring flows to a server, as its OpenAPI description has them: a revision for each
 * changed source, 404 for what is not there, 422 for a flow that exists when it is created.
 */
export class KestraDouble {
  /** Every revision of each flow, by `namespace/id`. */
  readonly flows = new Map<string, string[]>();
  /** Each call that was answered: `PUT /flows/company.team/customer-orders`. */
  readonly calls: string[] = [];
  configs: unknown = { version: '2.0.8', isBasicAuthInitialized: true };
  /** What the server finds wrong with a source. */
  constraints: (source: string) => string | undefined = () => undefined;
  /** Stands in for the answer to a call. */
  instead: (call: string) => Answer | undefined = () => undefined;
  /** Is told of each write before it is done; false leaves the call without an answer. */
  beforeWrite: (count: number) => boolean = () => true;
  /** What the server keeps of a source. */
  keeps: (source: string) => string = (source) => source;
  #writes = 0;
  readonly #server: Server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get writes(): string[] {
    return this.calls.filter((call) => !call.startsWith('GET') && !call.endsWith('/validate'));
  }

  latest(id: string, namespace = 'company.team'): string | undefined {
    return this.flows.get(`${namespace}/${id}`)?.at(-1);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', 'http://double');
    const path = pathname.replace('/api/v1/main', '');
    const call = `${request.method} ${path}`;
    const body = await text(request);
    const answer = this.#authorized(path, request) ? await this.#answer(call, path, body) : ([401] as const);
    if (answer === undefined) return;
    this.calls.push(call);
    const [status, content] = answer;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(content === undefined ? '' : JSON.stringify(content));
  }

  #authorized(path: string, { headers }: IncomingMessage): boolean {
    return path === '/api/v1/configs' || headers.authorization === AUTHORIZATION;
  }

  async #answer(call: string, path: string, body: string): Promise<Answer | undefined> {
    const instead = this.instead(call);
    if (instead !== undefined) return instead;
    if (path === '/api/v1/configs') return [200, this.configs];
    if (path === '/flows/validate') return [200, [{ index: 0, constraints: this.constraints(body) }]];
    if (path === '/flows/distinct-namespaces')
      return [200, [...new Set([...this.flows.keys()].map((key) => key.split('/')[0]))]];
    if (!call.startsWith('GET')) return this.#write(call, path, body);
    const [, namespace, id, what] = /^\/flows\/([^/]+)\/([^/]+)(\/revisions)?$/.exec(path) ?? [];
    const sources = this.flows.get(`${namespace}/${id}`);
    if (sources === undefined) return what === undefined ? [404, { message: 'Not Found' }] : [200, []];
    const revisions = sources.map((source, place) => ({ id, namespace, source, revision: place + 1 }));
    return [200, what === undefined ? revisions.at(-1) : revisions];
  }

  #write(call: string, path: string, body: string): Answer | undefined {
    const { id, namespace } = flowHead.parse(parse(body, { uniqueKeys: false }));
    const key = `${namespace}/${id}`;
    const present = this.flows.get(key);
    if (call === 'POST /flows' && present !== undefined) return [422, { message: 'Flow id already exists' }];
    if (call.startsWith('PUT') && (present === undefined || path !== `/flows/${key}`)) return [404, {}];
    this.#writes += 1;
    if (!this.beforeWrite(this.#writes)) return undefined;
    const kept = this.keeps(body);
    if (present?.at(-1) !== kept) this.flows.set(key, [...(present ?? []), kept]);
    return [200, { id, namespace, source: kept, revision: this.flows.get(key)?.length }];
  }
}
