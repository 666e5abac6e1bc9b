import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBoard } from './board-view.js';
import type { Task } from './program.js';
import { World } from './world.js';

/** A device that takes nothing: there is no space left on it. */
const FULL = '/dev/full';

let world: World;
let batchId: string;

beforeAll(async () => {
  world = await World.open(['GREYSON CLOTHIERS']);
  batchId = await world.stagedBatch('--customer', 'GREYSON CLOTHIERS');
});
afterAll(() => world.close());

type End = 'full' | 'closed' | 'read';

/** Runs a task whose stdout and stderr are full disks, pipes that nobody reads any more, or read. */
async function run(task: Task, args: readonly string[], ends: { stdout: End; stderr: End }, env = {}) {
  const full = openSync(FULL, 'w');
  const stdio = [ends.stdout, ends.stderr].map((end) => (end === 'full' ? full : 'pipe'));
  const child = spawn(process.execPath, [`dist/tasks/${task}/index.js`, ...args], {
    env: { PATH: process.env['PATH'], LOG_FORMAT: 'json', LOG_LEVEL: 'debug', ...world.env(task), ...env },
    stdio: ['ignore', ...stdio] as ['ignore', number | 'pipe', number | 'pipe'],
  });
  closeSync(full);
  let said = '';
  for (const [name, stream] of Object.entries({ stdout: child.stdout, stderr: child.stderr })) {
    if (ends[name as 'stdout' | 'stderr'] === 'closed') stream?.destroy();
    else
      stream?.on('data', (data) => {
        said += String(data);
      });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, said };
}

const statusOf = async () =>
  (await world.sql('SELECT "status" FROM dbo."MON_BatchProcessing" WHERE "batch_id" = @batchId', { batchId }))[0]?.[
    'status'
  ];

it('the log names run and batch in each line written while a batch is worked on', async () => {
  const dry = await run('push', ['--batch-id', batchId, '--dry-run'], { stdout: 'read', stderr: 'read' });
  expect(dry.code).toBe(0);
  const { said } = await run('stage', ['--batch-id', batchId], { stdout: 'read', stderr: 'read' });
  const entries = `${dry.said}\n${said}`
    .split('\n')
    .filter((line) => line.startsWith('{"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries.length).toBeGreaterThan(0);
  for (const entry of entries) expect(entry).toMatchObject({ batchId, runId: expect.any(String) });
});

describe('a log that cannot be written', () => {
  it('does not end a push when nobody reads it any longer', async () => {
    const { code } = await run('push', ['--batch-id', batchId], { stdout: 'closed', stderr: 'closed' });
    expect(code).toBe(0);
    expect(await readBoard(world)).toHaveLength(71);
    expect(await statusOf()).toBe('PUSHED');
  });

  it('does not end a step when the disk is full, but the lost outputs are reported', async () => {
    const { code, said } = await run('promote', ['--batch-id', batchId], { stdout: 'full', stderr: 'read' });
    expect(await statusOf()).toBe('COMPLETED');
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(said).toMatch(/The outputs could not be written to stdout: ENOSPC.*run again for the same outputs/);
    expect(code).toBe(1);
    const again = await world.run('promote', ['--batch-id', batchId]);
    expect(again).toMatchObject({ code: 0, outputs: { status: 'COMPLETED', promoted: 71 } });
  });

  it.each<[string, Task, string[], Record<string, string>, number]>([
    ['usage', 'detect', ['--no-such-flag'], {}, 2],
    ['settings', 'push', ['--batch-id', '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11'], { MONDAY_BOARD_ID: 'x' }, 2],
    ['an unknown batch', 'stage', ['--batch-id', '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11'], {}, 2],
    ['help', 'detect', ['--help'], {}, 0],
  ])('leaves the exit code of %s as it is', async (_, task, args, env, expected) => {
    for (const end of ['full', 'closed'] as const)
      expect(await run(task, args, { stdout: end, stderr: end }, env)).toMatchObject({ code: expected });
  });
});
