import type { Account } from './account.js';
import { type Ending, executed, failed, type HttpAnswer, htmlPage, JSON_TYPE, refusal } from './answers.js';
import { type ApiRequest, Call } from './call.js';
import { actualCost, tellCost } from './complexity.js';
import { type Prepared, run } from './schema.js';
import { isMalformedVersion } from './versions.js';

const GATEWAY = [
  { status: 502, message: 'Bad Gateway' },
  { status: 503, message: 'Service Unavailable' },
  { status: 504, message: 'Gateway Timeout' },
] as const;

function gatewayPage(chance: number): HttpAnswer {
  const { status, message } = GATEWAY[Math.floor(chance * GATEWAY.length)] ?? GATEWAY[0];
  return htmlPage(status, message);
}

/** Answers the requests of an account, with its limits, its memory for idempotency keys and its faults. */
export class Api {
  readonly #account: Account;
  readonly #token: string | null;
  #writing = false;
  /** Ends what is still to come, such as late effects, when the server stops. */
  readonly #stopping = new AbortController();
  #requestIds = 0;

  constructor(account: Account, token: string | null) {
    this.#account = account;
    this.#token = token;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async handle(request: ApiRequest): Promise<Ending> {
    const { budget } = this.#account;
    budget.inFlight += 1;
    try {
      const call = new Call(this.#account, request, this.#nextRequestId());
      const ending = await this.#decide(call);
      call.answered(ending);
      return typeof ending === 'string' ? ending : { ...ending, headers: { ...call.headers(), ...ending.headers } };
    } finally {
      budget.inFlight -= 1;
    }
  }

  #nextRequestId(): string {
    this.#requestIds += 1;
    return `board-${this.#account.seed}-${this.#account.store.state.requests.length}-${this.#requestIds}`;
  }

  async #decide(call: Call): Promise<Ending> {
    const early = this.#admit(call);
    if (early !== null) return early;
    const prepared = call.prepare();
    if ('status' in prepared) return prepared;
    call.log(prepared);
    const refused = this.#faultBefore(call);
    if (refused !== null) return refused;
    const remembered = this.#remembered(call, prepared);
    return remembered === null ? this.#execute(call, prepared) : this.#faultAfter(call, remembered);
  }

  /** Token, version and the counters of requests. */
  #admit(call: Call): HttpAnswer | null {
    const { token, version } = call.request;
    if (token === null || token === '' || (this.#token !== null && token !== this.#token)) {
      return refusal('NOT_AUTHENTICATED', call.id);
    }
    if (isMalformedVersion(version)) return refusal('InvalidVersionException', call.id);
    const limited = this.#account.budget.enter(this.#account.now());
    return limited === null ? null : refusal(limited.code, call.id, { seconds: limited.seconds });
  }

  #faultBefore(call: Call): Ending | null {
    const { retrySeconds } = this.#account.limits;
    const asked = call.fault?.refusal;
    if (asked?.after === false) return asked.answer(call.id, retrySeconds);
    switch (call.fault?.name) {
      case 'refuse429':
        return refusal('COMPLEXITY_BUDGET_EXHAUSTED', call.id, { seconds: retrySeconds });
      case 'lock423':
        return refusal('Resource is currently locked, please try again later', call.id, { seconds: retrySeconds });
      case 'refuse5xx':
        return refusal('INTERNAL_SERVER_ERROR', call.id);
      case 'refuseHtml':
        return gatewayPage(call.fault.chance);
      case 'reset':
        return 'cut';
      case 'hang':
        return 'silence';
      default:
        return null;
    }
  }

  /** What is already known for the idempotency key, if anything. */
  #remembered(call: Call, prepared: Prepared): HttpAnswer | null {
    const key = call.cacheKey;
    if (!prepared.mutation || key === null) return null;
    const { idempotency } = this.#account;
    if (call.fault?.name === 'cacheOff') idempotency.forget(key);
    const standing = idempotency.standing(key, call.request.body, this.#account.now());
    switch (standing.kind) {
      case 'running':
        return call.refuse('IDEMPOTENCY_CONFLICT');
      case 'otherBody':
        return refusal('InvalidArgumentException', call.id, {
          status: 422,
          message: 'The idempotency key had another body.',
        });
      case 'kept': {
        call.replayed = true;
        const headers = { ...JSON_TYPE, 'Idempotency-Replayed': 'true' };
        return { status: standing.answer.status, headers, body: standing.answer.body };
      }
      default:
        return null;
    }
  }

  async #execute(call: Call, prepared: Prepared): Promise<Ending> {
    const limited = call.reserve(prepared);
    if (limited !== null) return limited;
    const lock = this.#lock(prepared);
    if (lock === 'busy') return call.refuse('Resource is currently locked, please try again later');
    const key = prepared.mutation && call.fault?.name !== 'cacheOff' ? call.cacheKey : null;
    if (call.fault?.name === 'lateCommit' && prepared.mutation) {
      this.#commitLate(call, prepared, key);
      if (lock === 'taken') this.#writing = false;
      return refusal('INTERNAL_SERVER_ERROR', call.id);
    }
    if (key !== null) this.#account.idempotency.begin(key);
    try {
      const answer = await this.#carryOut(call, prepared, key);
      return await this.#faultAfter(call, answer);
    } finally {
      if (key !== null) this.#account.idempotency.end(key);
      if (lock === 'taken') this.#writing = false;
    }
  }

  /** Executes the fields and corrects the charge; the answer is kept only when the execution came to its end. */
  async #carryOut(call: Call, prepared: Prepared, key: string | null): Promise<Ending> {
    const execution = call.execution(prepared);
    const result = await run(prepared, execution);
    const { budget, limits } = this.#account;
    const actual = actualCost(prepared, result.data, limits);
    const after = Math.max(0, execution.pointsBefore - actual);
    if (!prepared.mutation) tellCost(prepared, result.data, { query: actual, after });
    budget.charge(actual - execution.estimate, prepared.mutation, this.#account.now());
    if (execution.cut === 'ceiling') return htmlPage(504, 'Gateway Timeout');
    if (execution.cut === 'fault') return 'cut';
    if (execution.failed) return failed(call.id);
    const malformed = result.errors?.some((error) => error.extensions['code'] === 'JsonParseException') === true;
    const answer =
      malformed && limits.malformedValuesStatus === 500
        ? refusal('Internal Server Error', call.id)
        : executed(result, call.id);
    if (key !== null) this.#account.idempotency.keep(key, call.request.body, answer, this.#account.now());
    return answer;
  }

  /** The error is answered now; the effect comes later, unless the server stops before. */
  #commitLate(call: Call, prepared: Prepared, key: string | null): void {
    const { clock, idempotency, limits, store } = this.#account;
    const held = limits.lateCommitHoldsKey === 1 ? key : null;
    if (held !== null) idempotency.begin(held);
    const commit = async () => {
      await clock.wait(limits.lateCommitMs, this.#stopping.signal);
      await this.#carryOut(call, prepared, held);
      store.flush();
    };
    commit()
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) throw error;
      })
      .finally(() => {
        if (held !== null) idempotency.end(held);
      });
  }

  async #faultAfter(call: Call, ending: Ending): Promise<Ending> {
    if (typeof ending === 'string') return ending;
    const asked = call.fault?.refusal;
    if (asked?.after === true) return asked.answer(call.id, this.#account.limits.retrySeconds);
    switch (call.fault?.name) {
      case 'resetAfterCommit':
      case 'partialCommit':
        return 'cut';
      case 'hangAfterCommit':
        return 'silence';
      case 'truncated':
        return { ...ending, body: ending.body.slice(0, Math.floor(ending.body.length / 2)) };
      case 'emptyBody':
        return { ...ending, body: '' };
      // Nothing to come late in a query, or for a request that is known already: the error alone is left.
      case 'lateCommit':
      case 'fail5xxAfterCommit':
        return refusal('INTERNAL_SERVER_ERROR', call.id);
      case 'failHtmlAfterCommit':
        return gatewayPage(call.fault.chance);
      case 'slow':
        await this.#account.clock.wait(this.#account.limits.slowMs, call.request.closed).catch(() => undefined);
        return ending;
      default:
        return ending;
    }
  }

  /** Takes the lock for writing, when writes lock each other out; the two boards are locked together. */
  #lock(prepared: Prepared): 'taken' | 'busy' | 'none' {
    if (!prepared.mutation || this.#account.limits.boardLock === 0) return 'none';
    if (this.#writing) return 'busy';
    this.#writing = true;
    return 'taken';
  }
}
