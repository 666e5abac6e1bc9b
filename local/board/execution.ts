import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLResolveInfo, getNamedType } from 'graphql';
import type { Account } from './account.js';
import { ApiError } from './api-error.js';
import type { AskedError } from './asked-error.js';
import type { Fault, Picked } from './faults.js';
import { Filters } from './filters.js';
import { carryOutEdit, type HandEdit } from './hand/edits.js';
import { Writer } from './writer.js';

const resolve = defaultFieldResolver as GraphQLFieldResolver<unknown, Execution>;

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
  /** The whole request is answered with an internal error. */
  failed = false;
  readonly #hands: Picked['hands'];
  readonly #startedAt: number;
  #fields = 0;
  #parentsRead = 0;
  /** Errors that strike below a field of the request; the first of `below` is the field's alias. */
  readonly #below: AskedError[] = [];
  #atSubitems: AskedError | null = null;

  constructor(parts: {
    account: Account;
    request: number;
    fault: Fault | null;
    hands: Picked['hands'];
    estimate: number;
    pointsBefore: number;
    mutation: boolean;
  }) {
    this.account = parts.account;
    this.request = parts.request;
    this.fault = parts.fault;
    this.#hands = parts.hands;
    this.estimate = parts.estimate;
    this.pointsBefore = parts.pointsBefore;
    this.mutation = parts.mutation;
    this.#startedAt = parts.account.now();
  }

  get limits() {
    return this.account.limits;
  }

  /**
   * Called before every mutation field: waits as long as it takes, and stops where the request is to be cut. Returns the
   * error that is answered although the field is carried out, if there is one. One that strikes below the field strikes
   * when its answer is put together.
   */
  async enter(info: GraphQLResolveInfo): Promise<ApiError | null> {
    const field = this.#fields;
    this.#fields += 1;
    if (this.fault?.name === 'partialCommit' && field > this.fault.field) this.cut ??= 'fault';
    if (this.cut !== null) throw new ApiError('Internal Server Error');
    for (const edit of this.#hands.get(field) ?? []) this.#edit(edit);
    const asked = this.fault?.errors.get(field);
    if (asked?.after === false && asked.below.length === 0) throw this.#errorOf(asked);
    if (this.limits.mutationMs > 0) await this.account.clock.wait(this.limits.mutationMs);
    if (this.account.now() - this.#startedAt > this.limits.ceilingMs) {
      this.cut = 'ceiling';
      throw new ApiError('Internal Server Error');
    }
    if (asked === undefined) return null;
    if (asked.below.length === 0) return this.#errorOf(asked);
    this.#strikeBelow(asked, info);
    return null;
  }

  #strikeBelow(asked: AskedError, { path }: GraphQLResolveInfo): void {
    this.#below.push({ ...asked, below: [path.key, ...asked.below] });
  }

  /** Called before every query field. */
  enterQuery(info: GraphQLResolveInfo): void {
    for (const edit of this.#hands.get(this.#fields) ?? []) this.#edit(edit);
    const asked = this.fault?.errors.get(this.#fields);
    this.#fields += 1;
    if (asked === undefined) return;
    if (asked.below.length > 0) this.#strikeBelow(asked, info);
    else if (asked.code.startsWith('FIELD_') && getNamedType(info.returnType).name === 'Item') this.#atSubitems = asked;
    else throw this.#errorOf(asked);
  }

  /** Called before the state of a subitem is read below its parent. */
  enterNestedState(id: string): void {
    const { nestedStateFails } = this.limits;
    if (nestedStateFails === 0 || Number(id) % nestedStateFails !== 0) return;
    this.failed = true;
    throw new ApiError('INTERNAL_SERVER_ERROR');
  }

  /** Called before the subitems of an item are read: they have a limit of their own. */
  enterSubitems(): void {
    this.#parentsRead += 1;
    if (this.#atSubitems !== null) throw this.#errorOf(this.#atSubitems);
    if (this.#parentsRead > this.limits.subitemsParents) {
      throw new ApiError('FIELD_LIMIT_EXCEEDED', undefined, { retry_in_seconds: this.limits.retrySeconds });
    }
  }

  /** Resolves fields as usual, and fails where an error is to strike below a field of the request. */
  get resolver(): GraphQLFieldResolver<unknown, Execution> {
    const strikesBelow = [...(this.fault?.errors.values() ?? [])].some(({ below }) => below.length > 0);
    return strikesBelow ? (source, args, context, info) => this.#struck(source, args, context, info) : resolve;
  }

  #struck: GraphQLFieldResolver<unknown, Execution> = async (source, args, context, info) => {
    const path = pathOf(info);
    for (const asked of this.#below) if (isAt(path, asked.below)) throw this.#errorOf(asked);
    const value: unknown = await resolve(source, args, context, info);
    if (!Array.isArray(value)) return value;
    const struck = this.#below.filter(({ below }) => isAt(path, below.slice(0, -1)));
    // graphql-js takes an error in a list for the failure of that place.
    return struck.length === 0
      ? value
      : value.map((each, place) => {
          const asked = struck.find(({ below }) => below.at(-1) === place);
          return asked === undefined ? each : this.#errorOf(asked);
        });
  };

  /** A planner's hand; what it did, or why it could not, stands in the log under the request. */
  #edit(edit: HandEdit): void {
    const effect = (kind: string, id: string, key: string | null) =>
      this.account.store.commit({ type: 'effect', n: this.request, effect: { kind, id, key } });
    try {
      effect('hand.edited', carryOutEdit(this.account, edit).id, null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      effect('hand.refused', '', error.message);
    }
  }

  #errorOf(asked: AskedError): ApiError {
    return asked.error(this.limits.retrySeconds);
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

function pathOf({ path }: GraphQLResolveInfo): (string | number)[] {
  const places: (string | number)[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at !== undefined; at = at.prev) places.unshift(at.key);
  return places;
}

/** Places in lists that are not named are all meant: `["items", "subitems"]` are the subitems of every item. */
function isAt(path: readonly (string | number)[], wanted: readonly (string | number)[]): boolean {
  const named = wanted.some((key) => typeof key === 'number') ? path : path.filter((key) => typeof key === 'string');
  return named.length === wanted.length && named.every((key, place) => key === wanted[place]);
}
