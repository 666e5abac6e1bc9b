import { z } from 'zod';
import type { Account } from './account.js';
import { type Ending, type HttpAnswer, invalid, refusal } from './answers.js';
import { argumentsOf, estimateCost } from './complexity.js';
import { faultCode } from './error-codes.js';
import { Execution } from './execution.js';
import type { Fault, Picked } from './faults.js';
import { type Prepared, prepare } from './schema.js';
import { servedVersion } from './versions.js';

const bodySchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** A request as it arrives at `POST /v2`. `closed` ends when the client has gone. */
export interface ApiRequest {
  body: string;
  token: string | null;
  version: string | null;
  idempotencyKey: string | null;
  closed: AbortSignal;
}

/** One request on its way to its answer. */
export class Call {
  readonly request: ApiRequest;
  readonly id: string;
  replayed = false;
  readonly #account: Account;
  #picked: Picked = { fault: null, hands: new Map() };
  #n: number | null = null;
  #mutation = false;
  #estimate = 0;
  #pointsBefore = 0;

  constructor(account: Account, request: ApiRequest, id: string) {
    this.#account = account;
    this.request = request;
    this.id = id;
  }

  get fault(): Fault | null {
    return this.#picked.fault;
  }

  get cacheKey(): string | null {
    const { token, idempotencyKey } = this.request;
    return idempotencyKey ? `${token ?? ''}\n${idempotencyKey}` : null;
  }

  prepare(): Prepared | HttpAnswer {
    let parsed: unknown;
    try {
      parsed = JSON.parse(this.request.body);
    } catch {
      return refusal('JsonParseException', this.id);
    }
    const body = bodySchema.safeParse(parsed);
    if (!body.success) return refusal('Bad request', this.id);
    const prepared = prepare(body.data);
    if (Array.isArray(prepared)) return invalid(prepared, this.#account.limits.validationStatus, this.id);
    return prepared;
  }

  /** Enters the request into the log, with the fault that will hit it. */
  log(prepared: Prepared | null): void {
    const { store } = this.#account;
    const fields = prepared?.fields.filter(({ operation }) => operation !== 'complexity') ?? [];
    const asked = fields.map(({ operation, node }) => ({
      operation,
      args: () => argumentsOf(node, prepared?.variables ?? {}),
    }));
    if (prepared !== null) this.#picked = this.#account.faults.pick(asked, this.request.body);
    this.#mutation = prepared?.mutation ?? false;
    this.#n = store.state.requests.length + 1;
    store.commit({
      type: 'request',
      entry: {
        n: this.#n,
        at: this.#account.clock.now().toISOString(),
        idempotencyKey: this.request.idempotencyKey,
        operations: fields.map(({ operation }) => operation),
        status: null,
        fault: this.fault?.name ?? null,
        replayed: false,
        effects: [],
      },
    });
  }

  /** Charges the estimate, or refuses what is too much at once or for this minute. */
  reserve(prepared: Prepared): HttpAnswer | null {
    const { budget, limits } = this.#account;
    const now = this.#account.now();
    const points = estimateCost(prepared, limits);
    if (prepared.fields.every(({ operation }) => operation === 'complexity')) budget.countCheap();
    if (points > limits.complexityPerRequest) {
      const details = { cost: points, max_complexity_per_request: limits.complexityPerRequest };
      return refusal('REQUEST_MAX_COMPLEXITY_EXCEEDED', this.id, { details });
    }
    this.#estimate = points;
    this.#pointsBefore = budget.pointsLeft(prepared.mutation, now);
    if (points > this.#pointsBefore) {
      budget.countCheap();
      const seconds = budget.secondsToReset(prepared.mutation, now);
      return refusal('COMPLEXITY_BUDGET_EXHAUSTED', this.id, { seconds });
    }
    budget.charge(points, prepared.mutation, now);
    return null;
  }

  execution(prepared: Prepared): Execution {
    return new Execution({
      account: this.#account,
      request: this.#n ?? 0,
      fault: this.fault,
      hands: this.#picked.hands,
      estimate: this.#estimate,
      pointsBefore: this.#pointsBefore,
      mutation: prepared.mutation,
    });
  }

  /** A refusal that says when to come back, where its code does. */
  refuse(code: string): HttpAnswer {
    const seconds = faultCode(code).retry === true ? this.#account.limits.retrySeconds : null;
    return refusal(code, this.id, { seconds });
  }

  answered(ending: Ending): void {
    if (this.#n === null) this.log(null);
    const status = typeof ending === 'string' ? null : ending.status;
    this.#account.store.commit({ type: 'answer', n: this.#n ?? 0, status, replayed: this.replayed });
    this.#account.store.flush();
  }

  headers(): Record<string, string> {
    return {
      'API-Version': servedVersion(this.request.version),
      ...this.#account.budget.headers(this.#mutation, this.#account.now()),
    };
  }
}
