import winston from 'winston';
import { activity } from '../ground/activity.js';
import type { Log } from '../ground/errors.js';
import { paragraph, printable } from '../ground/text.js';
import { kestraLine, tellWriting } from './outputs.js';

/** Where winston keeps the finished line. */
const MESSAGE = Symbol.for('message');

export interface LogSettings {
  level: string;
  /** `kestra` is the line protocol of Kestra's tasks: it has real levels, and shows the message first. */
  format: 'json' | 'pretty' | 'kestra';
}

class Told extends winston.transports.Console {
  override log(info: unknown, next: () => void): void {
    tellWriting();
    super.log?.(info, next);
  }
}

/** Errors go to stderr, everything else to stdout. */
export function createLog(settings: LogSettings, onStderr: string[] = ['error']): Log {
  return winston.createLogger({
    level: settings.level,
    format: logFormat(settings.format),
    transports: [new Told({ stderrLevels: onStderr, forceConsole: false })],
  });
}

/**
 * A line of JSON each, or for people a line that may go on in indented ones. Whatever the message says, no line of
 * theirs begins with `::`, which is how Kestra knows what is meant for it, and none ends before it should. In the form
 * `kestra` each is such a line, in which a message is only ever a text.
 */
export function logFormat(format: LogSettings['format']): winston.Logform.Format {
  const { combine, timestamp, json, printf } = winston.format;
  // A line's own fields take precedence.
  const about = winston.format((info) => ({ ...info, ...activity.about, ...info }))();
  if (format === 'json')
    return combine(
      about,
      timestamp(),
      json(),
      printf((info) => printable(String(info[MESSAGE]))),
    );
  // An execution of Kestra has both as labels, and its red bar shows the sentence alone.
  if (format === 'kestra') return printf(({ level, message, ...fields }) => kestraLog(level, String(message), fields));
  const pretty = printf(({ level, message, timestamp: at, ...fields }) =>
    paragraph([String(at), level.padEnd(5), String(message), ...pairs(fields)].join(' ')),
  );
  return combine(about, timestamp(), pretty);
}

/** Kestra accepts only levels in capitals: any other loses the whole line. */
function kestraLog(level: string, message: string, fields: Readonly<Record<string, unknown>>): string {
  const known = pairs(fields);
  const text = known.length === 0 ? message : `${message} (${known.join(', ')})`;
  return kestraLine({ logs: [{ level: level.toUpperCase(), message: paragraph(text) }] }).trimEnd();
}

function pairs(fields: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
}
