import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface Manifest {
  type: string;
  content: Buffer;
}

/**
 * A registry of images as the OCI distribution specification describes it, in memory: the part that `docker push`,
 * `docker manifest inspect` and `docker pull` use.
 */
export class Registry {
  /** By `name:tag` and by `name@digest`. */
  readonly manifests = new Map<string, Manifest>();
  /** Every call refused with 401, as by a registry that wants a log-in. */
  wantsLogIn = false;
  /** Is told of each image that was pushed; false takes it away again, as a clean-up does. */
  keeps: (image: string) => boolean = () => true;
  readonly #blobs = new Map<string, Buffer>();
  readonly #uploads = new Map<string, Buffer[]>();
  readonly #server: Server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  /** Host and port, as an image's name begins with them. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The images that are there, by name and tag. */
  get images(): string[] {
    return [...this.manifests.keys()].filter((name) => !name.includes('@')).sort();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://registry');
    const [, name = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(blobs|manifests)\/(.*)$/.exec(pathname) ?? [];
    const body = await buffer(request);
    if (this.wantsLogIn) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' });
      response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }));
    } else if (kind === 'manifests') this.#manifest(request, response, { name, reference, body });
    else if (reference.startsWith('uploads/'))
      this.#upload(request, response, { name, id: reference.slice('uploads/'.length), body, searchParams });
    else if (kind === 'blobs') give(response, request, this.#blobs.get(reference), 'application/octet-stream');
    else response.end('{}');
  }

  #manifest(
    request: IncomingMessage,
    response: ServerResponse,
    { name, reference, body }: { name: string; reference: string; body: Buffer },
  ): void {
    const key = reference.startsWith('sha256:') ? `${name}@${reference}` : `${name}:${reference}`;
    if (request.method !== 'PUT') {
      const found = this.manifests.get(key);
      give(response, request, found?.content, found?.type ?? '');
      return;
    }
    const digest = digestOf(body);
    const manifest = { type: request.headers['content-type'] ?? '', content: body };
    if (this.keeps(key)) for (const each of [key, `${name}@${digest}`]) this.manifests.set(each, manifest);
    response.writeHead(201, { location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest }).end();
  }

  #upload(
    { method }: IncomingMessage,
    response: ServerResponse,
    { name, id, body, searchParams }: { name: string; id: string; body: Buffer; searchParams: URLSearchParams },
  ): void {
    const upload = method === 'POST' ? randomUUID() : id;
    const parts = [...(this.#uploads.get(upload) ?? []), body];
    this.#uploads.set(upload, parts);
    if (method !== 'PUT') {
      const end = Math.max(0, parts.reduce((sum, { length }) => sum + length, 0) - 1);
      const headers = { location: `/v2/${name}/blobs/uploads/${upload}`, range: `0-${end}` };
      response.writeHead(202, { ...headers, 'docker-upload-uuid': upload, 'content-length': 0 }).end();
      return;
    }
    const content = Buffer.concat(parts);
    this.#uploads.delete(upload);
    const digest = digestOf(content);
    const isWhole = digest === searchParams.get('digest');
    if (isWhole) this.#blobs.set(digest, content);
    response.writeHead(isWhole ? 201 : 400, { 'docker-content-digest': digest, 'content-length': 0 }).end();
  }
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function give(response: ServerResponse, { method }: IncomingMessage, content: Buffer | undefined, type: string): void {
  if (content === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }));
    return;
  }
  const headers = { 'content-type': type, 'content-length': content.length };
  response.writeHead(200, { ...headers, 'docker-content-digest': digestOf(content) });
  response.end(method === 'HEAD' ? undefined : content);
}
