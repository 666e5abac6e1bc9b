import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SECRETS = { WAREHOUSE_URL: 'mssql://w', ARCHIVE_URL: 'postgres://a', MONDAY_API_TOKEN: 'token' };

function encode(given: Readonly<Record<string, string>>) {
  const file = join(mkdtempSync(join(tmpdir(), 'encode-')), '.env');
  const lines = Object.entries({ ...SECRETS, ...given }).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/encode-secrets.js', file], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('encode-secrets', () => {
  it('prints each secret in base64, the optional one empty', () => {
    expect(encode({ KESTRA_USER: 'admin@example.com', KESTRA_PASSWORD: 'Admin1234' })).toEqual({
      status: 0,
      stdout: `SECRET_WAREHOUSE_URL=${btoa('mssql://w')}\nSECRET_ARCHIVE_URL=${btoa('postgres://a')}\nSECRET_MONDAY_API_TOKEN=${btoa('token')}\nSECRET_ALERT_URL=\n`,
      stderr: '',
    });
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
