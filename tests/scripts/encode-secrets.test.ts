import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SECRET_SETTINGS, SETTINGS } from '../../shared/runtime/settings.js';

const REQUIRED = {
  ...{ WAREHOUSE_URL: 'mssql://w', ARCHIVE_URL: 'postgres://a', MONDAY_API_TOKEN: 'token' },
  MONDAY_BOARD_ID: '9200517329',
};
/** What the flows decide by themselves: docs/kestra.md. */
const OF_THE_FLOWS = ['LOCK_WAIT', 'ROW_ERRORS_EXIT'];

function encode(given: Readonly<Record<string, string>>) {
  const file = join(mkdtempSync(join(tmpdir(), 'encode-')), '.env');
  const lines = Object.entries({ ...REQUIRED, ...given }).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/encode-secrets.js', file], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('encode-secrets', () => {
  it('prints each secret in base64, the optional one empty, and the settings that are given', () => {
    expect(encode({ KESTRA_USER: 'admin@example.com', KESTRA_PASSWORD: 'Admin1234' })).toEqual({
      status: 0,
      stdout: `SECRET_WAREHOUSE_URL=${btoa('mssql://w')}\nSECRET_ARCHIVE_URL=${btoa('postgres://a')}\nSECRET_MONDAY_API_TOKEN=${btoa('token')}\nSECRET_ALERT_URL=\nENV_MONDAY_BOARD_ID=9200517329\n`,
      stderr: '',
    });
  });

  it('prints every setting, as a secret or for the flows, but for those that the flows decide, which it names', () => {
    const given = Object.fromEntries(Object.keys(SETTINGS).map((name, at) => [name, `value-${at}`]));
    const { status, stdout, stderr } = encode(given);
    expect(status).toBe(0);
    const handed = Object.keys(SETTINGS).filter((name) => !OF_THE_FLOWS.includes(name));
    const secret = new Set<string>(SECRET_SETTINGS);
    const lines = handed.map((name) =>
      secret.has(name) ? `SECRET_${name}=${btoa(given[name] ?? '')}` : `ENV_${name}=${given[name]}`,
    );
    expect(stdout.trimEnd().split('\n').sort()).toEqual(lines.sort());
    for (const name of OF_THE_FLOWS) expect(stderr).toContain(`${name} is not handed on: the flows decide it`);
  });

  it('prints every setting of .env.example that is filled in there', () => {
    const text = readFileSync('.env.example', 'utf8').split('# ---')[0] ?? '';
    const filled = Object.fromEntries(
      [...text.matchAll(/^# ([A-Z_]+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
    );
    const handed = Object.entries(filled).filter(([name]) => !OF_THE_FLOWS.includes(name));
    expect(handed.length).toBeGreaterThan(20);
    const { stdout } = encode(filled);
    for (const [name, value] of handed) expect(stdout).toContain(`ENV_${name}=${value}\n`);
  });

  it('prints what the flows read beside the settings', () => {
    const given = { MAPPING_VOLUME: '/srv/orders:/mapping:ro', DOCKER_NETWORK: 'orders', KESTRA_PASSWORD: 'Admin1234' };
    const { stdout } = encode(given);
    expect(stdout).toContain('ENV_MAPPING_VOLUME=/srv/orders:/mapping:ro\n');
    expect(stdout).toContain('ENV_DOCKER_NETWORK=orders\n');
    expect(stdout).not.toContain('KESTRA');
  });

  it('quotes what docker compose would take for more than a text, and refuses what no quotes hold', () => {
    expect(encode({ SOURCE_TABLE: "'A $B #C'" }).stdout).toContain("ENV_SOURCE_TABLE='A $B #C'\n");
    expect(encode({ SOURCE_TABLE: 'TWO WORDS' }).stdout).toContain('ENV_SOURCE_TABLE=TWO WORDS\n');
    const { status, stdout, stderr } = encode({ SOURCE_TABLE: '"IT\'S $B"' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('SOURCE_TABLE holds a single quote');
  });

  it('reads a secret from the file that NAME_FILE names, as the tasks do', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'secret-')), 'alert');
    writeFileSync(file, 'https://hooks.example/x\n');
    expect(encode({ ALERT_URL_FILE: file }).stdout).toContain(`SECRET_ALERT_URL=${btoa('https://hooks.example/x')}\n`);
    const gone = encode({ ALERT_URL_FILE: `${file}.gone` });
    expect([gone.status, gone.stdout]).toEqual([2, '']);
    expect(gone.stderr).toContain('ALERT_URL_FILE names a file that cannot be read (ENOENT)');
    const both = encode({ ALERT_URL: 'https://hooks.example/y', ALERT_URL_FILE: file });
    expect([both.status, both.stdout]).toEqual([2, '']);
    expect(both.stderr).toContain('ALERT_URL and ALERT_URL_FILE are both set: keep one of them.');
  });

  it('names everything required that is not there', () => {
    const { status, stderr } = encode({ MONDAY_BOARD_ID: '', ARCHIVE_URL: '' });
    expect(status).toBe(2);
    expect(stderr).toContain('lacks ARCHIVE_URL, MONDAY_BOARD_ID:');
  });

  it('says what to do where the file is not there', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/encode-secrets.js', '/nowhere/.env'], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe('/nowhere/.env cannot be read (ENOENT): copy .env.example to it, or name another file.\n');
  });

  it.each([
    ['a user that is not an e-mail address', { KESTRA_USER: 'admin' }, 'KESTRA_USER must be an e-mail address'],
    ['a short password', { KESTRA_PASSWORD: 'Short1' }, 'KESTRA_PASSWORD must have eight'],
    ['a password without a capital', { KESTRA_PASSWORD: 'lowercase1' }, 'with a capital'],
    ['a password without a lower-case letter', { KESTRA_PASSWORD: 'UPPERCASE1' }, 'a small letter'],
    ['a password without a digit', { KESTRA_PASSWORD: 'NoDigitsHere' }, 'a digit'],
  ])('refuses %s, which would leave Kestra open to everybody', (_, given, message) => {
    const { status, stdout, stderr } = encode(given);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    for (const value of Object.values(given)) expect(stderr).not.toContain(value);
  });
});
