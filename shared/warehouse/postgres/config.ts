import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ClientConfig } from 'pg';
import { z } from 'zod';
import { fileFault } from '../../ground/files.js';
import { wholeNumber } from '../../ground/parsing.js';
import { type ConnectionUrl, configOfUrl, parseOptions, UrlFault } from '../port/connection-url.js';
import { sessionOptions } from './session.js';

const CONNECT_TIMEOUT_MS = 15_000;
const DEFAULT_PORT = 5432;
/** What the server keeps of a program's name. */
const LONGEST_NAME = 63;

const MODES = ['disable', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;
const fileName = z.string().min(1, 'must name a file');

/** What may stand after the question mark of a postgres:// URL. `require` verifies the certificate, as every mode with TLS does. */
const options = z.strictObject({
  sslmode: z.enum(MODES, `must be one of ${MODES.join(', ')}`).optional(),
  sslrootcert: fileName.optional(),
  sslcert: fileName.optional(),
  sslkey: fileName.optional(),
  connect_timeout: wholeNumber({ least: 1, greatest: 600 }).optional(),
  /** Start-up options as libpq takes them, `-c name=value …`. */
  options: z.string().min(1, 'must not be empty').optional(),
  host: z.string().startsWith('/', 'must be the folder of a Unix socket').optional(),
});
type PostgresUrlOptions = z.infer<typeof options>;

/**
 * The client's configuration for a URL such as `postgres://user:password@host:5432/orders?sslmode=require`.
 * @throws FixFirstError that names the setting and what is wrong, never a value that may be a secret.
 */
export function postgresConfig(url: string, applicationName: string, setting = 'WAREHOUSE_URL'): ClientConfig {
  return configOfUrl(setting, url, (parsed) => configOf(parsed, applicationName));
}

function configOf(url: ConnectionUrl, applicationName: string): ClientConfig {
  const given = parseOptions(options, url.options);
  const host = given.host ?? url.host;
  if (host === '') throw new UrlFault('needs a host and a database, as in postgres://user:password@host:5432/orders');
  if (given.host !== undefined && url.host !== '')
    throw new UrlFault('has a host and the option host; it can have one');
  if (url.user === undefined) throw new UrlFault('needs a user, as in postgres://user:password@host:5432/orders');
  return {
    host,
    port: url.port ?? DEFAULT_PORT,
    user: url.user,
    ...(url.password === undefined ? {} : { password: url.password }),
    database: url.database,
    ssl: tlsOf(given),
    options: sessionOptions(given.options),
    application_name: applicationName.slice(0, LONGEST_NAME),
    connectionTimeoutMillis: given.connect_timeout === undefined ? CONNECT_TIMEOUT_MS : given.connect_timeout * 1_000,
  };
}

function tlsOf({ sslmode, sslrootcert, sslcert, sslkey }: PostgresUrlOptions): ClientConfig['ssl'] {
  const files = { ca: read('sslrootcert', sslrootcert), cert: read('sslcert', sslcert), key: read('sslkey', sslkey) };
  const given = Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined));
  const mode = sslmode ?? (Object.keys(given).length > 0 ? 'verify-full' : 'disable');
  if (mode === 'disable') {
    if (Object.keys(given).length > 0) throw new UrlFault('names certificates and sslmode=disable; take one away');
    return false;
  }
  try {
    createSecureContext(given);
  } catch {
    throw new UrlFault('names a certificate or key that is not in PEM form, or that do not belong together');
  }
  return { ...given, rejectUnauthorized: mode !== 'no-verify' };
}

function read(option: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const text = readFileSync(path, 'utf8');
    if (text.includes('-----BEGIN ')) return text;
  } catch (error) {
    throw new UrlFault(
      `names a file in ${option} that cannot be read: ${fileFault(error)}; correct its path or its permissions`,
    );
  }
  throw new UrlFault(`names a file in ${option} that is not in PEM form`);
}
