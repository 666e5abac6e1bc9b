import type { config } from 'mssql';
import { z } from 'zod';
import { wholeNumber } from '../../ground/parsing.js';
import { type ConnectionUrl, configOfUrl, parseOptions, UrlFault } from '../port/connection-url.js';

const POOL_SIZE = 6;
const CONNECT_TIMEOUT_MS = 15_000;
/** Long enough for the largest statement of a batch; a server that hangs for longer is given up. */
const REQUEST_TIMEOUT_MS = 600_000;
const DEFAULT_PORT = 1433;
/** The longest program name that the server stores. */
const LONGEST_NAME = 128;

const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');
/** The maximum of a timer; nobody waits for a day. */
const milliseconds = wholeNumber({ least: 1, greatest: 86_400_000 });
const text = z.string().min(1, 'must not be empty');
const AUTHENTICATIONS = [
  'default',
  'ntlm',
  'azure-active-directory-default',
  'azure-active-directory-password',
  'azure-active-directory-service-principal-secret',
  'azure-active-directory-msi-app-service',
  'azure-active-directory-msi-vm',
] as const;

/** The options of an mssql:// URL. */
const options = z.strictObject({
  encrypt: z.union([flag, z.literal('strict')], 'must be true, false or strict').default(true),
  trustServerCertificate: flag.default(false),
  hostNameInCertificate: text.optional(),
  instanceName: text.optional(),
  multiSubnetFailover: flag.optional(),
  connectTimeout: milliseconds.default(CONNECT_TIMEOUT_MS),
  requestTimeout: milliseconds.default(REQUEST_TIMEOUT_MS),
  packetSize: wholeNumber({ least: 512, greatest: 32_767 }).optional(),
  authentication: z.enum(AUTHENTICATIONS, `must be one of ${AUTHENTICATIONS.join(', ')}`).default('default'),
  clientId: text.optional(),
  clientSecret: text.optional(),
  tenantId: text.optional(),
  domain: text.optional(),
});
type SqlServerUrlOptions = z.infer<typeof options>;

interface Credentials {
  user: string;
  password: string;
}

/**
 * The client's configuration for a URL such as `mssql://user:password@host:1433/ORDERS?encrypt=true`.
 * @throws FixFirstError that names what is wrong, never a value that may be a secret.
 */
export function sqlServerConfig(url: string, applicationName: string, setting = 'WAREHOUSE_URL'): config {
  return configOfUrl(setting, url, (parsed) => configOf(parsed, applicationName));
}

function configOf(url: ConnectionUrl, applicationName: string): config {
  const given = parseOptions(options, url.options);
  const [host = '', hostInstance] = url.host.split('\\');
  if (host === '') throw new UrlFault('needs a host and a database, as in mssql://user:password@host:1433/ORDERS');
  const instanceName = given.instanceName ?? hostInstance;
  if (instanceName !== undefined && url.port !== undefined)
    throw new UrlFault(
      'has a port and an instance name; the port alone, or the instance name alone, says where the server is',
    );
  return {
    server: host,
    database: url.database,
    ...(instanceName === undefined ? { port: url.port ?? DEFAULT_PORT } : {}),
    authentication: authentication(given, { user: url.user ?? '', password: url.password ?? '' }),
    connectionTimeout: given.connectTimeout,
    requestTimeout: given.requestTimeout,
    arrayRowMode: true,
    // Checks the socket before a connection is handed out, without a round trip.
    validateConnection: 'socket',
    pool: { max: POOL_SIZE, min: 0 },
    options: {
      appName: applicationName.slice(0, LONGEST_NAME),
      // The types of the client do not know "strict" yet.
      encrypt: given.encrypt as boolean,
      trustServerCertificate: given.trustServerCertificate,
      ...(given.hostNameInCertificate === undefined ? {} : { serverName: given.hostNameInCertificate }),
      ...(instanceName === undefined ? {} : { instanceName }),
      ...(given.packetSize === undefined ? {} : { packetSize: given.packetSize }),
      ...(given.multiSubnetFailover === undefined ? {} : { multiSubnetFailover: given.multiSubnetFailover }),
      useUTC: true,
      lowerCaseGuids: true,
      // An error ends the whole transaction, as it does on PostgreSQL.
      abortTransactionOnError: true,
      // We retry transient errors ourselves, with the complete work that failed.
      maxRetriesOnTransientErrors: 0,
    },
  };
}

function authentication(
  given: SqlServerUrlOptions,
  { user, password }: Credentials,
): NonNullable<config['authentication']> {
  const type = given.authentication;
  const identity = given.clientId === undefined ? {} : { clientId: given.clientId };
  switch (type) {
    case 'default':
      require({ user, password }, type);
      return { type, options: { userName: user, password } };
    case 'ntlm':
      require({ user, password, domain: given.domain }, type);
      return { type, options: { userName: user, password, domain: given.domain ?? '' } };
    case 'azure-active-directory-password':
      require({ user, password, clientId: given.clientId, tenantId: given.tenantId }, type);
      return {
        type,
        options: { userName: user, password, clientId: given.clientId ?? '', tenantId: given.tenantId ?? '' },
      };
    case 'azure-active-directory-service-principal-secret': {
      const [clientId, clientSecret] = [given.clientId ?? user, given.clientSecret ?? password];
      require({ clientId, clientSecret, tenantId: given.tenantId }, type);
      return { type, options: { clientId, clientSecret, tenantId: given.tenantId ?? '' } };
    }
    default:
      return { type, options: identity };
  }
}

function require(parts: Readonly<Record<string, string | undefined>>, type: string): void {
  const missing = Object.keys(parts).filter((name) => (parts[name] ?? '') === '');
  if (missing.length > 0) throw new UrlFault(`lacks ${missing.join(', ')}, which authentication=${type} needs`);
}
