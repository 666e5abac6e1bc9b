import { z } from 'zod';
import { FixFirstError, messageOf, TryAgainError } from '../../shared/ground/errors.js';
import { codeOf, formFault, networkFault } from '../../shared/ground/foreign-errors.js';
import { trimEndOf } from '../../shared/ground/text.js';
import type { LogIn } from './log-in.js';

/** The one tenant of the open-source edition. */
const TENANT = 'main';
const TIMEOUT_MS = 30_000;

const instance = z.object({ version: z.string(), isBasicAuthInitialized: z.boolean() });
const stored = z.object({ source: z.string(), revision: z.int() });
const validated = z
  .array(z.object({ constraints: z.string().nullish(), warnings: z.array(z.string()).nullish() }))
  .min(1);
const namespaces = z.array(z.string());
const refusal = z.object({ message: z.string() });

/** A flow as the server holds it. */
export type StoredFlow = z.infer<typeof stored>;

interface Request {
  method?: 'GET' | 'POST' | 'PUT';
  path: string;
  /** A flow's source. */
  body?: string;
}

/** The part of Kestra's API that deploys flows. It has no call that starts an execution. */
export class Kestra {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, { user, password }: LogIn) {
    this.#url = url;
    this.#headers = {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/x-yaml',
    };
  }

  /** The server's version. @throws FixFirstError if it is not Kestra 2.0 or later, or is open to everybody. */
  async version(): Promise<string> {
    const found = await this.#ask({ path: '/api/v1/configs' }, instance);
    if (found === undefined)
      throw this.#refused('is not a Kestra server: /api/v1/configs is not there. Correct --kestra');
    if (!/^(?:[2-9]|\d{2,})\./.test(found.version))
      throw this.#refused(`is Kestra ${found.version}; the flows are written for 2.0. Upgrade it first`);
    if (!found.isBasicAuthInitialized)
      throw this.#refused('has no log-in yet, so that anybody can set one. Give it a user and a password first');
    return found.version;
  }

  /** A flow with its source; undefined where the server has none of this id. */
  flow(namespace: string, id: string): Promise<StoredFlow | undefined> {
    return this.#ask({ path: `${this.#flows(namespace, id)}?source=true` }, stored);
  }

  /** All revisions of a flow on the server. */
  async revisions(namespace: string, id: string): Promise<StoredFlow[]> {
    return (await this.#ask({ path: `${this.#flows(namespace, id)}/revisions` }, z.array(stored))) ?? [];
  }

  async namespaces(): Promise<string[]> {
    return (await this.#ask({ path: `${this.#flows()}/distinct-namespaces` }, namespaces)) ?? [];
  }

  /** The server's errors and warnings about a flow. One flow per call, because it splits texts at `---`. */
  async validate(source: string): Promise<{ wrong: string | undefined; warnings: readonly string[] }> {
    const found = await this.#ask({ method: 'POST', path: `${this.#flows()}/validate`, body: source }, validated);
    if (found === undefined) throw this.#refused('has no endpoint that validates flows. Correct --kestra');
    return {
      wrong: found.flatMap(({ constraints }) => constraints ?? []).join('; ') || undefined,
      warnings: found.flatMap(({ warnings }) => warnings ?? []),
    };
  }

  /** Creates or updates a flow. The same source again creates no new revision. */
  async save(namespace: string, id: string, source: string, exists: boolean): Promise<void> {
    const request: Request = exists
      ? { method: 'PUT', path: this.#flows(namespace, id), body: source }
      : { method: 'POST', path: this.#flows(), body: source };
    if ((await this.#ask(request, z.unknown())) === undefined)
      throw new TryAgainError(
        'DEPLOY_INCOMPLETE',
        `${namespace}.${id} was deleted on the server meanwhile. Run again; what was updated stays.`,
      );
  }

  #flows(...parts: readonly string[]): string {
    return [`/api/v1/${TENANT}/flows`, ...parts.map(encodeURIComponent)].join('/');
  }

  #refused(what: string, cause?: unknown): FixFirstError {
    return new FixFirstError('KESTRA_REFUSED', `${this.#url} ${what}.`, cause === undefined ? {} : { cause });
  }

  /** An answer with the expected shape; undefined if the server answers that the object does not exist. */
  async #ask<Answer>({ method = 'GET', path, body }: Request, shape: z.ZodType<Answer>): Promise<Answer | undefined> {
    const { status, text } = await this.#send(path, { method, ...(body === undefined ? {} : { body }) });
    if (status === 404) return undefined;
    if (status === 401) throw this.#refused('refuses the log-in. Check KESTRA_USER and KESTRA_PASSWORD');
    if (status === 403)
      throw this.#refused(`does not let KESTRA_USER call ${method} ${path}. Give the user the permission`);
    if (status >= 300 && status < 400)
      throw this.#refused('sends the call on to another address. Give that one to --kestra');
    if (status === 429 || status >= 500) throw this.#away(`answers ${status} to ${method} ${path}`, undefined);
    if (status >= 400) throw this.#refused(`answers ${status} to ${method} ${path}: ${reasonOf(text)}`);
    const answer = shape.safeParse(jsonOf(text));
    if (!answer.success)
      throw this.#refused(
        `answers ${method} ${path} in a form other than that of Kestra 2.0 (${formFault(answer.error)}). Correct --kestra`,
      );
    return answer.data;
  }

  async #send(path: string, request: RequestInit): Promise<{ status: number; text: string }> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await fetch(this.#url + path, { ...request, headers: this.#headers, redirect: 'manual', signal });
      return { status: answer.status, text: await answer.text() };
    } catch (error) {
      const fault = networkFault(codeOf(error));
      if (fault === 'untrusted')
        throw this.#refused(
          'presents a certificate that is not valid. Name its authority in NODE_EXTRA_CA_CERTS',
          error,
        );
      if (fault === 'unknown host') throw this.#refused('is not known to the name server. Correct --kestra', error);
      throw this.#away('gives no answer', error);
    }
  }

  #away(what: string, cause: unknown): TryAgainError {
    const told = cause === undefined ? '' : ` (${messageOf(cause)})`;
    return new TryAgainError(
      'KESTRA_UNREACHABLE',
      `${this.#url} ${what}${told}. See that it runs and that --kestra names it, then run again; what was updated stays.`,
      cause === undefined ? {} : { cause },
    );
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(text: string): string {
  const told = refusal.safeParse(jsonOf(text));
  return told.success ? trimEndOf(told.data.message, ' \n.') : 'it gives no reason';
}
