import { type Clock, formatDuration } from '../../ground/clock.js';
import { FixFirstError, TryAgainError } from '../../ground/errors.js';
import { parseConnectionUrl } from './connection-url.js';

/** Five attempts in all: a deadlock is over in milliseconds, a failover in some seconds. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** The next step after an error that may pass. */
export const AGAIN = 'Run again: nothing that was written is lost or repeated.';

/** How often and for how long failed work was attempted. */
interface Tried {
  attempts: number;
  ms: number;
}

export interface Retries {
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** The server, for the message. */
  address: string;
  isTransient(error: unknown): boolean;
  /** The error finally thrown, with the number of attempts added. */
  describe(error: unknown): Promise<unknown>;
}

/**
 * Runs `work` again, as a whole, while `isTransient` says that this may help. Waits grow and are jittered. After a
 * stop there is one last try, at once: what is to be recorded still is, and a server that is away is not waited for.
 */
export async function retryTransient<T>(
  work: () => Promise<T>,
  { clock, signal, address, isTransient, describe }: Retries,
): Promise<T> {
  const begun = clock.now().getTime();
  for (let attempts = 1; ; attempts += 1) {
    const stopped = signal?.aborted === true;
    try {
      return await work();
    } catch (error) {
      if (attempts === ATTEMPTS || stopped || !isTransient(error))
        throw withServer(await describe(error), address, { attempts, ms: clock.now().getTime() - begun });
      const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 4 ** (attempts - 1));
      await clock.wait(ceiling * (0.5 + clock.random() / 2), signal).catch((reason: unknown) => {
        if (!signal?.aborted) throw reason;
      });
    }
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { postgres: 5432, postgresql: 5432 };
const SQL_SERVER_PORT = 1433;

/** Host, port and database of a connection URL, and nothing of its user. */
export function addressOf(url: string): string {
  const { host, port, database, options } = parseConnectionUrl(url);
  const named = options.get('host') ?? (host.includes(':') ? `[${host}]` : host);
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  return `${named}:${port ?? DEFAULT_PORTS[scheme] ?? SQL_SERVER_PORT}/${database}`;
}

/** Errors whose message names the server. */
const OF_SERVER = /^(DATABASE_|TABLE_MISSING$)/;

/** Adds the server, and the number of attempts if there was more than one. */
export function withServer(error: unknown, address: string, tried?: Tried): unknown {
  if (!(error instanceof FixFirstError || error instanceof TryAgainError) || !OF_SERVER.test(error.code)) return error;
  const server = `The server is ${address}`;
  if (error.message.includes(server)) return error;
  const times =
    tried === undefined || tried.attempts === 1
      ? ''
      : `; it was tried ${tried.attempts} times in ${formatDuration(tried.ms)}`;
  const text = `${error.message} ${server}${times}.`;
  const options = { where: error.where, cause: error.cause };
  return error instanceof FixFirstError
    ? new FixFirstError(error.code, text, options)
    : new TryAgainError(error.code, text, options);
}
