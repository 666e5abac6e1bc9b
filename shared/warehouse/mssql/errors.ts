import type { FixFirstCode, TryAgainCode } from '../../ground/error-codes.js';
import { FixFirstError, messageOf, TaskError, TryAgainError } from '../../ground/errors.js';
import { trimEndOf } from '../../ground/text.js';
import { AGAIN } from '../port/retry.js';

/**
 * Deadlock, what Azure says while it moves, resumes or throttles a database; and a row that another put
 * there at the same moment (2601, 2627), which an INSERT of what is not there finds when it is run again.
 */
const TRANSIENT_NUMBERS: ReadonlySet<number> = new Set([
  1205, 2601, 2627, 4060, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920,
]);
/** The last two are the operating system's, for a connection that is cut while a statement runs on it. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set(['ETIMEOUT', 'ESOCKET', 'ECONNCLOSED', 'ECONNRESET', 'EPIPE']);
/** Faults of a server's certificate, in the words of Node's TLS. */
const UNTRUSTED: readonly string[] = [
  'self-signed certificate',
  'self signed certificate',
  'unable to verify the first certificate',
  'unable to verify leaf',
  'unable to get issuer',
  'unable to get local issuer',
  'unable to get certificate',
  'certificate has expired',
  'does not match certificate',
  'hostname/ip',
];
const UNKNOWN_HOST = /ENOTFOUND|EAI_NONAME|ENODATA/;
const NAME_SERVER = /EAI_AGAIN|EAI_FAIL|ESERVFAIL/;

const LOOK_UP = 'The name of the host could not be looked up: check the network, and the host in WAREHOUSE_URL.';
const GRANT = 'Grant it what sql/grants/mssql.sql lists, or use another user.';
const TRUST =
  'Name the authority of its certificate in NODE_EXTRA_CA_CERTS, or the host that it is made for in hostNameInCertificate of WAREHOUSE_URL.';
const ENCRYPT =
  'Set up a certificate on the server; encrypt=false in WAREHOUSE_URL would send everything in the clear.';
const INSTANCE = 'Check the instance name in WAREHOUSE_URL, or give the port instead.';
const FIREWALL = 'Check host and port in WAREHOUSE_URL, and that no firewall drops the connection.';
const LISTENING =
  'Check host and port in WAREHOUSE_URL, and that the server is up; one that accepts only TDS 8 needs encrypt=strict, others refuse it.';
/** How a connection ends if another kind of server answers, or this kind of connection is not accepted. */
const STRANGER = /socket hang up|Unable to process incoming packet|before secure TLS/;
const DATABASE = 'Correct the database in WAREHOUSE_URL, or give the login access to it.';
const MIGRATE =
  'Run migrate if our tables are to be in this schema, or correct WAREHOUSE_SCHEMA, SOURCE_TABLE or the database in WAREHOUSE_URL.';
const PATIENCE = `A statement was not answered in time; requestTimeout in WAREHOUSE_URL says how long that is. ${AGAIN}`;
const FITS = 'doctor compares the tables with what they should be.';
const VALUE = `A value does not fit where it belongs: ${FITS}`;
const ROW = `A row does not fit where it belongs: ${FITS}`;
const READ_ONLY = 'The database is read-only or a secondary replica: name the primary in WAREHOUSE_URL.';
const ROOM = `Make room on the server's disk, or let the database grow. ${AGAIN}`;
const MEMORY = `Give the server more memory, or run less beside it. ${AGAIN}`;
/** What to do about errors that stay until somebody does something. */
const FIX_FIRST: ReadonlyMap<number, readonly [FixFirstCode, string]> = new Map([
  [18456, ['DATABASE_LOGIN_REFUSED', 'Correct the user and password in WAREHOUSE_URL.']],
  [18452, ['DATABASE_LOGIN_REFUSED', 'Correct the authentication in WAREHOUSE_URL.']],
  [18470, ['DATABASE_LOGIN_REFUSED', 'Enable the login, or use another one.']],
  [18486, ['DATABASE_LOGIN_REFUSED', 'Unlock the login, or wait until it is unlocked.']],
  [18487, ['DATABASE_LOGIN_REFUSED', 'Renew the password of the login.']],
  [18488, ['DATABASE_LOGIN_REFUSED', 'Change the password of the login.']],
  [4060, ['DATABASE_URL_INVALID', DATABASE]],
  [911, ['DATABASE_URL_INVALID', DATABASE]],
  [978, ['DATABASE_URL_INVALID', READ_ONLY]],
  [3906, ['DATABASE_URL_INVALID', READ_ONLY]],
  [40615, ['DATABASE_LOGIN_REFUSED', 'Let the address of this machine through the firewall of the server.']],
  [916, ['DATABASE_PERMISSION_DENIED', 'Make the login a user of the database.']],
  [229, ['DATABASE_PERMISSION_DENIED', GRANT]],
  [230, ['DATABASE_PERMISSION_DENIED', GRANT]],
  [262, ['DATABASE_PERMISSION_DENIED', GRANT]],
  [297, ['DATABASE_PERMISSION_DENIED', GRANT]],
  [300, ['DATABASE_PERMISSION_DENIED', GRANT]],
  [2760, ['TABLE_MISSING', 'Create the schema, or correct WAREHOUSE_SCHEMA.']],
  [208, ['TABLE_MISSING', MIGRATE]],
  [207, ['TABLE_MISSING', MIGRATE]],
  [468, ['DATABASE_UNSUITABLE', 'Columns with different collations are compared: see docs/sql-server.md.']],
  [515, ['DATABASE_UNSUITABLE', ROW]],
  [547, ['DATABASE_UNSUITABLE', ROW]],
  [2628, ['DATABASE_UNSUITABLE', VALUE]],
  [8115, ['DATABASE_UNSUITABLE', VALUE]],
  [8152, ['DATABASE_UNSUITABLE', VALUE]],
]);
/** What to do about errors that may pass. */
const TRY_AGAIN: ReadonlyMap<number, readonly [TryAgainCode, string]> = new Map([
  [1101, ['DATABASE_ERROR', ROOM]],
  [1105, ['DATABASE_ERROR', ROOM]],
  [9002, ['DATABASE_ERROR', `Make room in the transaction log, or back it up. ${AGAIN}`]],
  [40544, ['DATABASE_ERROR', ROOM]],
  [701, ['DATABASE_ERROR', MEMORY]],
  [802, ['DATABASE_ERROR', MEMORY]],
  [8645, ['DATABASE_ERROR', MEMORY]],
  [10928, ['DATABASE_ERROR', `Allow more sessions on the server, or end others. ${AGAIN}`]],
  [17809, ['DATABASE_ERROR', `Allow more connections on the server, or end others. ${AGAIN}`]],
]);

interface ServerError {
  number: number;
  state: string;
  message: string;
}

interface ErrorFacts {
  /** The messages of the server, in order. */
  server: readonly ServerError[];
  codes: ReadonlySet<string>;
  text: string;
}

/** What errors of the client may have in addition to their message. */
interface Wrapping {
  number?: unknown;
  state?: unknown;
  code?: unknown;
  originalError?: unknown;
  precedingErrors?: unknown;
  errors?: unknown;
}

/** The messages of an error and everything it wraps. The client nests them: request, connection, socket. */
function factsOf(error: unknown): ErrorFacts {
  const server: ServerError[] = [];
  const codes = new Set<string>();
  const texts: string[] = [];
  const seen = new Set<unknown>();
  const visit = (one: unknown): void => {
    if (!(one instanceof Error) || seen.has(one)) return;
    seen.add(one);
    const parts = one as Error & Wrapping;
    // The client reports the last one; the first ones say more.
    for (const earlier of [parts.precedingErrors, parts.errors].flat()) visit(earlier);
    texts.push(one.message);
    if (typeof parts.number === 'number')
      server.push({ number: parts.number, state: String(parts.state ?? 0), message: one.message });
    if (typeof parts.code === 'string' && !(one instanceof TaskError)) codes.add(parts.code);
    visit(one.cause);
    visit(parts.originalError);
  };
  visit(error);
  return { server, codes, text: texts.join('\n') };
}

/** The numbers of all messages of the server. */
export function numbersOf(error: unknown): number[] {
  return factsOf(error).server.map(({ number }) => number);
}

/** Whether the same work, repeated as a whole, may succeed. */
export function isTransient(error: unknown): boolean {
  if (error instanceof FixFirstError) return false;
  const { server, codes, text } = factsOf(error);
  if (server.length > 0) return server.some(({ number }) => TRANSIENT_NUMBERS.has(number));
  if (isUntrusted(text) || UNKNOWN_HOST.test(text) || NAME_SERVER.test(text)) return false;
  return [...codes].some((code) => TRANSIENT_CODES.has(code));
}

/** A client's error as one of ours: a transient one is TryAgain, a permanent one FixFirst. */
export function describeError(error: unknown, statement: string): Error {
  if (error instanceof FixFirstError || error instanceof TryAgainError) return error;
  const { server, codes, text } = factsOf(error);
  // An error of the caller's own row source is not the database's.
  if (server.length === 0 && codes.size === 0 && error instanceof Error) return error;
  const options = { where: { statement }, cause: error };
  const named = server.find(({ number }) => FIX_FIRST.has(number) || TRY_AGAIN.has(number)) ?? server[0];
  if (named !== undefined) {
    const said = `SQL Server: ${sentence(named.message)} (error ${named.number}, state ${named.state}).`;
    const permanent = FIX_FIRST.get(named.number);
    if (permanent !== undefined) return new FixFirstError(permanent[0], `${said} ${permanent[1]}`, options);
    const [code, advice] = TRY_AGAIN.get(named.number) ?? ['DATABASE_ERROR' as const, AGAIN];
    return new TryAgainError(code, `${said} ${advice}`, options);
  }
  const connecting = error instanceof Error && error.name === 'ConnectionError';
  const words =
    connecting && STRANGER.test(text)
      ? 'what answers at its host and port ended the login, as a server of another kind does'
      : sentence(messageOf(error));
  const said = `SQL Server: ${words} (${[...codes].join(', ')}).`;
  if (isUntrusted(text)) return new FixFirstError('DATABASE_UNTRUSTED', `${said} ${TRUST}`, options);
  if (codes.has('EENCRYPT')) return new FixFirstError('DATABASE_URL_INVALID', `${said} ${ENCRYPT}`, options);
  if (UNKNOWN_HOST.test(text))
    return new FixFirstError(
      'DATABASE_URL_INVALID',
      `${said} There is no such host: correct its name in WAREHOUSE_URL.`,
      options,
    );
  if (NAME_SERVER.test(text)) return new TryAgainError('DATABASE_UNREACHABLE', `${said} ${LOOK_UP}`, options);
  if (codes.has('EINSTLOOKUP')) return new TryAgainError('DATABASE_UNREACHABLE', `${said} ${INSTANCE}`, options);
  if (connecting && codes.has('ETIMEOUT'))
    return new TryAgainError('DATABASE_UNREACHABLE', `${said} ${FIREWALL}`, options);
  if (codes.has('ETIMEOUT')) return new TryAgainError('DATABASE_TIMEOUT', `${said} ${PATIENCE}`, options);
  if (connecting && codes.has('ESOCKET'))
    return new TryAgainError('DATABASE_UNREACHABLE', `${said} ${LISTENING}`, options);
  const cut = [...codes].some((code) => TRANSIENT_CODES.has(code));
  return new TryAgainError(cut ? 'DATABASE_UNREACHABLE' : 'DATABASE_ERROR', `${said} ${AGAIN}`, options);
}

function sentence(text: string): string {
  return trimEndOf(text.trim(), '.');
}

function isUntrusted(text: string): boolean {
  const said = text.toLowerCase();
  return UNTRUSTED.some((words) => said.includes(words));
}
