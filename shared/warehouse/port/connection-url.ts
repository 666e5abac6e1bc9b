import type { z } from 'zod';
import { FixFirstError } from '../../ground/errors.js';
import { nearest } from '../../ground/text.js';

/** A fault of a database URL: the rest of a sentence that begins with the setting's name. Never part of the URL. */
export class UrlFault extends Error {}

/**
 * What a client is configured with by the URL of a setting.
 * @throws FixFirstError that names the setting and what is wrong, never a value that may be a secret.
 */
export function configOfUrl<Config>(setting: string, url: string, read: (url: ConnectionUrl) => Config): Config {
  try {
    return read(parseConnectionUrl(url));
  } catch (error) {
    if (error instanceof UrlFault)
      throw new FixFirstError('SETTING_INVALID', `${setting} ${error.message}.`, { cause: error });
    throw error;
  }
}

/** The parts of a URL such as `postgres://user:password@host:5432/orders?sslmode=require`, decoded. */
export interface ConnectionUrl {
  /** Undefined if the URL has none; an empty one counts as none. */
  user: string | undefined;
  password: string | undefined;
  host: string;
  port: number | undefined;
  database: string;
  options: ReadonlyMap<string, string>;
}

const ENCODE =
  'Percent-encode the signs in user and password: % as %25, @ as %40, : as %3A, / as %2F, ? as %3F, # as %23';
const PARTS = /^[a-z]+:\/\/(?<authority>[^/?#]*)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/;

/**
 * Takes a connection URL apart. People type passwords as they are: a sign that should have been encoded would make a
 * piece of a secret a host, a database or an option, which a log or an error then names. Whatever may be one is refused.
 * @throws UrlFault
 */
export function parseConnectionUrl(text: string): ConnectionUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\s\u0000-\u001f\u007f]/.test(text))
    throw new UrlFault('has a blank or a line break inside; a blank is written %20');
  if (/%(?![0-9a-f]{2})/i.test(text)) throw new UrlFault(`has a % that encodes nothing. ${ENCODE}`);
  if (text.includes('#')) throw new UrlFault(`has a #, which no part of it may have. ${ENCODE}`);
  const { authority = '', path = '', query = '' } = PARTS.exec(text)?.groups ?? {};
  if (path.includes('@') || query.includes('@')) throw new UrlFault(`has an @ behind its host. ${ENCODE}`);
  const [, account = '', place = ''] = /^(?:(.*)@)?([^@]*)$/.exec(authority) ?? [];
  const [user, password] = splitOnce(account, ':').map(decode);
  const { host, port } = hostOf(place);
  const database = decode(path.slice(1)) ?? '';
  if (database === '') throw new UrlFault('needs a host and a database, as in …://user:password@host:port/database');
  if (database.includes('/')) throw new UrlFault(`has a / in the name of its database. ${ENCODE}`);
  return { user: user || undefined, password: password || undefined, host, port, database, options: optionsOf(query) };
}

function hostOf(place: string): { host: string; port: number | undefined } {
  const [, bracketed, bare, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*))(?::(.*))?$/i.exec(place) ?? [];
  if (bracketed === undefined && bare === undefined)
    throw new UrlFault(`has a host that cannot be read; an IPv6 address stands in [ ]. ${ENCODE}`);
  const host = decode(bracketed ?? bare ?? '') ?? '';
  if (/[,;]/.test(host)) throw new UrlFault('names several hosts; it can name one');
  if (digits === undefined) return { host, port: undefined };
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65_535) throw new UrlFault(`has a port that is not a number from 1 to 65535. ${ENCODE}`);
  return { host, port };
}

function optionsOf(query: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const part of query.split('&').filter((each) => each !== '')) {
    const plain = part.startsWith('options=') ? part.replaceAll('+', '%20') : part;
    // One convention reads it as a blank, as start-up options need, another one as itself.
    if (plain.includes('+')) throw new UrlFault('has a + behind its question mark; write %2B, or %20 for a blank');
    const [name = '', value] = splitOnce(plain, '=').map(decode);
    if (options.has(name)) throw new UrlFault('names an option twice');
    options.set(name, value ?? '');
  }
  return options;
}

/** The text before the first separator and the text after it, if there is one. */
function splitOnce(text: string, sign: string): string[] {
  const place = text.indexOf(sign);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)];
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new UrlFault('has percent-encoded bytes that are not UTF-8');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(decoded)) throw new UrlFault('has a percent-encoded control character');
  return decoded;
}

/** Checks the options of a URL. An unknown one may be part of a password, and is not repeated. */
export function parseOptions<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  given: ReadonlyMap<string, string>,
): z.infer<z.ZodObject<Shape>> {
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const known = Object.keys(schema.shape);
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys;
    const meant = nearest(unknown, known);
    const which =
      meant === undefined ? `option number ${[...given.keys()].indexOf(unknown) + 1}` : `an option like ${meant}`;
    throw new UrlFault(`has ${which} that is not known; it may have ${known.join(', ')}`);
  }
  throw new UrlFault(`has an option ${String(issue?.path[0])} that cannot be used: ${issue?.message}`);
}
