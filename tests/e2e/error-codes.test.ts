import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '../../shared/ground/error-codes.js';
import { type Environment, runProgram, type Task } from './program.js';
import { World } from './world.js';

const NOBODY = '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11';

/** The exit code of a task, and the codes of the lines with the level `error`. */
async function failed(task: Task, args: readonly string[], env: Environment) {
  const { code, said } = await runProgram(task, args, env);
  const lines = said.split('\n').filter((line) => line.startsWith('{'));
  const errors = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error');
  return { exit: code, codes: errors.map((error) => error.code) };
}

let world: World;
beforeAll(async () => {
  world = await World.open(['TITLE 9']);
});
afterAll(() => world.close());

const of = (task: Task, more: Environment = {}) => ({ ...world.env(task), ...more });

describe('the last log line of a failed task', () => {
  const batch = ['--batch-id', NOBODY];
  it.each<[ErrorCode, number, Task, string[], () => Environment]>([
    ['SETTING_INVALID', 2, 'detect', [], () => of('detect', { LOCK_WAIT: 'soon' })],
    ['MAPPING_INVALID', 2, 'detect', [], () => of('detect', { MAPPING_FILE: 'package.json' })],
    ['FILE_UNUSABLE', 2, 'detect', [], () => of('detect', { MAPPING_FILE: 'not-there.yaml' })],
    ['CUSTOMER_UNKNOWN', 2, 'detect', ['--customer', 'NOBODY AT ALL'], () => of('detect')],
    ['SOURCE_MISSING', 2, 'detect', [], () => of('detect', { SOURCE_TABLE: 'ORDERS_OF_NOBODY' })],
    ['BATCH_NOT_FOUND', 2, 'stage', batch, () => of('stage')],
    ['RUN_NOT_FOUND', 2, 'batch', ['--run-id', NOBODY], () => of('batch')],
    ['ARCHIVE_NOT_FOUND', 2, 'archive', ['restore', '--archive-id', '4711'], () => of('archive')],
    ['TABLE_MISSING', 2, 'stage', batch, () => of('stage', { WAREHOUSE_SCHEMA: 'nowhere' })],
  ])('says %s and ends with exit code %i', async (code, exit, task, args, env) => {
    expect(await failed(task, args, env())).toEqual({ exit, codes: [code] });
  });

  it('has the code of a database that does not answer', async () => {
    const url = new URL(world.env('stage')['WAREHOUSE_URL'] ?? '');
    url.port = '1';
    const away = await failed('stage', batch, of('stage', { WAREHOUSE_URL: url.href }));
    expect(away).toEqual({ exit: 1, codes: ['DATABASE_UNREACHABLE'] });
  });

  it('has the code of a refused token and of a missing board', async () => {
    const batchId = await world.stagedBatch('--customer', 'TITLE 9');
    const push = (more: Environment) => failed('push', ['--batch-id', batchId], of('push', more));
    expect(await push({ MONDAY_API_TOKEN: 'another-token' })).toEqual({ exit: 2, codes: ['TOKEN_REFUSED'] });
    expect(await push({ MONDAY_BOARD_ID: '987654321' })).toEqual({ exit: 2, codes: ['BOARD_NOT_FOUND'] });
  });
});
