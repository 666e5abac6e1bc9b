import type { config } from 'mssql';
import { z } from 'zod';
import { FixFirstError } from '../errors.js';

const POOL_SIZE = 6;
const CONNECT_TIMEOUT_MS = 15_000;
/** Long enough for the largest statement of a batch; a server that hangs for longer is given up. */
const REQUEST_TIMEOUT_MS = 600_000;
const DEFAULT_PORT = 1433;
/** What the server keeps of a program's name. */
const LONGEST_NAME = 128;

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const milliseconds = z.coerce.number().int().min(1);
const text = z.string().min(1);

/** What may stand after the question mark of an mssql:// URL. */
const options = z.strictObject({
  encrypt: z.union([flag, z.literal('strict')]).default(true),
  trustServerCertificate: flag.default(false),
  hostNameInCertificate: text.optional(),
  instanceName: text.optional(),
  multiSubnetFailover: flag.optional(),
  connectTimeout: milliseconds.default(CONNECT_TIMEOUT_MS),
  requestTimeout: milliseconds.default(REQUEST_TIMEOUT_MS),
  packetSize: z.coerce.number().int().min(512).max(32_767).optional(),
  authentication: z
    .enum([
      'default',
      'ntlm',
      'azure-active-directory-default',
      'azure-active-directory-password',
      'azure-active-directory-service-principal-secret',
      'azure-active-directory-msi-app-service',
      'azure-active-directory-msi-vm',
    ])
    .default('default'),
  clientId: text.optional(),
  clientSecret: text.optional(),
  tenantId: text.optional(),
  domain: text.optional(),
});
type Options = z.infer<typeof options>;

interface Account {
  user: string;
  password: string;
}

/**
 * The client's configuration for a URL such as `mssql://user:password@host:1433/ORDERS?encrypt=true`.
 * @throws FixFirstError that names what is wrong, never a value that may be a secret.
 */
export function sqlServerConfig(url: string, applicationName: string): config {
  const parsed = new URL(url);
  const given = readOptions(parsed);
  const server = decodeURIComponent(parsed.hostname).replace(/^\[|\]$/g, '');
  const [host = '', hostInstance] = server.split('\\');
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (host === '' || database === '')
    throw refuse('needs a host and a database, as in mssql://user:password@host:1433/ORDERS');
  const instanceName = given.instanceName ?? hostInstance;
  if (instanceName !== undefined && parsed.port !== '')
    throw refuse(
      'has a port and an instance name; the port alone, or the instance name alone, says where the server is',
    );
  return {
    server: host,
    database,
    ...(instanceName === undefined ? { port: Number(parsed.port || DEFAULT_PORT) } : {}),
    authentication: authentication(given, {
      user: decodeURIComponent(parsed.username),
      password: decodeURIComponent(parsed.password),
    }),
    connectionTimeout: given.connectTimeout,
    requestTimeout: given.requestTimeout,
    arrayRowMode: true,
    // Looks at the socket before a connection is lent out, without a round trip.
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
      // What is transient is tried again by us, with the whole of what failed.
      maxRetriesOnTransientErrors: 0,
    },
  };
}

function readOptions(url: URL): Options {
  const names = [...url.searchParams.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(`names ${twice} twice`);
  const result = options.safeParse(Object.fromEntries(url.searchParams));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw refuse(
      `has ${issue.keys.join(', ')}, which is not known; it may have ${Object.keys(options.shape).join(', ')}`,
    );
  throw refuse(`has an option ${issue?.path.join('.')} that cannot be used: ${issue?.message}`);
}

function authentication(given: Options, { user, password }: Account): NonNullable<config['authentication']> {
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
  if (missing.length > 0) throw refuse(`lacks ${missing.join(', ')}, which authentication=${type} needs`);
}

function refuse(problem: string): FixFirstError {
  return new FixFirstError(`WAREHOUSE_URL ${problem}.`);
}
