import type { z } from 'zod';
import type { Clock } from '../../shared/ground/clock.js';
import type { Log } from '../../shared/ground/errors.js';
import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import { newUuid } from '../../shared/ground/ids.js';
import type { Answer } from '../../shared/monday/answer.js';
import { BoardReader } from '../../shared/monday/board.js';
import { type RawReply, serialise } from '../../shared/monday/client.js';
import { type AccountConnection, type AccountSettings, connectAccount } from '../../shared/monday/connect.js';
import { refusalCode } from '../../shared/monday/failure-codes.js';
import {
  composeMutation,
  loadOperation,
  type MutationField,
  type MutationName,
  type QueryName,
} from '../../shared/monday/operations.js';
import { type BoardAccess, type Load, runQuery } from '../../shared/monday/queries.js';
import { untilDone } from '../../shared/monday/until-done.js';
import type { Calls } from './calls.js';
import { type Exchange, UNEXPLAINED, verdict } from './calls.js';
import { NotMeasured } from './measure.js';

/** How often a request is sent that a limit refused as a whole, or a read that had no answer. */
const ATTEMPTS = 4;

export interface RequestsOptions {
  settings: AccountSettings;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  calls: Calls;
}

type Operations = readonly (QueryName | MutationName)[];

/** Sends the requests of the probe one after the other, within their bound, and keeps what came back. */
export class Requests {
  readonly calls: Calls;
  readonly clock: Clock;
  /** Reads a board to its last page; measurements read what one answer holds. */
  protected readonly reader: BoardReader;
  protected readonly signal: AbortSignal;
  /** Requests with mutations whose answer could not be read. */
  lost = 0;
  /** True: a mutation was sent of which nobody knows whether it will still take effect. */
  uncertain = false;
  /** Fields answered with null and no error. */
  unexplained = 0;
  /** The codes of limits that were met on the way. */
  readonly limitsMet = new Set<string>();
  readonly #account: AccountConnection;
  /** The account's, within the bound. */
  readonly #access: BoardAccess;
  #lastReply: RawReply = { headers: new Headers() };
  /** What was answered since the last `takeExchanges`. */
  #exchanges: Exchange[] = [];

  constructor({ settings, clock, log, signal, calls }: RequestsOptions) {
    this.calls = calls;
    this.clock = clock;
    this.signal = signal;
    const observe = (reply: RawReply) => {
      this.#lastReply = reply;
    };
    this.#account = connectAccount(settings, { clock, log, signal, observe });
    const schedule = (load: Load, work: () => Promise<Answer>): Promise<Answer> => this.#counted(load, 0, work);
    this.#access = { ...this.#account.access, attempts: ATTEMPTS, pace: { schedule } };
    this.reader = new BoardReader(this.#access);
  }

  /** Points of complexity that the account has a minute, as far as it has told. */
  get pointsPerMinute(): number {
    return this.#account.pace.pointsPerMinute;
  }

  get stopped(): boolean {
    return this.signal.aborted;
  }

  takeExchanges(): Exchange[] {
    const taken = this.#exchanges;
    this.#exchanges = [];
    return taken;
  }

  /**
   * Sends mutations in one request. `repeat: false`: not even a limit makes it sent again. `key`: under this idempotency
   * key instead of a fresh one.
   */
  async send(fields: readonly MutationField[], { key, repeat = true }: { key?: string; repeat?: boolean } = {}) {
    const operations = fields.map(({ operation }) => operation);
    const body = serialise(composeMutation(fields));
    const exchange = await this.#exchange(
      operations,
      { body, idempotencyKey: key ?? newUuid() },
      fields.length,
      repeat,
    );
    const unexplained = fields.filter(({ alias }) => verdict(exchange, alias) === UNEXPLAINED).length;
    this.unexplained += unexplained;
    this.uncertain ||= unexplained > 0 || exchange.answer.kind === 'unknown';
    if (exchange.answer.kind === 'unknown' && exchange.reply.body === undefined) {
      this.lost++;
      throw new NotMeasured(`no answer could be read (${exchange.answer.failure.message})`);
    }
    return exchange;
  }

  async read(name: QueryName, variables: Record<string, unknown>): Promise<Exchange> {
    return this.#exchange([name], { body: serialise({ ...loadOperation(name), variables }) }, 0, true);
  }

  /** The data of a read, or why it cannot be used. */
  async data<Schema extends z.ZodType>(
    name: QueryName,
    variables: Record<string, unknown>,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const { answer } = await this.read(name, variables);
    const parsed = schema.safeParse(answer.kind === 'answered' ? answer.data : undefined);
    if (parsed.success) return parsed.data;
    const failure = answer.kind === 'answered' ? answer.failures[0] : answer.failure;
    throw new NotMeasured(`the board could not be read (${name}: ${failure?.message ?? 'an answer of another shape'})`);
  }

  /** The first question: what speaks against address, token or network is told as every reader of the board tells it. */
  async first<Schema extends z.ZodType>(name: QueryName, schema: Schema): Promise<z.output<Schema>> {
    const { data } = await runQuery(this.#access, name, {});
    const parsed = schema.safeParse(data);
    if (parsed.success) return parsed.data;
    throw new NotMeasured(`the board could not be read (${name}: an answer of another shape)`);
  }

  async #exchange(
    operations: Operations,
    post: { body: string; idempotencyKey?: string },
    mutations: number,
    repeat: boolean,
  ): Promise<Exchange> {
    return untilDone({ clock: this.clock, signal: this.signal }, async (attempt) => {
      const exchange = await this.#once(operations, post, mutations);
      const { answer } = exchange;
      if (answer.kind === 'answered' || !repeat) return { done: exchange };
      const { failure } = answer;
      if (failure.reaction === 'stop') throw stopped(answer);
      const lostRead = answer.kind === 'unknown' && mutations === 0 && attempt < ATTEMPTS;
      if (failure.reaction !== 'retry' && !lostRead) return { done: exchange };
      if (answer.kind === 'refused') this.limitsMet.add(failure.code);
      if (attempt >= ATTEMPTS) throw new NotMeasured(`the account did not answer ${ATTEMPTS} times (${failure.code})`);
      return { again: [failure] };
    });
  }

  async #once(
    operations: Operations,
    post: { body: string; idempotencyKey?: string },
    mutations: number,
  ): Promise<Exchange> {
    const load: Partial<Record<QueryName | MutationName, number>> = {};
    for (const operation of operations) load[operation] = (load[operation] ?? 0) + 1;
    const answer = await this.#counted(load, mutations, () => this.#account.client.send(post));
    const exchange = { operations, answer, reply: this.#lastReply };
    this.#exchanges.push(exchange);
    return exchange;
  }

  /** A request of so many mutations, counted within the bound. */
  async #counted(load: Load, mutations: number, work: () => Promise<Answer>): Promise<Answer> {
    const answer = await this.#account.pace.schedule(load, () => {
      this.calls.spend(mutations);
      return work();
    });
    this.calls.charge(answer.complexity?.query ?? 0);
    return answer;
  }
}

function stopped({ requestId, ...answer }: Answer): Error {
  const failure = answer.kind === 'answered' ? undefined : answer.failure;
  const where = { requestId };
  const said = `The account refuses the probe: ${failure?.code}, ${failure?.message}.`;
  if (failure?.code === 'DAILY_LIMIT_EXCEEDED') {
    return new TryAgainError('DAILY_LIMIT_EXCEEDED', `${said} Its daily calls are used up until midnight UTC.`, {
      where,
    });
  }
  return new FixFirstError(
    failure === undefined ? 'API_REQUEST_REFUSED' : refusalCode(failure),
    `${said} Check MONDAY_API_TOKEN and what its user may do.`,
    { where },
  );
}
