import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const COPIED = ['package.json', 'package-lock.json', 'LICENSE', 'scripts', 'shared', 'sql', 'tasks', 'tsconfig.json'];
const PATIENCE_MS = 120_000;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  for (const name of COPIED) cpSync(name, join(folder, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Builds, and looks for a file of the bundle all the while. Returns how often it was not there. */
async function build(): Promise<{ code: number; missed: number }> {
  const child = spawn(process.execPath, ['scripts/build.js', 'tasks'], { cwd: folder, stdio: 'ignore' });
  let missed = 0;
  const watch = setInterval(() => {
    if (!existsSync(join(folder, 'dist', 'tasks', 'push', 'index.js'))) missed += 1;
  }, 2);
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(watch);
  return { code, missed };
}

describe('a build', () => {
  it(
    'leaves programs that run from dist their files until it is done, and nothing beside dist',
    async () => {
      expect((await build()).code).toBe(0);
      const { code, missed } = await build();
      expect(code).toBe(0);
      // At most at the moment of the exchange.
      expect(missed).toBeLessThanOrEqual(2);
      expect(readdirSync(folder).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
    },
    PATIENCE_MS,
  );

  it(
    'can run twice at once',
    async () => {
      const both = await Promise.all([build(), build()]);
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(readdirSync(folder).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
    },
    PATIENCE_MS,
  );
});
