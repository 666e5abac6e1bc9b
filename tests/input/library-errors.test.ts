import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import { networkFault } from '../../shared/ground/foreign-errors.js';
import { describeError as describeSqlServer } from '../../shared/warehouse/mssql/errors.js';
import { describeError as describePostgres } from '../../shared/warehouse/postgres/errors.js';

const coded = (code: string, message = `it said ${code}`): Error => Object.assign(new Error(message), { code });

function exitOf(error: Error): number {
  if (!(error instanceof FixFirstError || error instanceof TryAgainError)) throw error;
  expect(error.message).toMatch(/^(PostgreSQL|SQL Server): .*\.$/);
  return error.exitCode;
}

/** The sources of an installed package. */
function sources(folder: string): string {
  return readdirSync(join('node_modules', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !/test|\/esm\//.test(name))
    .map((name) => readFileSync(join('node_modules', folder, name), 'utf8'))
    .join('\n');
}

describe('PostgreSQL: every class of SQLSTATE becomes a sentence with its exit code', () => {
  it.each<[string, number]>([
    ['03000', 1],
    ['08000', 1],
    ['08001', 1],
    ['08006', 1],
    ['09000', 1],
    ['0A000', 2],
    ['0B000', 1],
    ['0F000', 1],
    ['0L000', 1],
    ['0P000', 1],
    ['0Z000', 1],
    ['20000', 1],
    ['21000', 1],
    ['22001', 2],
    ['22003', 2],
    ['22021', 2],
    ['22P02', 2],
    ['22P05', 2],
    ['23502', 2],
    ['23503', 2],
    ['23505', 1],
    ['23514', 2],
    ['24000', 1],
    ['25001', 1],
    ['25006', 2],
    ['25P02', 1],
    ['25P03', 1],
    ['26000', 1],
    ['27000', 1],
    ['28000', 2],
    ['28P01', 2],
    ['2B000', 1],
    ['2D000', 1],
    ['2F000', 1],
    ['34000', 1],
    ['38000', 1],
    ['39000', 1],
    ['3B000', 1],
    ['3D000', 2],
    ['3F000', 2],
    ['40001', 1],
    ['40P01', 1],
    ['42501', 2],
    ['42601', 2],
    ['42703', 2],
    ['42804', 2],
    ['42883', 2],
    ['42P01', 2],
    ['44000', 2],
    ['53000', 1],
    ['53100', 1],
    ['53200', 1],
    ['53300', 1],
    ['54000', 2],
    ['55000', 1],
    ['55006', 1],
    ['55P03', 1],
    ['57014', 1],
    ['57P01', 1],
    ['57P03', 1],
    ['58000', 1],
    ['58030', 1],
    ['72000', 1],
    ['F0000', 1],
    ['HV000', 1],
    ['P0001', 1],
    ['XX000', 1],
    ['XX001', 1],
    ['XX002', 1],
  ])('%s: exit code %d', (state, exitCode) => {
    expect(exitOf(describePostgres(coded(state), 'test'))).toBe(exitCode);
  });

  it.each([
    ['28P01', 'Correct user and password in ARCHIVE_URL'],
    ['3D000', 'Correct the name of the database in ARCHIVE_URL'],
    ['42P01', 'Run migrate with ARCHIVE_URL'],
  ])('%s names the setting', (state, advice) => {
    expect(describePostgres(coded(state), 'test', 'ARCHIVE_URL').message).toContain(advice);
  });
});

describe('Node: every code of net, tls and dns becomes a sentence with its exit code, on both engines', () => {
  it.each<[string, number]>([
    ['ECONNREFUSED', 1],
    ['ECONNRESET', 1],
    ['ECONNABORTED', 1],
    ['EPIPE', 1],
    ['ETIMEDOUT', 1],
    ['EHOSTUNREACH', 1],
    ['ENETUNREACH', 1],
    ['EADDRNOTAVAIL', 1],
    ['ENOTFOUND', 2],
    ['EAI_AGAIN', 1],
    ['SELF_SIGNED_CERT_IN_CHAIN', 2],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 2],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 2],
    ['CERT_HAS_EXPIRED', 2],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 2],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 2],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 2],
    ['EPROTO', 2],
  ])('%s: exit code %d on PostgreSQL', (code, exitCode) => {
    const error = describePostgres(coded(code), 'connect');
    expect(exitOf(error)).toBe(exitCode);
    if (!['ECONNRESET', 'ECONNABORTED', 'EPIPE'].includes(code)) expect(error.message).toMatch(/WAREHOUSE_URL/);
    expect(networkFault(code)).toBeDefined();
  });

  it('after trying every address of a host, the error of the first one is reported', () => {
    const both = new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]);
    expect(exitOf(describePostgres(both, 'connect'))).toBe(1);
  });
});

/** Faults of a caller: nothing that a setting, a server or a network could bring about. */
const OURS =
  /already been connected|must have either text or a name|must be unique|values must be an array|circular reference|parameter to pool.query|released to the pool|unexpected condition|more than once|pipeline mode|Invalid sslnegotiation|sslnegotiation=direct|channel binding|first argument|function as the first|Buffer|nonce must only|not supported in/i;

describe('errors of the PostgreSQL client without a code', () => {
  const words = ['pg/lib', 'pg-pool', 'pg-protocol/dist']
    .flatMap((folder) => [...sources(folder).matchAll(/new Error\(\s*['"`]([^'"`]{5,})['"`]/g)])
    .map(([, text = '']) => text)
    .filter((text) => !OURS.test(text));

  it('occur in its sources', () => {
    expect(words.length).toBeGreaterThan(25);
    expect(words).toContain('The server does not support SSL connections');
  });

  it.each([...new Set(words)])('%s', (text) => {
    expect([1, 2]).toContain(exitOf(describePostgres(new Error(text), 'connect')));
  });

  it.each<[string, number, RegExp]>([
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 2, /WAREHOUSE_URL has none/],
    ['The server does not support SSL connections', 2, /sslmode=disable in WAREHOUSE_URL/],
    ['timeout expired', 1, /host and port in WAREHOUSE_URL/],
    ['Connection terminated unexpectedly', 1, /host and port in WAREHOUSE_URL/],
  ])('%s: exit code %d and what to do', (text, exitCode, advice) => {
    const error = describePostgres(new Error(text), 'connect');
    expect(exitOf(error)).toBe(exitCode);
    expect(error.message).toMatch(advice);
  });
});

describe('error codes of the SQL Server client', () => {
  const codes = [
    ...new Set(
      ['mssql/lib', 'tedious/lib']
        .flatMap((folder) => [...sources(folder).matchAll(/'(E[A-Z]{4,})'/g)])
        .map(([, code = '']) => code)
        .filter((code) => !['ERROR', 'EVENT'].includes(code)),
    ),
  ];

  it('occur in its sources', () => {
    expect(codes).toEqual(expect.arrayContaining(['ELOGIN', 'ETIMEOUT', 'ESOCKET', 'EREQUEST', 'ECONNCLOSED']));
  });

  it.each(codes)('%s', (code) => {
    const error = Object.assign(coded(code), { name: 'ConnectionError' });
    expect([1, 2]).toContain(exitOf(describeSqlServer(error, 'connect')));
  });

  it.each<[number, number]>([
    [18456, 2],
    [18452, 2],
    [18470, 2],
    [18486, 2],
    [18487, 2],
    [18488, 2],
    [4060, 2],
    [911, 2],
    [916, 2],
    [40615, 2],
    [229, 2],
    [230, 2],
    [262, 2],
    [297, 2],
    [300, 2],
    [2760, 2],
    [208, 2],
    [207, 2],
    [468, 2],
    [1205, 1],
    [1222, 1],
    [2601, 1],
    [2627, 1],
    [40197, 1],
    [40501, 1],
    [40613, 1],
    [10928, 1],
    [49918, 1],
  ])('error %d: exit code %d', (number, exitCode) => {
    const error = Object.assign(new Error('said so.'), { number, state: 1, code: 'EREQUEST' });
    expect(exitOf(describeSqlServer(error, 'test'))).toBe(exitCode);
  });
});
