import { describe, expect, it } from '@jest/globals';
import { FixFirstError } from '../../../../shared/ground/errors.js';
import { sqlServerConfig } from '../../../../shared/warehouse/mssql/config.js';
import { describeError, isTransient } from '../../../../shared/warehouse/mssql/errors.js';

const config = (url: string) => sqlServerConfig(url, 'customer-orders push 1234');

describe('the configuration for an mssql:// URL', () => {
  it('has host, port, database and login, encrypts, and verifies the certificate', () => {
    expect(config('mssql://us%40er:p%2Fw%3A@db.example.com:1444/ORDERS')).toMatchObject({
      server: 'db.example.com',
      port: 1444,
      database: 'ORDERS',
      connectionTimeout: 15_000,
      requestTimeout: 600_000,
      authentication: { type: 'default', options: { userName: 'us@er', password: 'p/w:' } },
      pool: { max: 6 },
      options: {
        encrypt: true,
        trustServerCertificate: false,
        appName: 'customer-orders push 1234',
        useUTC: true,
        lowerCaseGuids: true,
        abortTransactionOnError: true,
      },
    });
  });

  it('uses port 1433 by default, and accepts an IPv6 address', () => {
    expect(config('mssql://u:p@db/ORDERS')).toMatchObject({ server: 'db', port: 1433 });
    expect(config('mssql://u:p@[::1]:1500/ORDERS')).toMatchObject({ server: '::1', port: 1500 });
  });

  it.each(['mssql://u:p@db/ORDERS?instanceName=SALES', 'mssql://u:p@db%5CSALES/ORDERS'])(
    'names an instance: %s',
    (url) => {
      const built = config(url);
      expect(built).toMatchObject({ server: 'db', options: { instanceName: 'SALES' } });
      expect(built.port).toBeUndefined();
    },
  );

  it('reads the options of the connection', () => {
    expect(
      config(
        'mssql://u:p@db/O?encrypt=strict&hostNameInCertificate=real.name&connectTimeout=500&requestTimeout=700&packetSize=16383&multiSubnetFailover=true',
      ),
    ).toMatchObject({
      connectionTimeout: 500,
      requestTimeout: 700,
      options: { encrypt: 'strict', serverName: 'real.name', packetSize: 16_383, multiSubnetFailover: true },
    });
    expect(config('mssql://u:p@db/O?encrypt=false&trustServerCertificate=true').options).toMatchObject({
      encrypt: false,
      trustServerCertificate: true,
    });
  });

  it.each([
    ['azure-active-directory-default', '', '', {}],
    ['azure-active-directory-default', '', '&clientId=c', { clientId: 'c' }],
    ['azure-active-directory-msi-app-service', '', '&clientId=c', { clientId: 'c' }],
    ['azure-active-directory-msi-vm', '', '', {}],
    [
      'azure-active-directory-service-principal-secret',
      '',
      '&clientId=c&clientSecret=s&tenantId=t',
      { clientId: 'c', clientSecret: 's', tenantId: 't' },
    ],
    [
      'azure-active-directory-service-principal-secret',
      'c:s@',
      '&tenantId=t',
      { clientId: 'c', clientSecret: 's', tenantId: 't' },
    ],
    [
      'azure-active-directory-password',
      'u:p@',
      '&clientId=c&tenantId=t',
      { userName: 'u', password: 'p', clientId: 'c', tenantId: 't' },
    ],
    ['ntlm', 'u:p@', '&domain=d', { userName: 'u', password: 'p', domain: 'd' }],
  ])('accepts authentication=%s', (type, account, more, options) => {
    const built = config(`mssql://${account}orders.database.windows.net/O?authentication=${type}${more}`);
    expect(built.authentication).toEqual({ type, options });
  });

  it.each([
    ['mssql://u:p@db', /needs a host and a database/],
    ['mssql://u:p@:1433/O', /needs a host and a database/],
    ['mssql://u@db/O', /lacks password, which authentication=default needs/],
    [
      'mssql://db/O?authentication=azure-active-directory-service-principal-secret',
      /lacks clientId, clientSecret, tenantId/,
    ],
    ['mssql://u:p@db/O?encript=true', /has an option like encrypt that is not known; it may have encrypt,/],
    ['mssql://u:p@db/O?encrypt=yes', /an option encrypt that cannot be used/],
    ['mssql://u:p@db/O?encrypt=true&encrypt=false', /names an option twice/],
    ['mssql://u:p@db:1433/O?instanceName=SALES', /has a port and an instance name/],
    ['mssql://u:p@db/O?authentication=kerberos', /an option authentication/],
  ])('refuses %s', (url, message) => {
    expect(() => config(url)).toThrow(FixFirstError);
    expect(() => config(url)).toThrow(message);
  });

  it('never repeats a secret', () => {
    for (const url of [
      'mssql://u:hush@db',
      'mssql://u:hush@db/O?clientSecrets=hush',
      'mssql://u:hush@db/O?encrypt=hush',
    ])
      expect(() => config(url)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hush') }));
  });
});

describe('errors of the SQL Server client', () => {
  const failure = (message: string, code: string, cause?: Error) =>
    Object.assign(new Error(message, cause ? { cause } : {}), { code, name: 'ConnectionError' });

  it.each([
    ['a self-signed certificate', 'self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    [
      'a certificate for another host',
      "Hostname/IP does not match certificate's altnames",
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    ['an unknown authority', 'unable to verify the first certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ])('name %s immediately, and what to do', (_, message, code) => {
    const error = failure('Failed to connect to db:1433', 'ESOCKET', failure(message, code));
    expect(isTransient(error)).toBe(false);
    expect(describeError(error, 'connect')).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  it('name an unknown host, and an instance that is not found', () => {
    const unknown = failure('Failed to connect', 'ESOCKET', failure('getaddrinfo ENOTFOUND db', 'ENOTFOUND'));
    expect(isTransient(unknown)).toBe(false);
    expect(describeError(unknown, 'connect').message).toContain('There is no such host');
    expect(describeError(failure('Port for SALES not found', 'EINSTLOOKUP'), 'connect').message).toContain(
      'instance name',
    );
  });

  it('name a statement without an answer, and a server that is down', () => {
    const slow = Object.assign(failure('Request failed to complete in 7ms', 'ETIMEOUT'), { name: 'RequestError' });
    expect(describeError(slow, 'scan').message).toContain('requestTimeout in WAREHOUSE_URL');
    expect(describeError(failure('Could not connect', 'ESOCKET'), 'connect').message).toContain(
      'that the server is up',
    );
  });

  it.each(['ETIMEOUT', 'ESOCKET', 'ECONNCLOSED', 'ECONNRESET', 'EPIPE'])('are transient when they are %s', (code) => {
    expect(isTransient(failure('lost', code))).toBe(true);
  });

  it("are passed on unchanged when they are not the database's own", () => {
    const own = new Error('line 7 of the file is broken');
    expect(describeError(own, 'load')).toBe(own);
    expect(isTransient(own)).toBe(false);
  });
});
