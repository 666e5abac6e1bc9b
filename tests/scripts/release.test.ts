import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const FILES = [
  ...['package.json', 'package-lock.json', 'Dockerfile', 'docker-compose.yml', 'CHANGELOG.md'],
  ...['docs/kestra.md', 'docs/runbook.md'],
  ...['', '-batch', '-archive', '-maintenance'].map((part) => `flows/customer-orders${part}.yaml`),
];
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  for (const file of FILES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(file, join(folder, file));
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

function release(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [resolve('scripts/release.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stderr };
}
/** The version where it is that of this product, not of a package. */
const old = new RegExp(
  `(tag|version|image|customer-orders/[a-z$-]+)\\}?['"]?:\\s?["']?${version.replaceAll('.', '\\.')}\\b`,
  'i',
);
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

describe('npm run release', () => {
  it('writes the version everywhere, and leaves the old one nowhere', () => {
    expect(release('9.8.7-rc.1')).toEqual({ status: 0, stderr: '' });
    expect(release('--check')).toEqual({ status: 0, stderr: '' });
    for (const file of FILES.filter((each) => each !== 'package-lock.json'))
      expect([file, old.test(textOf(file))]).toEqual([file, false]);
    const { version: locked, packages } = JSON.parse(textOf('package-lock.json'));
    expect([locked, packages[''].version]).toEqual(['9.8.7-rc.1', '9.8.7-rc.1']);
  });

  it('with --check names the file that has another version', () => {
    writeFileSync(
      join(folder, 'flows/customer-orders.yaml'),
      textOf('flows/customer-orders.yaml').replace(`tag: ${version}`, 'tag: 0.0.1'),
    );
    const { status, stderr } = release('--check');
    expect(stderr).toBe(
      `flows/customer-orders.yaml says 0.0.1, package.json ${version}: run "npm run release -- ${version}".\n`,
    );
    expect(status).toBe(1);
  });

  it('breaks no test, because none contains the version', () => {
    const tests = readdirSync('tests', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    expect(tests.filter((file) => old.test(readFileSync(join('tests', file), 'utf8')))).toEqual([]);
  });

  it.each([[], ['1.0'], ['v1.0.0'], ['next']])('refuses %j', (...args) => {
    expect(release(...args).status).toBe(2);
    expect(release('--check').status).toBe(0);
  });
});
