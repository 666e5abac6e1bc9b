import type { Answer } from '../../../shared/monday/answer.js';
import type { Failure } from '../../../shared/monday/errors.js';
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

/** What a request gets that stayed here. */
export function notSent(startedAt: Date): Answer {
  return { kind: 'refused', failure: NOT_SENT, replayed: false, limits: new Map(), startedAt, latencyMs: 0 };
}
