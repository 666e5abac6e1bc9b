import winston from 'winston';
import type { Log } from '../ground/log.js';
import { paragraph, printable } from '../ground/printable.js';

/** Where winston keeps the finished line. */
const MESSAGE = Symbol.for('message');

export interface LogSettings {
  level: string;
  format: 'json' | 'pretty';
}

/** Errors go to stderr, everything else to stdout. */
export function createLog(settings: LogSettings): Log {
  return winston.createLogger({
    level: settings.level,
    format: logFormat(settings.format),
    transports: [new winston.transports.Console({ stderrLevels: ['error'], forceConsole: false })],
  });
}

/**
 * A line of JSON each, or for people a line that may go on in indented ones. Whatever the message says, no line begins
 * with `::`, which is how Kestra knows outputs from logs, and none ends before it should.
 */
export function logFormat(format: LogSettings['format']): winston.Logform.Format {
  const { combine, timestamp, json, printf } = winston.format;
  if (format === 'json')
    return combine(
      timestamp(),
      json(),
      printf((info) => printable(String(info[MESSAGE]))),
    );
  const pretty = printf(({ level, message, timestamp: at, ...fields }) => {
    const rest = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return paragraph([String(at), level.padEnd(5), String(message), ...rest].join(' '));
  });
  return combine(timestamp(), pretty);
}
