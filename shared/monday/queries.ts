import type { Clock } from '../ground/clock.js';
import { FixFirstError, type TaskError, TryAgainError, type Where } from '../ground/errors.js';
import { networkFault } from '../ground/foreign-errors.js';
import { type Answer, isFinal } from './answer.js';
import { type MondayClient, serialise } from './client.js';
import { type Failure, withoutMark, wordsOf } from './errors.js';
import { plainCode, refusalCode } from './failure-codes.js';
import { loadOperation, type MutationName, type QueryName } from './operations.js';
import { BAD_PORT, PROXY_REFUSED } from './transport-errors.js';
import { LONGEST_WAIT_MS, untilDone } from './until-done.js';

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
export class CursorLostError extends TryAgainError {
  constructor(message: string, options: { where: Where }) {
    super('CURSOR_EXPIRED', message, options);
  }
}

/** What stands in MONDAY_API_URL leads to no API. */
export class AddressError extends FixFirstError {
  constructor(message: string) {
    super('API_URL_INVALID', message);
  }
}

/** What the board said of a part of what was asked for; `cause` is the error where it concerns the whole read. */
export class PartRefusedError extends Error {
  override readonly cause: TaskError;
  readonly failure: Failure;

  constructor(failure: Failure, cause: TaskError) {
    super(cause.message);
    this.name = 'PartRefusedError';
    this.failure = failure;
    this.cause = cause;
  }

  /** Whether it was said of something below the field, and so of one item. */
  get namesItem(): boolean {
    return namesItem(this.failure);
  }
}

export interface ReadOptions {
  /** Fields that need not be answered. */
  optional?: readonly string[];
  /** So many keys or ids are asked for; what the board refuses of its answer is thrown as a PartRefusedError. */
  parts?: number;
  /** A larger read that held this one was refused before. */
  divided?: boolean;
}

const ADDRESS =
  'Correct the host in MONDAY_API_URL; name the authority of its certificate in NODE_EXTRA_CA_CERTS; behind a proxy, see Proxies in docs/settings.md.';
const URL_ADVICE = 'Correct MONDAY_API_URL: its host, its port, and the path, as in https://api.monday.com/v2.';
/** An address where nothing has ever answered as the API does is not asked for longer: it may be mistyped. */
const STRANGER_PATIENCE_MS = 5_000;
const ATTEMPTS = 8;
/** What is told of one item as an error of the server is told again: so often, and it counts as refused. */
const ATTEMPTS_OF_PART = 3;

/** What the board answered in full, and the id under which its support finds that. */
export interface Read {
  data: Readonly<Record<string, unknown>>;
  requestId: string | undefined;
}

/**
 * Runs one query until it is answered in full: reads change nothing, so refused and lost ones are simply repeated.
 * Throws a FixFirstError or a TryAgainError when repeating it does not help.
 */
export async function runQuery(
  access: BoardAccess,
  name: QueryName,
  variables: Record<string, unknown>,
  options: ReadOptions = {},
): Promise<Read> {
  const body = serialise({ ...loadOperation(name), variables });
  const begun = access.clock.now().getTime();
  return untilDone(access, async (attempt) => {
    const post = { body, ...(access.signal === undefined ? {} : { signal: access.signal }) };
    const answer = await access.pace.schedule({ [name]: 1 }, () => access.client.send(post));
    const failure = answer.kind === 'answered' ? worstOf(needed(answer.failures, options.optional)) : answer.failure;
    if (failure === undefined && answer.kind === 'answered')
      return { done: { data: answer.data, requestId: answer.requestId } };
    access.signal?.throwIfAborted();
    if (failure !== undefined && !access.client.isApi)
      refuseStranger(access, failure, attempt, access.clock.now().getTime() - begun);
    giveUp(access, name, failure, { requestId: answer.requestId, attempt, options });
    return { again: [failure ?? {}] };
  });
}

function needed(failures: readonly Failure[], optional: readonly string[] = []): Failure[] {
  return failures.filter(({ path }) => !optional.includes(String(path?.[0])));
}

function worstOf(failures: readonly Failure[]): Failure | undefined {
  return (
    failures.find((failure) => failure.reaction === 'stop') ??
    failures.find((failure) => failure.reaction === 'park') ??
    failures[0]
  );
}

/** Throws where asking once more is pointless, or has been tried often enough. */
function giveUp(
  access: BoardAccess,
  name: QueryName,
  failure: Failure | undefined,
  { requestId, attempt, options }: { requestId: string | undefined; attempt: number; options: ReadOptions },
): void {
  const repeatable = failure === undefined || failure.reaction === 'retry' || failure.reaction === 'unknown';
  const part = failure !== undefined && isOfPart(failure, options);
  if (failure !== undefined && (!repeatable || (part && isFinal(failure)))) {
    const error = readError(access, name, failure, requestId);
    throw part ? new PartRefusedError(failure, error) : error;
  }
  const fault = failure === undefined ? undefined : networkFault(failure.code);
  if (fault === 'untrusted')
    throw new FixFirstError(
      'API_UNTRUSTED',
      `The board could not be read (${name}): ${failure?.message ?? fault} ${ADDRESS}`,
    );
  const most = access.attempts ?? ATTEMPTS;
  if (
    attempt >= (part ? Math.min(most, attemptsOfPart(failure, options)) : most) ||
    (failure?.waitMs ?? 0) > LONGEST_WAIT_MS
  ) {
    const error = new TryAgainError(
      'API_UNREACHABLE',
      `The board could not be read (${name}): ${failure === undefined ? 'no answer' : withCode(failure)}. ` +
        `${timesAsked(access, attempt)} Run the task again later.`,
      { where: { requestId } },
    );
    throw part ? new PartRefusedError(failure, error) : error;
  }
}

/** The words, with the code that those who look it up need. */
function withCode({ code, message }: Failure): string {
  const words = withoutMark(message);
  return words.includes(code) ? words : `${words} (${code})`;
}

function timesAsked({ client }: BoardAccess, attempt: number): string {
  return `${client.address} was asked ${attempt === 1 ? 'once' : `${attempt} times`}.`;
}

/** It belongs to a field of the answer, or to something below it: another part may be answered. */
function isOfPart({ path, advice, code }: Failure, { parts = 0 }: ReadOptions): boolean {
  if (parts === 0 || path === undefined || advice === 'restart scan') return false;
  return plainCode(code) !== 'dailylimitexceeded';
}

function namesItem({ path = [] }: Failure): boolean {
  return path.length > 1;
}

/** What takes time to pass is waited for longer, where it may be over for all of it, or ends as an item's refusal. */
function attemptsOfPart(failure: Failure, { parts, divided = false }: ReadOptions): number {
  const passes = failure.reaction === 'retry' ? parts === 1 : !divided && !namesItem(failure);
  return passes ? ATTEMPTS : ATTEMPTS_OF_PART;
}

/** Nothing has answered as the API does yet: what speaks against the address is told before long. */
function refuseStranger(access: BoardAccess, failure: Failure, attempt: number, elapsedMs: number): void {
  const { code, message, status } = failure;
  const fault = networkFault(code);
  const refuse = (said: string): AddressError =>
    new AddressError(
      `The board could not be read: ${said}${said.includes(access.client.address) ? '' : ` The address is ${access.client.address}.`}`,
    );
  // A name server may falter later on; before the first answer the name is as it was typed.
  if (fault === 'unknown host') throw refuse(`${message} ${ADDRESS}`);
  if (code === PROXY_REFUSED) throw refuse(`${message} Correct HTTPS_PROXY, or name the host in NO_PROXY.`);
  if (code === BAD_PORT)
    throw refuse(`MONDAY_API_URL names a port that belongs to another protocol than HTTP. ${URL_ADVICE}`);
  if (fault === 'handshake') throw refuse(`what answers at MONDAY_API_URL does not speak TLS (${code}). ${URL_ADVICE}`);
  if (code.startsWith('HPE_'))
    throw refuse(`what answers at MONDAY_API_URL does not speak HTTP (${code}). ${URL_ADVICE}`);
  if (status !== undefined && REDIRECTS.has(status))
    throw refuse(`MONDAY_API_URL leads on to another address (HTTP ${status}), where no token is sent. ${URL_ADVICE}`);
  const outage = status !== undefined && (status >= 500 || status === 408 || status === 429);
  const last = attempt >= (access.attempts ?? ATTEMPTS);
  if (outage || (elapsedMs < STRANGER_PATIENCE_MS && !last)) return;
  const asked = timesAsked(access, attempt);
  if (status !== undefined)
    throw refuse(
      `what answers at MONDAY_API_URL is not the API of monday.com, it says HTTP ${status} without GraphQL. ${asked} ${URL_ADVICE}`,
    );
  throw new TryAgainError(
    'API_UNREACHABLE',
    `The board could not be read: ${withCode(failure)}. ${asked} Check host and port in MONDAY_API_URL and the network, and run the task again.`,
  );
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The error of a read that is pointless to repeat. */
function readError(
  { client }: BoardAccess,
  name: QueryName,
  failure: Failure,
  requestId: string | undefined,
): TaskError {
  const where = { requestId };
  const said = `The board could not be read (${name}): ${wordsOf(failure)}.`;
  if (failure.advice === 'restart scan') return new CursorLostError(`${said} Run the task again.`, { where });
  if (plainCode(withoutMark(failure.code)) === 'dailylimitexceeded') {
    return new TryAgainError(
      'DAILY_LIMIT_EXCEEDED',
      `${said} The account's daily calls are used up until midnight UTC.`,
      { where },
    );
  }
  return new FixFirstError(
    refusalCode(failure),
    `${said} Check MONDAY_API_TOKEN, MONDAY_BOARD_ID and the token's permissions. ${client.address} was asked.`,
    { where },
  );
}
