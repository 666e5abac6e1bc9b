import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const run = promisify(execFile);

it('the command of the image that compiles the bundle loads each part alone, and none does anything', async () => {
  const [, code = ''] = /--eval "(.*)"$/m.exec(await readFile('Dockerfile', 'utf8')) ?? [];
  expect(code).toContain('/app/dist/chunks');
  const compiled = await mkdtemp(join(tmpdir(), 'compiled-'));
  try {
    const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compiled };
    const args = ['--input-type=module', '--eval', code.replaceAll('/app/dist', resolve('dist'))];
    expect(await run(process.execPath, args, { env })).toEqual({ stdout: '', stderr: '' });
    const kept = await readdir(compiled, { recursive: true });
    const parts = (await readdir('dist/chunks')).filter((name) => name.endsWith('.js'));
    // Node 20 keeps no compiled code.
    if (Number.parseInt(process.versions.node, 10) >= 22) expect(kept.length).toBeGreaterThan(parts.length);
  } finally {
    await rm(compiled, { recursive: true });
  }
});
