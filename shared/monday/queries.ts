import type { Clock } from '../clock.js';
import { FixFirstError, TryAgainError } from '../errors.js';
import { networkFault } from '../network-codes.js';
import type { Answer } from './answer.js';
import { type MondayClient, serialise } from './client.js';
import { type Failure, waitBeforeRetry } from './errors.js';
import { loadOperation, type MutationName, type QueryName } from './operations.js';

/** How many fields of each operation a request holds: what it will cost follows from that. */
export type Load = Readonly<Partial<Record<QueryName | MutationName, number>>>;

/** Decides when a request may leave. */
export interface Scheduler {
  schedule(load: Load, work: () => Promise<Answer>): Promise<Answer>;
}

/** What every reader of the board needs. */
export interface BoardAccess {
  client: MondayClient;
  pace: Scheduler;
  clock: Clock;
  signal?: AbortSignal;
  /** How often a read without an answer is tried. */
  attempts?: number;
}

/** The place that a cursor stood for is gone: the scan has to begin again. */
export class CursorLostError extends TryAgainError {}

const FIRST_READ: QueryName = 'getAccount';
const ADDRESS =
  'Correct the host in MONDAY_API_URL; name the authority of its certificate in NODE_EXTRA_CA_CERTS; behind a proxy, see Proxies in docs/settings.md.';
const ATTEMPTS = 8;
/** A server that wants more than this is not waited for: the task ends, and its next run begins where it stopped. */
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * Runs one query until it is answered in full: reads change nothing, so refused and lost ones are simply repeated.
 * Throws a FixFirstError or a TryAgainError when repeating it does not help. Of the fields in `optional` nothing needs to
 * be answered.
 */
export async function runQuery(
  access: BoardAccess,
  name: QueryName,
  variables: Record<string, unknown>,
  optional: readonly string[] = [],
): Promise<Readonly<Record<string, unknown>>> {
  const body = serialise({ ...loadOperation(name), variables });
  for (let attempt = 1; ; attempt++) {
    const post = { body, ...(access.signal === undefined ? {} : { signal: access.signal }) };
    const answer = await access.pace.schedule({ [name]: 1 }, () => access.client.send(post));
    const failure = answer.kind === 'answered' ? worstOf(needed(answer.failures, optional)) : answer.failure;
    if (failure === undefined && answer.kind === 'answered') return answer.data;
    access.signal?.throwIfAborted();
    await waitOrGiveUp(access, name, failure, answer.requestId, attempt);
  }
}

function needed(failures: readonly Failure[], optional: readonly string[]): Failure[] {
  return failures.filter(({ path }) => !optional.includes(String(path?.[0])));
}

function worstOf(failures: readonly Failure[]): Failure | undefined {
  return (
    failures.find((failure) => failure.reaction === 'stop') ??
    failures.find((failure) => failure.reaction === 'park') ??
    failures[0]
  );
}

async function waitOrGiveUp(
  access: BoardAccess,
  name: QueryName,
  failure: Failure | undefined,
  requestId: string | undefined,
  attempt: number,
): Promise<void> {
  const waitMs = waitBeforeRetry(failure ?? {}, attempt, access.clock);
  const repeatable = failure === undefined || failure.reaction === 'retry' || failure.reaction === 'unknown';
  if (failure !== undefined && !repeatable) throw readError(name, failure, requestId);
  const fault = failure === undefined ? undefined : networkFault(failure.code);
  // Later a name server may only have faltered; at the first read the name is as it was typed.
  if (fault === 'untrusted' || (fault === 'unknown host' && name === FIRST_READ))
    throw new FixFirstError(`The board could not be read (${name}): ${failure?.message ?? fault} ${ADDRESS}`);
  if (attempt >= (access.attempts ?? ATTEMPTS) || waitMs > LONGEST_WAIT_MS) {
    throw new TryAgainError(
      `The board could not be read (${name}): ${failure?.message ?? 'no answer'} ` +
        `It was asked ${attempt} times. Run the task again later.`,
      { where: { requestId } },
    );
  }
  await access.clock.wait(waitMs, access.signal);
}

/** The error of a read that is pointless to repeat. */
function readError(name: QueryName, failure: Failure, requestId: string | undefined): Error {
  const where = { requestId };
  const said = `The board could not be read (${name}): ${failure.code}, ${failure.message}.`;
  if (failure.advice === 'restart scan') return new CursorLostError(`${said} Run the task again.`, { where });
  if (failure.code.toUpperCase() === 'DAILY_LIMIT_EXCEEDED') {
    return new TryAgainError(`${said} The account's calls of the day are used up until midnight UTC.`, { where });
  }
  return new FixFirstError(`${said} Check MONDAY_API_TOKEN, MONDAY_BOARD_ID and the token's permissions.`, { where });
}
