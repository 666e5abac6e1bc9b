import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rangeOf, readSettings, SETTINGS, type SettingName } from '../../../shared/runtime/settings.js';

describe('settings', () => {
  it('report all faults together and never a secret value', () => {
    const env = { WAREHOUSE_URL: 'mysql://user:geheim@host/db', LOCK_WAIT: 'ten minutes', MAX_CHANGE_SHARE: '2' };
    const read = () => readSettings(['WAREHOUSE_URL', 'LOCK_WAIT', 'MAX_CHANGE_SHARE', 'MONDAY_API_TOKEN'], env);
    expect(read).toThrow(
      /WAREHOUSE_URL must be a URL of the form postgres.*LOCK_WAIT is "ten minutes".*MAX_CHANGE_SHARE.*MONDAY_API_TOKEN is missing/,
    );
    expect(read).not.toThrow(/geheim/);
  });

  it('read a secret from the file that NAME_FILE names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'token');
    writeFileSync(file, 'a-token\n');
    expect(readSettings(['MONDAY_API_TOKEN'], { MONDAY_API_TOKEN_FILE: file }).MONDAY_API_TOKEN).toBe('a-token');
    expect(() => readSettings(['MONDAY_API_TOKEN'], { MONDAY_API_TOKEN_FILE: `${file}.missing` })).toThrow(
      /MONDAY_API_TOKEN_FILE names a file that cannot be read/,
    );
  });

  it('turn durations into milliseconds and fill in defaults', () => {
    const settings = readSettings(['LOCK_WAIT', 'DELETE_GRACE', 'ERR_RETRY_AFTER', 'DELETE_POLICY'], {
      LOCK_WAIT: '90s',
      DELETE_POLICY: '',
    });
    expect(settings).toEqual({
      LOCK_WAIT: 90_000,
      DELETE_GRACE: 10_800_000,
      ERR_RETRY_AFTER: 86_400_000,
      DELETE_POLICY: 'archive',
    });
  });

  it.each(['docs/settings.md', '.env.example'])('are all listed in %s', (file) => {
    const text = readFileSync(file, 'utf8');
    for (const name of Object.keys(SETTINGS)) expect(text).toContain(name);
  });

  it.each(Object.keys(SETTINGS) as SettingName[])('%s is in docs/settings.md with its range and default', (name) => {
    const row = readFileSync('docs/settings.md', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`| \`${name}\``));
    const [, , , range = '', fallback = ''] = row?.split('|').map((cell) => cell.trim().replaceAll('`', '')) ?? [];
    expect(range).toBe(rangeOf(name) ?? range);
    const value: unknown = SETTINGS[name].safeParse(undefined).data;
    if (value === undefined) return;
    expect(SETTINGS[name].parse(fallback)).toBe(value);
  });

  it.each(Object.keys(SETTINGS) as SettingName[])('%s counts as absent when it is blank', (name) => {
    const read = (env: NodeJS.ProcessEnv): unknown => {
      try {
        return readSettings([name], env);
      } catch (error) {
        return String(error);
      }
    };
    for (const blank of ['', ' ', '\t', '\u00a0', ' \n ']) expect(read({ [name]: blank })).toEqual(read({}));
  });
});
