import { isNativeError } from 'node:util/types';
import type { FixFirstCode, TryAgainCode } from '../../ground/error-codes.js';
import { FixFirstError, messageOf, TryAgainError } from '../../ground/errors.js';
import { codeOf, networkFault } from '../../ground/foreign-errors.js';
import { trimEndOf } from '../../ground/text.js';
import { AGAIN } from '../port/retry.js';

/**
 * Class 08 (connection), 57P (shutdown), deadlock, serialization, what the socket says; and a row that another put there
 * at the same moment, which an INSERT of what is not there finds when it is run again.
 */
const TRANSIENT = /^(08|57P|23505$|40001$|40P01$|53300$|ECONNRESET$|ECONNREFUSED$|EPIPE$|ETIMEDOUT$)/;

/** What to do about an error; `{url}` stands for the setting that holds the URL, `{tables}` for how its tables are made. */
type SqlStateAdvice = { advice: string } & (
  | { fixFirst: true; code: FixFirstCode }
  | { fixFirst: false; code: TryAgainCode }
);
const fix = (code: FixFirstCode, advice: string): SqlStateAdvice => ({ fixFirst: true, code, advice });
const wait = (code: TryAgainCode = 'DATABASE_ERROR', advice = AGAIN): SqlStateAdvice => ({
  fixFirst: false,
  code,
  advice,
});

/** Messages of the client without a code, in the order in which they are matched. */
const WORDS: readonly (readonly [RegExp, SqlStateAdvice])[] = [
  [
    /client password must be/,
    fix(
      'DATABASE_LOGIN_REFUSED',
      'The server asks for a password and {url} has none: add it, as in user:password@host.',
    ),
  ],
  [
    /does not support SSL|error establishing an SSL/,
    fix(
      'DATABASE_URL_INVALID',
      'The server does not support TLS: write sslmode=disable in {url}, or set TLS up on the server.',
    ),
  ],
  [
    /requires a certificate/,
    fix('DATABASE_LOGIN_REFUSED', 'The server asks for a certificate: name it in sslcert and sslkey of {url}.'),
  ],
  [
    /^SASL|Unknown authenticationOk/,
    fix(
      'DATABASE_LOGIN_REFUSED',
      'The server asks for an authentication method that is not supported: use a password (SCRAM) in {url}.',
    ),
  ],
  [
    /Connection terminated|timeout exceeded when trying to connect|timeout expired/,
    wait('DATABASE_UNREACHABLE', 'Check that host and port in {url} are those of PostgreSQL, and that it is up.'),
  ],
  [
    /encount?ered a connection error|was closed and is not queryable|after calling end on the pool/,
    wait('DATABASE_UNREACHABLE'),
  ],
  [/Query read timeout/, wait('DATABASE_TIMEOUT', `A statement was not answered in time. ${AGAIN}`)],
  [
    /^Received unexpected |^Binary mode/,
    fix('DATABASE_URL_INVALID', 'What answers at host and port of {url} is not PostgreSQL.'),
  ],
];

/** SQLSTATE codes, the exact ones before their classes of two characters. */
const STATES: Readonly<Record<string, SqlStateAdvice>> = {
  '28P01': fix('DATABASE_LOGIN_REFUSED', 'Correct user and password in {url}.'),
  '28000': fix(
    'DATABASE_LOGIN_REFUSED',
    'Correct the user in {url}, or write sslmode=require there if the server accepts only encrypted connections.',
  ),
  '3D000': fix('DATABASE_URL_INVALID', 'Correct the name of the database in {url}.'),
  '25006': fix('DATABASE_URL_INVALID', 'The server is a read-only standby: name its primary in {url}.'),
  '42P01': fix('TABLE_MISSING', '{tables}'),
  '42703': fix('TABLE_MISSING', '{tables}'),
  '42501': fix('DATABASE_PERMISSION_DENIED', 'Give the user of {url} the permission, or use another user.'),
  '23505': wait(),
  '53100': wait('DATABASE_ERROR', `Make room on the server's disk. ${AGAIN}`),
  '53200': wait('DATABASE_ERROR', `Give the server more memory, or run less beside it. ${AGAIN}`),
  '53300': wait('DATABASE_ERROR', `Allow more connections on the server, or end others. ${AGAIN}`),
  '57014': wait('DATABASE_TIMEOUT', `Somebody cancelled the statement, or the server limits its time. ${AGAIN}`),
  '57': wait('DATABASE_UNREACHABLE'),
  '08': wait('DATABASE_UNREACHABLE'),
  '0A': fix(
    'DATABASE_UNSUITABLE',
    'The server cannot do what is asked for: doctor says whether its version is one that is supported.',
  ),
  '22': fix(
    'DATABASE_UNSUITABLE',
    'A value does not fit where it belongs: doctor compares the tables with what they should be.',
  ),
  '23': fix(
    'DATABASE_UNSUITABLE',
    'A row does not fit where it belongs: doctor compares the tables with what they should be.',
  ),
  '28': fix('DATABASE_LOGIN_REFUSED', 'Correct user and password in {url}.'),
  '3D': fix('DATABASE_URL_INVALID', 'Correct the name of the database in {url}.'),
  '3F': fix('TABLE_MISSING', '{tables}'),
  '42': fix('DATABASE_UNSUITABLE', 'A table is not what it should be: doctor says what differs.'),
  '44': fix('DATABASE_UNSUITABLE', 'A view refuses a row: write to tables, not to views.'),
  '54': fix('DATABASE_UNSUITABLE', 'The server allows no more: doctor compares the tables with what they should be.'),
};

const OUR_TABLES =
  'Run migrate if our tables are to be in this schema, or correct WAREHOUSE_SCHEMA, SOURCE_TABLE or the database in {url}.';
const ARCHIVE_TABLES = 'Run migrate with {url} set to this database, or correct it.';

const NETWORK: Readonly<Record<NonNullable<ReturnType<typeof networkFault>>, SqlStateAdvice>> = {
  untrusted: fix(
    'DATABASE_UNTRUSTED',
    "The server's certificate is not valid: name its authority in sslrootcert of {url} or in NODE_EXTRA_CA_CERTS, and the host that it is made for in {url}.",
  ),
  handshake: fix(
    'DATABASE_URL_INVALID',
    'TLS could not be agreed on: check that {url} leads to a PostgreSQL server, and its sslmode.',
  ),
  'unknown host': fix('DATABASE_URL_INVALID', 'There is no such host: correct its name in {url}.'),
  'name server': wait(
    'DATABASE_UNREACHABLE',
    'The name of the host could not be looked up: check the network, and the host in {url}.',
  ),
  away: wait('DATABASE_UNREACHABLE', 'Check host and port in {url}, and that the server is up.'),
  lost: wait('DATABASE_UNREACHABLE'),
};

/** Whether the same work, repeated as a whole, may succeed. */
export function isTransient(error: unknown): boolean {
  if (error instanceof FixFirstError) return false;
  if (TRANSIENT.test(codeOf(error))) return true;
  const words = codeOf(error) === '' ? wordsOf(error) : undefined;
  return words !== undefined && !words.fixFirst;
}

/** A driver's error as one of ours: a transient one is TryAgain, a permanent one FixFirst. */
export function describeError(error: unknown, statement: string, setting = 'WAREHOUSE_URL'): Error {
  if (error instanceof FixFirstError || error instanceof TryAgainError) return error;
  const code = codeOf(error);
  const known = code === '' ? wordsOf(error) : (stateOf(code) ?? NETWORK[networkFault(code) ?? 'lost']);
  // An error of the caller's own row source is not the database's.
  if (known === undefined) return isNativeError(error) ? error : new TryAgainError('DATABASE_ERROR', messageOf(error));
  const said = `PostgreSQL: ${trimEndOf(messageOf(error), '.')}${code === '' ? '' : ` (${code})`}.`;
  const tables = setting === 'ARCHIVE_URL' ? ARCHIVE_TABLES : OUR_TABLES;
  const text = `${said} ${known.advice.replace('{tables}', tables).replaceAll('{url}', setting)}`.trimEnd();
  const options = { where: { statement }, cause: error };
  return known.fixFirst ? new FixFirstError(known.code, text, options) : new TryAgainError(known.code, text, options);
}

function stateOf(code: string): SqlStateAdvice | undefined {
  return /^[0-9A-Z]{5}$/.test(code) ? (STATES[code] ?? STATES[code.slice(0, 2)] ?? wait()) : undefined;
}

function wordsOf(error: unknown): SqlStateAdvice | undefined {
  const text = messageOf(error);
  return WORDS.find(([words]) => words.test(text))?.[1];
}
