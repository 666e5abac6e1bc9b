import type { ErrorCode, FixFirstCode, TryAgainCode } from './error-codes.js';
import { EXIT_AGAIN, EXIT_FIX } from './exit-codes.js';

/** Where it happened, in words that an operator can search for: never values of an order. */
export interface Where {
  runId?: string | undefined;
  batchId?: string | undefined;
  customer?: string | undefined;
  lineKey?: string | undefined;
  size?: string | undefined;
  requestId?: string | undefined;
  statement?: string | undefined;
}

export interface TaskErrorOptions {
  where?: Where;
  cause?: unknown;
}

/**
 * An error that knows what the caller should do about it. The message is one or more sentences:
 * what happened, and what to do next. The code stays the same even if the message is reworded.
 */
export abstract class TaskError<Code extends ErrorCode = ErrorCode> extends Error {
  abstract readonly exitCode: number;
  readonly code: Code;
  readonly where: Where;

  constructor(code: Code, message: string, options: TaskErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.where = options.where ?? {};
  }
}

/** Running the same command again may help: a lock was busy, a server was down. */
export class TryAgainError extends TaskError<TryAgainCode> {
  readonly exitCode = EXIT_AGAIN;
}

/** What a signal's reason says to everything that waits. */
export function stoppedBy(signal: NodeJS.Signals): TryAgainError {
  return new TryAgainError('STOPPED', `Stopped by ${signal}. What was done stays; run again.`);
}

/** Running the same command again does not help: a setting, a flag, a table or the board must be corrected first. */
export class FixFirstError extends TaskError<FixFirstCode> {
  readonly exitCode = EXIT_FIX;
}

/** The text of anything that was thrown, with its cause when that says more. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || ('code' in error ? String(error.code) : error.name);
  const cause = error.cause === undefined ? '' : messageOf(error.cause);
  return cause === '' || own.includes(cause) ? own : `${own} (${cause})`;
}

export type LogFields = Where & Record<string, unknown>;

/** Messages of a task at work: ids, customer names and counts only, never values of an order. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Says nothing; for tests and for library use. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
