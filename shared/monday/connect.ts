import type { Clock } from '../ground/clock.js';
import type { Log } from '../ground/errors.js';
import { BoardReader } from './board.js';
import { MondayClient, type RawReply } from './client.js';
import { Pace } from './pace.js';
import type { BoardAccess } from './queries.js';

/** Settings that every connection to the account needs. */
export const ACCOUNT_SETTINGS = [
  'MONDAY_API_URL',
  'MONDAY_API_TOKEN',
  'MONDAY_MIN_INTERVAL_MS',
  'MONDAY_TIMEOUT_MS',
] as const;

/** Their parsed values. */
export interface AccountSettings {
  MONDAY_API_URL: string;
  MONDAY_API_TOKEN: string;
  MONDAY_MIN_INTERVAL_MS: number | undefined;
  MONDAY_TIMEOUT_MS: number;
}

export interface AccountConnection {
  client: MondayClient;
  pace: Pace;
  access: BoardAccess;
  reader: BoardReader;
}

/** The account's client and its rate limiter. `signal` ends waiting and reading, never a mutation in flight. */
export function connectAccount(
  settings: AccountSettings,
  {
    clock,
    log,
    signal,
    attempts,
    observe,
  }: { clock: Clock; log: Log; signal: AbortSignal; attempts?: number; observe?: (reply: RawReply) => void },
): AccountConnection {
  const client = new MondayClient({
    url: settings.MONDAY_API_URL,
    token: settings.MONDAY_API_TOKEN,
    timeoutMs: settings.MONDAY_TIMEOUT_MS,
    clock,
    log,
    observe,
  });
  const pace = new Pace({ clock, minIntervalMs: settings.MONDAY_MIN_INTERVAL_MS, signal });
  const access = { client, pace, clock, signal, ...(attempts === undefined ? {} : { attempts }) };
  return { client, pace, access, reader: new BoardReader(access) };
}
