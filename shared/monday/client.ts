import { ClientError, GraphQLClient } from 'graphql-request';
import { z } from 'zod';
import { type Clock, LONGEST_TIMER_MS } from '../ground/clock.js';
import { FixFirstError, type Log, silentLog } from '../ground/errors.js';
import { type Answer, factsOf, verdictOf, verdictOfStatus } from './answer.js';
import type { Failure } from './errors.js';
import { readRateLimits } from './rate-limits.js';
import { isConnectionError, transportFailure } from './transport-errors.js';

/** Every request names it; the operations in `sql/graphql/` are written for it. */
export const API_VERSION = '2026-10';

export interface MondayClientOptions {
  url: string;
  token: string;
  /** Longer than the server's own 60 s, so that a slow answer does not become an unknown outcome by our doing. */
  timeoutMs: number;
  clock: Clock;
  log?: Log;
  /** Receives each reply before it is classified. */
  observe?: ((reply: RawReply) => void) | undefined;
}

/** A raw reply; without a status none came, without a body it was unreadable. */
export interface RawReply {
  status?: number;
  headers: Headers;
  body?: Readonly<Record<string, unknown>>;
}

/** One request. `body` is posted to the byte, so that a stored one can be sent again unchanged. */
export interface Post {
  body: string;
  /** Mutations only: under the same key the API returns its first answer again for 30 minutes. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

const bodySchema = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() });

/** The GraphQL body of an operation: what `Post.body` takes. */
export function serialise(operation: { query: string; variables: Record<string, unknown>; operationName: string }) {
  const { query, variables, operationName } = operation;
  return JSON.stringify({ query, variables, operationName });
}

/** Posts to monday.com's API and reports what is known about the outcome of each request; it never repeats one. */
export class MondayClient {
  readonly #options: MondayClientOptions;
  readonly #log: Log;
  #foreignVersion: string | undefined;
  #known = false;

  constructor(options: MondayClientOptions) {
    if (!/^[\x21-\x7e]+$/.test(options.token)) {
      throw new FixFirstError(
        'SETTING_INVALID',
        'MONDAY_API_TOKEN holds blanks or other characters that no token has: copy it again.',
      );
    }
    // Node's switch for all connections of the process; the token must not be sent to an unverified server.
    if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' && options.url.startsWith('https:')) {
      throw new FixFirstError(
        'TLS_CHECK_DISABLED',
        'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the check of certificates: remove it.',
      );
    }
    this.#options = options;
    this.#log = options.log ?? silentLog;
  }

  /** Host, and port if given, for messages. */
  get address(): string {
    const { url } = this.#options;
    return URL.canParse(url) ? new URL(url).host : 'an address that is not a URL';
  }

  /** Whether anything that answered did so in the API's form; before that the address may be another server's. */
  get isApi(): boolean {
    return this.#known;
  }

  /**
   * Sends one request and waits for its answer. Whatever the API or the network does is in the answer; the only
   * error thrown is a FixFirstError, when the API answers in another version than the one asked for.
   */
  async send(post: Post): Promise<Answer> {
    this.#refuseForeignVersion();
    const { query, variables } = bodySchema.parse(JSON.parse(post.body));
    const mutation = !/^\s*(query\b|\{)/.test(query);
    const startedAt = this.#options.clock.now();
    const reply = await this.#post(post, query, variables ?? {});
    this.#options.observe?.(rawReply(reply));
    const answer = this.#read(reply, mutation, startedAt);
    this.#note(answer);
    // A mutation's answer is never discarded: the next request is stopped instead.
    if (!mutation) this.#refuseForeignVersion();
    return answer;
  }

  async #post(post: Post, query: string, variables: Record<string, unknown>): Promise<Reply> {
    if (post.signal?.aborted) return { failure: NOT_SENT };
    const { url, token, timeoutMs } = this.#options;
    let head: Head | undefined;
    const abort = new AbortController();
    const cancel = () => abort.abort(new Error('The program is stopping.'));
    post.signal?.addEventListener('abort', cancel, { once: true });
    // In real time, whatever the clock, because it limits a real connection.
    const timer = setTimeout(
      () => abort.abort(new Error(`No answer within ${timeoutMs} ms.`)),
      Math.min(timeoutMs, LONGEST_TIMER_MS),
    );
    const client = new GraphQLClient(url, {
      errorPolicy: 'all',
      redirect: 'manual',
      jsonSerializer: { stringify: () => post.body, parse: JSON.parse },
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        head = { status: response.status, headers: response.headers };
        return response;
      },
    });
    const requestHeaders = {
      Authorization: token,
      'API-Version': API_VERSION,
      ...(post.idempotencyKey === undefined ? {} : { 'Idempotency-Key': post.idempotencyKey }),
    };
    try {
      const response = await client.rawRequest({ query, variables, requestHeaders, signal: abort.signal });
      return { head: response, body: bodyOf(response) };
    } catch (error) {
      if (error instanceof ClientError && head !== undefined) return { head, body: bodyOf(error.response) };
      if (abort.signal.aborted) return { head, failure: abandoned(abort.signal) };
      // An answer came, but it is not GraphQL: a page of a gateway, an empty or truncated body.
      return head === undefined || isConnectionError(error) ? { head, failure: transportFailure(error) } : { head };
    } finally {
      clearTimeout(timer);
      post.signal?.removeEventListener('abort', cancel);
    }
  }

  #read({ head, body, failure }: Reply, mutation: boolean, startedAt: Date): Answer {
    const now = this.#options.clock.now();
    const limits = readRateLimits(head?.headers ?? new Headers());
    const facts = {
      replayed: head?.headers.get('idempotency-replayed')?.toLowerCase() === 'true',
      ...(head === undefined ? {} : { status: head.status }),
      limits,
      startedAt,
      latencyMs: now.getTime() - startedAt.getTime(),
    };
    const version = head?.headers.get('api-version');
    if (version !== null && version !== undefined && version !== API_VERSION) this.#foreignVersion = version;
    if (failure !== undefined) return { ...facts, kind: failure.beforeExecution ? 'refused' : 'unknown', failure };
    const context = {
      status: head?.status ?? 0,
      headers: head?.headers ?? new Headers(),
      limits,
      now,
      secret: this.#options.token,
    };
    if (body === undefined) return { ...facts, ...verdictOfStatus('The answer could not be read.', context) };
    this.#known ||= isApiBody(body);
    return { ...facts, ...factsOf(body), ...verdictOf(body, mutation, context) };
  }

  #refuseForeignVersion(): void {
    if (this.#foreignVersion === undefined) return;
    throw new FixFirstError(
      'API_VERSION_CHANGED',
      `The board's API answers in version ${this.#foreignVersion} instead of ${API_VERSION}. ` +
        'Update this program before it writes to the board again.',
    );
  }

  #note(answer: Answer): void {
    const failure = answer.kind === 'answered' ? answer.failures[0] : answer.failure;
    this.#log.debug(`request ${answer.kind}`, {
      requestId: answer.requestId,
      status: answer.status,
      latencyMs: answer.latencyMs,
      replayed: answer.replayed || undefined,
      code: failure?.code,
    });
  }
}

interface Head {
  status: number;
  headers: Headers;
}

/** What came back: a readable body, only headers, or a failure of the connection. */
interface Reply {
  head?: Head | undefined;
  body?: Record<string, unknown> | undefined;
  failure?: Failure;
}

function rawReply({ head, body }: Reply): RawReply {
  return {
    headers: head?.headers ?? new Headers(),
    ...(head === undefined ? {} : { status: head.status }),
    ...(body === undefined ? {} : { body }),
  };
}

const NOT_SENT: Failure = {
  code: 'NOT_SENT',
  message: 'The program was stopping, so the request was not sent.',
  reaction: 'retry',
  beforeExecution: true,
};

function abandoned(signal: AbortSignal): Failure {
  const message = signal.reason instanceof Error ? signal.reason.message : 'The request was abandoned.';
  return { code: 'ABANDONED', message, reaction: 'unknown', beforeExecution: false };
}

/** GraphQL's form, or that of the API's older layers. */
function isApiBody(body: Record<string, unknown>): boolean {
  return 'data' in body || 'errors' in body || 'error_code' in body || 'error_message' in body;
}

/** graphql-request keeps only `data`, `errors` and `extensions` of a body: the legacy error shape is read from its text. */
function bodyOf(response: { body?: string | undefined }): Record<string, unknown> | undefined {
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(response.body ?? ''));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
