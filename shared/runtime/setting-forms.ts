import { z } from 'zod';
import { parseDuration } from '../ground/clock.js';
import { sqlServerConfig } from '../warehouse/mssql/config.js';
import { postgresConfig } from '../warehouse/postgres/config.js';

/** A duration from `least` to `greatest`, both written as in docs/settings.md. Returns milliseconds. */
export function duration(least: string, greatest: string) {
  const [from = 0, to = 0] = [parseDuration(least), parseDuration(greatest)];
  return z
    .string()
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms >= from && ms <= to) return ms;
      const form =
        ms === undefined ? 'write a duration such as 30s, 10m, 3h or 1d' : `it must be ${least} to ${greatest}`;
      context.addIssue({ code: 'custom', message: `is "${text}"; ${form}` });
      return z.NEVER;
    })
    .meta({ range: `${least} to ${greatest}` });
}

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `must be one of ${words.join(', ')}`);
}

/** A table, view or schema; names are quoted in every statement, so they may contain blanks. */
export const identifier = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_ .]*$/, 'must be a plain table, view or schema name')
  .max(128, 'must have at most 128 characters');

const DATABASES = { 'postgres:': postgresConfig, 'postgresql:': postgresConfig, 'mssql:': sqlServerConfig } as const;
type DatabaseProtocol = keyof typeof DATABASES;

/** The URL of a database, with every option that it may have checked before anything is opened. */
export function databaseUrl(setting: string, ...protocols: DatabaseProtocol[]) {
  const form = `must be a URL of the form ${protocols.map((protocol) => `${protocol}//…`).join(' or ')}`;
  return z.string().superRefine((text, context) => {
    const protocol = protocols.find((each) => text.startsWith(`${each}//`));
    const fault = protocol === undefined ? form : faultOf(() => DATABASES[protocol](text, 'settings', setting));
    if (fault === undefined) return;
    context.addIssue({ code: 'custom', message: fault.replace(`${setting} `, '').replace(/\.$/, '') });
  });
}

function faultOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** An address to post to. A user and password in it would be sent or logged unexpectedly. */
export const webUrl = z.string().superRefine((text, context) => {
  const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
  const url = /^https?:\/\/[^/]/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (/[\s\\]/.test(text) || url === undefined) refuse('must be a URL of the form https://… or http://…');
  else if (url.username !== '' || url.password !== '') refuse('has a user or a password before an @; leave them out');
  else if (url.hash !== '' || text.endsWith('#')) refuse('has a #; leave out what begins with it');
});

/** Whether what is sent to a URL stays on this machine. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/.test(hostname);
}
