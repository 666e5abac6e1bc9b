import type { Where } from './errors.js';

export type LogFields = Where & Record<string, unknown>;

/** What a task says while it works: ids, customer names and counts only, never values of an order. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Says nothing; for tests and for library use. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
