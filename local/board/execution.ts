import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import type { Account } from './account.js';
import { ApiError } from './api-error.js';
import { faultCode } from './error-codes.js';
import { codeOf, type Fault } from './faults.js';
import { Filters } from './filters.js';
import { Writer } from './writer.js';

/** One request while its fields are resolved; this is the context of every resolver. */
export class Execution {
  readonly account: Account;
  readonly request: number;
  readonly fault: Fault | null;
  readonly estimate: number;
  readonly pointsBefore: number;
  readonly mutation: boolean;
  /** The connection is cut: after the ceiling, or in the middle of the fields. */
  cut: 'ceiling' | 'fault' | null = null;
  readonly #startedAt: number;
  #fields = 0;
  #parentsRead = 0;

  constructor(parts: {
    account: Account;
    request: number;
    fault: Fault | null;
    estimate: number;
    pointsBefore: number;
    mutation: boolean;
  }) {
    this.account = parts.account;
    this.request = parts.request;
    this.fault = parts.fault;
    this.estimate = parts.estimate;
    this.pointsBefore = parts.pointsBefore;
    this.mutation = parts.mutation;
    this.#startedAt = parts.account.now();
  }

  get limits() {
    return this.account.limits;
  }

  /** Called before every mutation field: waits as long as it takes, and stops where the request is to be cut. */
  async enter(): Promise<void> {
    const field = this.#fields;
    this.#fields += 1;
    if (this.fault?.name === 'partialCommit' && field > this.fault.field) this.cut ??= 'fault';
    if (this.cut !== null) throw new ApiError('Internal Server Error');
    this.#strike(field);
    if (this.limits.mutationMs > 0) await this.account.clock.wait(this.limits.mutationMs);
    if (this.account.now() - this.#startedAt > this.limits.ceilingMs) {
      this.cut = 'ceiling';
      throw new ApiError('Internal Server Error');
    }
  }

  /** Called before every query field. */
  enterQuery(info: GraphQLResolveInfo): void {
    const place = this.#fields;
    this.#fields += 1;
    const subitems = codeOf(this.fault, 'field')?.startsWith('FIELD_') && getNamedType(info.returnType).name === 'Item';
    if (!subitems) this.#strike(place);
  }

  /** Called before the subitems of an item are read: they have a limit of their own. */
  enterSubitems(): void {
    this.#parentsRead += 1;
    const code = codeOf(this.fault, 'field');
    if (code?.startsWith('FIELD_') === true) throw this.#fieldError(code);
    if (this.#parentsRead > this.limits.subitemsParents) throw this.#fieldError('FIELD_LIMIT_EXCEEDED');
  }

  #strike(field: number): void {
    const code = codeOf(this.fault, 'field');
    if (code !== null && this.fault?.field === field) throw this.#fieldError(code);
  }

  #fieldError(code: string): ApiError {
    const retry = faultCode(code).retry === true ? { retry_in_seconds: this.limits.retrySeconds } : {};
    return new ApiError(code, undefined, retry);
  }

  get filters(): Filters {
    const { store, lag, limits } = this.account;
    return new Filters(store.state, lag, this.account.now(), this.#isLagging ? limits.readLagMs : 0);
  }

  get #isLagging(): boolean {
    return this.fault?.name === 'readLag';
  }

  get writer(): Writer {
    const now = this.account.clock.now();
    const hiddenUntil = this.#isLagging ? now.getTime() + this.limits.readLagMs : null;
    const { store, limits, lag, seed } = this.account;
    return new Writer({ store, limits, lag, seed }, { request: this.request, now, hiddenUntil });
  }

  /** The `complexity` field. */
  complexity(): Record<string, number> {
    const query = this.estimate;
    return {
      before: this.pointsBefore,
      query,
      after: Math.max(0, this.pointsBefore - query),
      reset_in_x_seconds: this.account.budget.secondsToReset(this.mutation, this.account.now()),
    };
  }
}
