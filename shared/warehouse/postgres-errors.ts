import { FixFirstError, messageOf, TryAgainError } from '../errors.js';

/** The client's own words; they carry no code. */
const CONNECTION_LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout/i;
/**
 * Class 08 (connection), 57P (shutdown), deadlock, serialization, what the socket says; and a row that another put there
 * at the same moment, which an INSERT of what is not there finds when it is run again.
 */
const TRANSIENT = /^(08|57P|23505$|40001$|40P01$|53300$|ECONNRESET$|ECONNREFUSED$|EPIPE$|ETIMEDOUT$)/;

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error && error.cause !== undefined ? codeOf(error.cause) : '';
}

/** Whether the same work, done again as a whole, may succeed. */
export function isTransient(error: unknown): boolean {
  return TRANSIENT.test(codeOf(error)) || CONNECTION_LOST.test(messageOf(error));
}

/** A driver's error as one of ours: what may pass is TryAgain, what will not is FixFirst. */
export function describeError(error: unknown, statement: string): Error {
  if (error instanceof FixFirstError || error instanceof TryAgainError) return error;
  const code = codeOf(error);
  // What a caller's own row source threw is not the database's.
  if (code === '' && error instanceof Error && !CONNECTION_LOST.test(error.message)) return error;
  const text = `PostgreSQL: ${messageOf(error)}${code === '' ? '' : ` (${code})`}.`;
  const options = { where: { statement }, cause: error };
  if (/^(28|3D|3F|42501|42P01|42703)/.test(code)) {
    const advice =
      code === '42P01' || code === '42703' || code.startsWith('3F')
        ? 'Run migrate, or correct the table name.'
        : 'Correct the connection URL or the rights of its user.';
    return new FixFirstError(`${text} ${advice}`, options);
  }
  if (/^(ENOTFOUND|EAI_AGAIN)/.test(code))
    return new TryAgainError(`${text} Check the host name in the connection URL.`, options);
  return new TryAgainError(text, options);
}
