import { TryAgainError } from '../../../shared/ground/errors.js';
import type { Answer } from '../../../shared/monday/answer.js';
import { type Failure, wordsOf } from '../../../shared/monday/errors.js';
import { addCalls } from '../../../shared/store/boards.js';
import type { Sending } from '../model/unit.js';
import { stopError } from './answers.js';
import { type Parcel, ParcelQueue } from './parcels.js';
import { record } from './record.js';
import { type BegunRequest, beginRequest } from './request.js';
import type { SendSession } from './session.js';

/** Rule 14: a send leaves within this time of its ledger commit, or not at all. */
const SEND_WITHIN_MS = 5_000;

const NOT_SENT: Failure = {
  code: 'NOT_SENT',
  message: 'The request did not leave in time.',
  reaction: 'retry',
  beforeExecution: true,
};

/** A mutation that the ledger knows since `at`. */
export interface Posting {
  body: string;
  idempotencyKey: string;
  at: Date;
}

export function postInTime(
  { client, clock }: Pick<SendSession, 'client' | 'clock'>,
  { body, idempotencyKey, at }: Posting,
): Promise<Answer> | Answer {
  const now = clock.now();
  return now.getTime() - at.getTime() > SEND_WITHIN_MS ? notSent(now) : client.send({ body, idempotencyKey });
}

/** The outcome of a request that was not sent. */
export function notSent(startedAt: Date): Answer {
  return { kind: 'refused', failure: NOT_SENT, replayed: false, limits: new Map(), startedAt, latencyMs: 0 };
}

/** Parcels prepared at the same time; the rate limiter decides how many are in flight. */
const WORKERS = 8;
/** So many requests in a row without an answer: it is the board or the way to it, not the lines. */
const UNANSWERED_IN_A_ROW = 20;

/** Sends requests, several in flight, and records each answer before the next request of that worker. */
export class Sender {
  readonly #session: SendSession;
  #unanswered = 0;
  #failure: unknown;

  constructor(session: SendSession) {
    this.#session = session;
  }

  /** Sends everything once, unless the session is stopped meanwhile. Returns when no answer is awaited any more. */
  async sendAll(sendings: readonly Sending[]): Promise<void> {
    const { pace, stop } = this.#session;
    const queue = new ParcelQueue(sendings, (operation) => pace.aliasCount(operation));
    const worker = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const parcel = queue.next();
        if (parcel === undefined) return;
        await this.#send(parcel);
        queue.answered(parcel);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, () => worker().catch((error: unknown) => this.#halt(error))));
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Rule 14: what was begun leaves at once or not at all, and its answer is recorded before the next request. */
  async #send(parcel: Parcel): Promise<void> {
    const { pace, checkpoint, warehouse, boardId } = this.#session;
    const sent: { request?: BegunRequest } = {};
    const answer = await pace.schedule({ [parcel.operation]: parcel.sendings.length }, async () => {
      sent.request = await beginRequest(this.#session, parcel);
      await checkpoint('begun');
      return postInTime(this.#session, sent.request);
    });
    if (sent.request === undefined) return;
    await checkpoint('answered');
    const verdicts = await record(this.#session, sent.request, answer);
    await checkpoint('recorded');
    if (this.#session.progress.note(verdicts)) await addCalls(warehouse, boardId, pace.takeCalls());
    const stopped = verdicts.find((verdict) => verdict.stop);
    if (stopped?.failure !== undefined) throw stopped.error ?? stopError(stopped.failure, answer.requestId);
    this.#countUnanswered(answer);
  }

  #countUnanswered(answer: Answer): void {
    this.#unanswered = answer.kind === 'answered' ? 0 : this.#unanswered + 1;
    if (answer.kind === 'answered' || this.#unanswered < UNANSWERED_IN_A_ROW) return;
    throw new TryAgainError(
      'API_UNREACHABLE',
      `None of ${this.#unanswered} requests in a row got through; the last time: ${wordsOf(answer.failure)}. Run push again later.`,
      { where: { batchId: this.#session.batch.batchId, requestId: answer.requestId } },
    );
  }

  /** The first error ends the push, but requests that are out are still answered and recorded. */
  #halt(error: unknown): void {
    const { stop } = this.#session;
    if (stop.signal.aborted && error === stop.signal.reason) return;
    this.#failure ??= error;
    stop.abort(error);
  }
}
