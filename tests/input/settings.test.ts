import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rangeOf, readSettings, SETTINGS, type SettingName } from '../../shared/runtime/settings.js';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const SECRET = 'geheim';

/** What reading one setting says: its value, or the error's text. */
function read(name: SettingName, value: string, env: NodeJS.ProcessEnv = {}): unknown {
  try {
    return readSettings([name], { ...env, [name]: value })[name];
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 2 });
    return error instanceof Error ? error.message : error;
  }
}

const ranged = (Object.keys(SETTINGS) as SettingName[]).filter((name) => rangeOf(name) !== undefined);
const durations = ranged.filter((name) => /[a-z]/.test((rangeOf(name) ?? '').replace(' to ', '')));
const numbers = ranged.filter((name) => !durations.includes(name));

describe.each(numbers)('%s', (name) => {
  const [least = '', greatest = ''] = rangeOf(name)?.split(' to ') ?? [];

  it('accepts its least and greatest value, with blanks around them', () => {
    expect(read(name, least)).toBe(Number(least));
    expect(read(name, ` ${greatest}\n`)).toBe(Number(greatest));
  });

  it.each([
    '-1',
    `${Number(greatest) + 1}`,
    '1e3',
    '0x10',
    '0b1',
    '1_000',
    '1,000',
    '1 000',
    '50%',
    '+5',
    'NaN',
    'Infinity',
    'three',
    '٣',
    '5.',
    '.5',
    '0,5',
    '99999999999999999999',
    '"5"',
    '5 # five',
  ])('refuses %s', (value) => {
    expect(read(name, value)).toContain(name);
    expect(typeof read(name, value)).toBe('string');
  });
});

describe.each(durations)('%s', (name) => {
  it.each([
    '10',
    '-1s',
    '1e3s',
    '0x10s',
    '1h30m',
    'soon',
    '10 minutes',
    '1w',
    '999999999d',
    '1.5.5s',
    'Infinityd',
    '"10m"',
  ])('refuses %s', (value) => {
    expect(read(name, value)).toContain(name);
    expect(typeof read(name, value)).toBe('string');
  });

  it('accepts its least and greatest value', () => {
    for (const value of rangeOf(name)?.split(' to ') ?? []) expect(typeof read(name, value)).toBe('number');
  });
});

describe('waits stay within the range of a timer', () => {
  it.each(['LOCK_WAIT', 'MONDAY_SETTLE_WAIT'] as const)('%s', (name) => {
    expect(read(name, '25d')).toContain(`${name} is "25d"; it must be 0s to 1d`);
  });
});

describe('the URL of a database', () => {
  it.each<[string, RegExp]>([
    ['localhost', /must be a URL of the form/],
    ['orders', /must be a URL of the form/],
    ['mysql://u:geheim@h/db', /must be a URL of the form/],
    ['jdbc:sqlserver://h;password=geheim', /must be a URL of the form/],
    ['sqlserver://u:geheim@h/db', /must be a URL of the form/],
    ['Server=h;Database=d;Password=geheim', /must be a URL of the form/],
    ['MSSQL://u:geheim@h/db', /must be a URL of the form/],
    ['postgres:u:geheim@h/db', /must be a URL of the form/],
    ['"postgres://u:geheim@h/db"', /is in quotes/],
    ["'postgres://u:geheim@h/db'", /is in quotes/],
    ['postgres://u:ge#heim@h/db', /has a #/],
    ['postgres://u:ge/heim@h/db', /has an @ behind its host/],
    ['postgres://u:ge?heim@h/db', /has an @ behind its host/],
    ['postgres://u:12/geheim@h/db', /has an @ behind its host/],
    ['postgres://u:12?geheim@h/db', /has an @ behind its host/],
    ['postgres://u:%geheim@h/db', /has a % that encodes nothing/],
    ['postgres://u:geheim%@h/db', /has a % that encodes nothing/],
    ['postgres://u:geheim%ff@h/db', /not UTF-8/],
    ['postgres://u:geheim%00@h/db', /control character/],
    ['postgres://u:ge heim@h/db', /has a blank/],
    ['postgres://u:ge\nheim@h/db', /has a blank or a line break/],
    ['postgres://u:geheim@/db', /needs a host/],
    ['postgres://u:geheim@h', /needs a host and a database/],
    ['postgres://u:geheim@h/', /needs a host and a database/],
    ['postgres://u:geheim@h/a/b', /a \/ in the name of its database/],
    ['postgres://h/db', /needs a user/],
    ['postgres://u:geheim@h:port/db', /has a port that is not a number/],
    ['postgres://u:geheim@h:0/db', /has a port that is not a number/],
    ['postgres://u:geheim@h:99999/db', /has a port that is not a number/],
    ['postgres://u:geheim@h:5432:5433/db', /port|host/],
    ['postgres://u:geheim@::1/db', /host that cannot be read|port/],
    ['postgres://u:geheim@h1,h2/db', /names several hosts/],
    [
      'postgres://u:geheim@h/db?sslmode=prefer',
      /an option sslmode that cannot be used: must be one of disable, require/,
    ],
    ['postgres://u:geheim@h/db?sslmode=', /sslmode/],
    ['postgres://u:geheim@h/db?sslmod=require', /an option like sslmode that is not known/],
    ['postgres://u:geheim@h/db?geheim', /option number 1 that is not known/],
    ['postgres://u:x@h/db?sslmode=require&geheim=1', /option number 2 that is not known/],
    ['postgres://u:x@h/db?__proto__=geheim', /option number 1 that is not known/],
    ['postgres://u:x@h/db?sslmode=require&sslmode=disable', /an option twice/],
    ['postgres://u:x@h/db?connect_timeout=1e3', /connect_timeout that cannot be used: must be a whole number/],
    ['postgres://u:x@h/db?connect_timeout=0', /connect_timeout/],
    [
      'postgres://u:x@h/db?sslrootcert=/nowhere/ca.pem',
      /sslrootcert that cannot be read: there is no such file or folder \(ENOENT\)/,
    ],
    ['postgres://u:x@h/db?sslrootcert=/tmp', /sslrootcert that cannot be read: it is a folder \(EISDIR\)/],
    ['postgres://u:x@h/db?sslrootcert=package.json', /not in PEM form/],
    ['postgres://u:x@h/db?sslmode=disable&sslcert=package.json', /PEM form|take one away/],
    ['postgres://u:x@h/db?host=/tmp', /has a host and the option host/],
    ['postgres://u:x@/db?host=tmp', /folder of a Unix socket/],
    ['mssql://u:geheim@h', /needs a host and a database/],
    ['mssql://u@h/db', /lacks password/],
    ['mssql://:geheim@h/db', /lacks user/],
    ['mssql://u:ge;heim@h;x/db', /names several hosts/],
    ['mssql://u:geheim@h/db?encrypt=yes', /an option encrypt that cannot be used: must be true, false or strict/],
    ['mssql://u:geheim@h/db?encrypt=TRUE', /an option encrypt/],
    [
      'mssql://u:geheim@h/db?trustServerCertificate=1',
      /trustServerCertificate that cannot be used: must be true or false/,
    ],
    ['mssql://u:geheim@h/db?Encrypt=true', /an option like encrypt that is not known/],
    ['mssql://u:geheim@h/db?requestTimeout=0', /requestTimeout that cannot be used: must be a whole number from 1/],
    ['mssql://u:geheim@h/db?requestTimeout=99999999999', /requestTimeout/],
    ['mssql://u:geheim@h/db?connectTimeout=15s', /connectTimeout/],
    ['mssql://u:geheim@h/db?packetSize=1', /packetSize that cannot be used: must be a whole number from 512/],
    ['mssql://u:x@h/db?clientSecret=a+geheim', /has a \+ behind its question mark/],
    ['mssql://u:x@h/db?clientSecret=a&geheim', /option number 2 that is not known/],
    ['mssql://u:x@h/db?authentication=kerberos', /authentication that cannot be used: must be one of default/],
    ['mssql://u:x@h:1433/db?instanceName=I', /has a port and an instance name/],
  ])('%s', (url, message) => {
    const said = read('WAREHOUSE_URL', url);
    expect(said).toMatch(message);
    expect(said).toContain('WAREHOUSE_URL');
    for (const piece of [SECRET, 'heim', 'ge#', 'u:']) expect(said).not.toContain(piece);
  });

  it.each([
    'postgres://u:p%40ss%2Fw%23%3F%25@h:5432/db',
    'postgresql://u:p@ss@h/db',
    'postgres://u@h/db?sslmode=require&connect_timeout=10',
    'postgres://u:p@[::1]:5432/d%20b',
    'postgres://u@/db?host=/var/run/postgresql',
    'mssql://u:p:q@h/db?encrypt=strict',
    'mssql://us%40er:p@h%5CSALES/db',
    '  mssql://u:p@h/db\n',
  ])('%s is accepted', (url) => {
    expect(read('WAREHOUSE_URL', url)).toBe(url.trim());
  });

  it('of the archives must be a PostgreSQL URL', () => {
    expect(read('ARCHIVE_URL', 'mssql://u:geheim@h/db')).toMatch(
      /^The settings cannot be used. ARCHIVE_URL must be a URL/,
    );
    expect(read('ARCHIVE_URL', 'postgres://u:ge#heim@h/db')).toMatch(/ARCHIVE_URL has a #/);
  });
});

describe('the address of the board', () => {
  it.each<[string, RegExp]>([
    ['api.monday.com', /must be a URL/],
    ['https:/api.monday.com/v2', /must be a URL/],
    ['https://', /must be a URL/],
    ['ftp://h/v2', /must be a URL/],
    ['https://ho st/v2', /must be a URL/],
    ['https://h\\v2', /must be a URL/],
    ['https://u:geheim@h/v2', /has a user or a password/],
    ['https://geheim@h/v2', /has a user or a password/],
    ['https://h/v2?token=geheim', /has a \?/],
    ['https://h/v2#geheim', /has a #/],
    ['http://api.monday.com/v2', /would send the token unencrypted.*MONDAY_ALLOW_HTTP=1/],
    ['http://board:8090/v2', /would send the token unencrypted/],
    ['http://10.0.0.1/v2', /would send the token unencrypted/],
    ['http://0.0.0.0/v2', /would send the token unencrypted/],
    ['http://127.0.0.1.example.com/v2', /would send the token unencrypted/],
    ['http://localhost.example.com/v2', /would send the token unencrypted/],
    ['http://[::2]/v2', /would send the token unencrypted/],
  ])('%s', (url, message) => {
    const said = read('MONDAY_API_URL', url);
    expect(said).toMatch(message);
    expect(said).toContain('MONDAY_API_URL');
    expect(said).not.toContain(SECRET);
  });

  it.each([
    'https://h/v2',
    'http://localhost:80/v2',
    'http://127.0.0.1/v2',
    'http://127.8.9.1/v2',
    'http://[::1]:4000/v2',
    'http://board.localhost/v2',
  ])('%s is accepted', (url) => {
    expect(read('MONDAY_API_URL', url)).toBe(url);
  });

  it('may be http:// only if MONDAY_ALLOW_HTTP is exactly 1', () => {
    expect(read('MONDAY_API_URL', 'http://board/v2', { MONDAY_ALLOW_HTTP: '1' })).toBe('http://board/v2');
    for (const value of ['0', '', 'yes', 'true', '1.0'])
      expect(read('MONDAY_API_URL', 'http://board/v2', { MONDAY_ALLOW_HTTP: value })).toContain('unencrypted');
  });
});

describe('other settings', () => {
  it.each<[SettingName, string, RegExp]>([
    ['WAREHOUSE_SCHEMA', 'dbo"', /plain table, view or schema name/],
    ['WAREHOUSE_SCHEMA', '1dbo', /plain table, view or schema name/],
    ['WAREHOUSE_SCHEMA', 'x'.repeat(129), /128 characters/],
    ['SOURCE_TABLE', 'ORDERS;DROP', /plain table, view or schema name/],
    ['SOURCE_TABLE', '[ORDERS]', /plain table, view or schema name/],
    ['MONDAY_API_TOKEN', 'two geheim', /holds blanks/],
    ['MONDAY_API_TOKEN', 'geheim\u200b', /holds blanks or other characters/],
    ['MONDAY_API_TOKEN', '"geheim"', /is in quotes/],
    ['MONDAY_BOARD_ID', 'https://x.monday.com/boards/5', /number in the board's address/],
    ['MONDAY_BOARD_ID', '0', /number in the board's address/],
    ['MONDAY_BOARD_ID', '9223372036854775808', /larger than any id of a board/],
    ['MONDAY_BOARD_ID', '5.0', /number in the board's address/],
    ['MONDAY_ALLOW_HTTP', 'yes', /must be one of 0, 1/],
    ['DELETE_POLICY', 'burn', /must be one of archive, zero, keep/],
    ['DELETE_POLICY', 'ARCHIVE', /must be one of archive, zero, keep/],
    ['LOG_LEVEL', 'verbose', /must be one of error, warn, info, debug/],
    ['LOG_FORMAT', 'text', /must be one of json, pretty, kestra/],
    ['ALERT_URL', 'hooks.example.com/geheim', /must be a URL/],
    ['ALERT_URL', 'https://u:geheim@h/x', /has a user or a password/],
  ])('%s=%s', (name, value, message) => {
    const said = read(name, value);
    expect(said).toMatch(message);
    expect(said).toContain(name);
    expect(said).not.toContain(SECRET);
  });

  it.each<[SettingName, string]>([
    ['WAREHOUSE_SCHEMA', ' dbo '],
    ['SOURCE_TABLE', 'ORDERS_UNIFIED\t'],
    ['MONDAY_API_TOKEN', ' token\n'],
    ['DELETE_POLICY', ' keep '],
  ])('%s="%s" is read without its blanks', (name, value) => {
    expect(read(name, value)).toBe(value.trim());
  });
});

describe('a secret in a file', () => {
  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    [
      'that is missing',
      { MONDAY_API_TOKEN_FILE: '/nowhere/token' },
      /MONDAY_API_TOKEN_FILE names a file that cannot be read/,
    ],
    ['that is a folder', { MONDAY_API_TOKEN_FILE: folder }, /MONDAY_API_TOKEN_FILE names a file that cannot be read/],
    [
      'that is empty',
      { MONDAY_API_TOKEN_FILE: file('empty', ' \n') },
      /MONDAY_API_TOKEN_FILE names a file that is empty/,
    ],
    [
      'in addition to the variable',
      { MONDAY_API_TOKEN: SECRET, MONDAY_API_TOKEN_FILE: file('token', SECRET) },
      /both set: keep one/,
    ],
    ['with two lines', { MONDAY_API_TOKEN_FILE: file('lines', `a\n${SECRET}`) }, /holds blanks/],
  ])('%s', (_, env, message) => {
    const read = () => readSettings(['MONDAY_API_TOKEN'], env);
    expect(read).toThrow(message);
    expect(read).not.toThrow(SECRET);
  });

  it('is read without byte order mark and final line end', () => {
    const env = { MONDAY_API_TOKEN_FILE: file('mark', '\ufeffa-token\r\n') };
    expect(readSettings(['MONDAY_API_TOKEN'], env).MONDAY_API_TOKEN).toBe('a-token');
  });
});
