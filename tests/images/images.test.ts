import { execFile } from 'node:child_process';
import { chownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outputsOf } from '../../local/processes.js';
import { shellLines } from '../docs/commands.js';
import { Operator, writtenBy } from '../e2e/operator.js';
import type { Task } from '../e2e/program.js';
import { World } from '../e2e/world.js';
import { describeWith } from '../kestra/machine.js';
import { docker } from '../kestra/programs.js';

const run = promisify(execFile);
const BASE = process.env['BASE_IMAGE'] ?? 'node:24-bookworm-slim';
const MAX_ADDED_BYTES = 30_000_000;
const MAX_HELP_RATIO = 3;
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const tasks = readdirSync('tasks');
const imageOf = (task: string): string => `customer-orders/${task}:${version}`;
/** As strict as a container can be held. */
const LOCKED = ['run', '--rm', '--read-only', '--cap-drop', 'ALL', '--network', 'none', '--workdir', '/tmp'];

/** Prints the ratio of the fastest of many starts each, in turns: what else the machine does slows most of them, not all. */
const HELP_RATIO = `
  const { spawnSync } = require('node:child_process');
  const timed = (args) => {
    const begin = performance.now();
    if (spawnSync(process.execPath, args).status !== 0) process.exit(1);
    return performance.now() - begin;
  };
  const turns = Array.from({ length: 20 }, () => [timed(['/app/entry/index.js', '--help']), timed(['--eval', '0'])]);
  const fastest = (which) => Math.min(...turns.map((turn) => turn[which]));
  console.log(fastest(0) / fastest(1));`;

/** How a docker command ended; rejected promises of execFile carry code and output too. */
async function outcome(...args: string[]): Promise<{ code: number; output: string }> {
  const ended = (await run('docker', args).catch((error: unknown) => error)) as {
    code?: number;
    stdout: string;
    stderr: string;
  };
  return { code: ended.code ?? 0, output: ended.stdout + ended.stderr };
}

describeWith(['docker'], 'images', () => {
  beforeAll(async () => {
    await run(process.execPath, ['scripts/images.js', ...tasks], { maxBuffer: 64 * 1024 * 1024 });
  }, 900_000);

  it.each(tasks)(
    '%s answers --help as an ordinary user, on a read-only file system and without capabilities',
    async (task) => {
      const { code, output } = await outcome(...LOCKED, imageOf(task), '--help');
      expect({ code, named: output.includes(task) }).toEqual({ code: 0, named: true });
    },
  );

  it.each(tasks)('%s refuses an unknown flag with exit code 2', async (task) => {
    const { code, output } = await outcome(...LOCKED, imageOf(task), '--no-such-flag');
    expect(code).toBe(2);
    expect(output).toContain(`See ${task} --help.`);
  });

  it.each(tasks)('%s runs as uid 1000, with an absolute entry point and the labels of its version', async (task) => {
    const [image] = JSON.parse(await docker('image', 'inspect', imageOf(task))) as [
      { Config: { User: string; Entrypoint: string[]; Labels: Record<string, string> } },
    ];
    expect(image.Config.User).toBe('1000:1000');
    expect(image.Config.Entrypoint.filter((word) => word !== '--').every((word) => word.startsWith('/'))).toBe(true);
    expect(image.Config.Labels).toMatchObject({
      'org.opencontainers.image.title': `customer-orders/${task}`,
      'org.opencontainers.image.version': version,
    });
  });

  it.each(tasks)('%s adds at most 30 MB to its base', async (task) => {
    const size = async (image: string): Promise<number> =>
      Number(await docker('image', 'inspect', '--format', '{{.Size}}', image));
    expect((await size(imageOf(task))) - (await size(BASE))).toBeLessThanOrEqual(MAX_ADDED_BYTES);
  });

  it.each(tasks)('%s answers --help within three times the start of an empty node', async (task) => {
    const entry = ['--entrypoint', '/usr/local/bin/node', imageOf(task)];
    const ratio = Number(await docker(...LOCKED, ...entry, '--eval', HELP_RATIO));
    expect(ratio).toBeGreaterThan(0);
    expect(ratio).toBeLessThanOrEqual(MAX_HELP_RATIO);
  });

  it('the images share every layer except the last', async () => {
    const layers = await Promise.all(
      tasks.map(async (task) => {
        const text = await docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', imageOf(task));
        return (JSON.parse(text) as string[]).slice(0, -1).join();
      }),
    );
    expect(new Set(layers).size).toBe(1);
  });

  it('an image holds the bundle, but no packages, sources or settings', async () => {
    const listing = await docker('run', '--rm', '--entrypoint', 'find', imageOf('migrate'), '/app');
    const files = listing.split('\n');
    expect(files).toContain('/app/dist/tasks/migrate/index.js');
    expect(files.filter((file) => file.startsWith('/app/compiled/')).length).toBeGreaterThan(10);
    expect(files.filter((file) => /node_modules|\.ts$|\.env|\.git|\/local\//.test(file))).toEqual([]);
  });

  it('an image has no secret in its configuration or history', async () => {
    const text =
      (await docker('image', 'inspect', imageOf('push'))) + (await docker('history', '--no-trunc', imageOf('push')));
    expect(text).not.toMatch(/TOKEN|PASSWORD|_URL=|_authToken/i);
  });

  it('an image sizes its heap by the memory limit of the container', async () => {
    const heapMb = async (memory: string): Promise<number> => {
      const code = 'console.log(require("node:v8").getHeapStatistics().heap_size_limit / 2 ** 20)';
      const entry = ['--entrypoint', '/usr/local/bin/node', imageOf('migrate'), '-e', code];
      return Number(await docker('run', '--rm', '--memory', memory, ...entry));
    };
    const [small, large] = [await heapMb('256m'), await heapMb('1g')];
    expect(small).toBeLessThan(256);
    expect(large).toBeGreaterThan(small * 3);
    expect(large).toBeLessThan(1024);
  });

  it('no step of a run compiles again what its image holds compiled', async () => {
    const world = await World.open(['JOHNNIE O']);
    const recompiled: Record<string, string[]> = {};
    const step = async (task: Task, ...args: string[]): Promise<Record<string, unknown>> => {
      const env = Object.entries({ ...world.env(task), NODE_DEBUG_NATIVE: 'COMPILE_CACHE' });
      const set = env.flatMap(([name, value]) => ['--env', `${name}=${value}`]);
      const { code, output } = await outcome('run', '--rm', '--network', 'host', ...set, imageOf(task), ...args);
      const lines = output.split('\n');
      expect({ task, code, uses: lines.some((line) => line.includes('was accepted')) }).toEqual({
        task,
        code: 0,
        uses: true,
      });
      recompiled[task] = lines.filter((line) => /was (?:rejected|not initialized)/.test(line));
      return Object.assign({}, ...lines.map(outputsOf));
    };
    try {
      const { runId } = await step('detect');
      const { batches } = await step('batch', '--run-id', String(runId));
      const [{ batchId }] = batches as [{ batchId: string }];
      for (const task of ['stage', 'push', 'promote', 'archive'] as const) await step(task, '--batch-id', batchId);
    } finally {
      await world.close();
    }
    expect(recompiled).toEqual({ detect: [], batch: [], stage: [], push: [], promote: [], archive: [] });
  });

  it('an image stops immediately on SIGTERM, which tini passes on', async () => {
    const sleeper = ['-d', '--entrypoint', '/usr/local/bin/tini', imageOf('migrate')];
    const id = await docker('run', ...sleeper, '--', '/usr/local/bin/node', '-e', 'setInterval(() => {}, 1000)');
    await docker('stop', '--time', '20', id);
    const exitCode = await docker('inspect', '--format', '{{.State.ExitCode}}', id);
    await docker('rm', id);
    expect(exitCode).toBe('143');
  });

  it('no image is built without a task, or for an unknown one', async () => {
    const missing = await outcome('build', '.');
    expect(missing.code).not.toBe(0);
    expect(missing.output).toContain('Build argument TASK is missing');
    const unknown = await outcome('build', '--build-arg', 'TASK=nobody', '.');
    expect(unknown.code).not.toBe(0);
    expect(unknown.output).toContain('There is no tasks/nobody/index.ts');
  });

  describe('co, as the runbook defines it, for somebody who is neither root nor the user of the image', () => {
    const isRoot = process.getuid?.() === 0;
    const uid = isRoot ? 4321 : Number(process.getuid?.());
    const lines = shellLines('docs/runbook.md').filter(
      (line) => line.startsWith('co ') && (writtenBy(line).length > 0 || line.includes('.yaml')),
    );
    let operator: Operator;

    beforeAll(async () => {
      // Databases and board of the tests listen on this machine alone. Of another user only `id` has to know.
      operator = await Operator.open({ network: 'host', before: isRoot ? [`id() { echo ${uid}; }`] : [] });
      if (isRoot) chownSync(operator.folder, uid, uid);
    });

    afterAll(async () => operator.close());

    it.each(lines)('reads and writes files of the present folder: %s', async (line) => {
      const { code, said } = await operator.typed(line);
      expect({ code, said }).toEqual({ code: 0, said: expect.any(String) });
      expect(operator.files()).toEqual(expect.arrayContaining(writtenBy(line)));
    });

    it('what the tasks have written belongs to who called them', () => {
      const written = lines.filter((line) => !line.includes('>')).flatMap(writtenBy);
      expect(new Set(written.map((name) => statSync(join(operator.folder, name)).uid))).toEqual(new Set([uid]));
    });
  });
});
