import winston from 'winston';
import type { Where } from './errors.js';

export type LogFields = Where & Record<string, unknown>;

/** What a task says while it works: ids, customer names and counts only, never values of an order. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LogSettings {
  level: string;
  format: 'json' | 'pretty';
}

/**
 * Errors go to stderr, everything else to stdout. A line never begins with `::`, which is how
 * Kestra knows outputs from logs.
 */
export function createLog(settings: LogSettings): Log {
  const { combine, timestamp, json, printf } = winston.format;
  const pretty = printf(({ level, message, timestamp: at, ...fields }) => {
    const rest = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return [String(at), level.padEnd(5), String(message), ...rest].join(' ');
  });
  return winston.createLogger({
    level: settings.level,
    format: combine(timestamp(), settings.format === 'json' ? json() : pretty),
    transports: [new winston.transports.Console({ stderrLevels: ['error'], forceConsole: false })],
  });
}

/** Says nothing; for tests and for library use. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
