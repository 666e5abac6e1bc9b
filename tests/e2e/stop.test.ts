import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ITEMS_BOARD } from '../../local/board/shape.js';
import { customerLock, migrateLock, pushLock } from '../../shared/store/locks.js';
import { ENGINE, patience } from '../helpers/engine.js';
import { IN_DBO } from '../helpers/warehouse.js';
import { control, mutationsAfter } from './board-view.js';
import type { Task } from './program.js';
import { until } from './until.js';
import { World } from './world.js';

const GREYSON = ['--customer', 'GREYSON CLOTHIERS'] as const;
/** An answer that does not come is given up at once, and waited for as long as always. */
const IMPATIENT = { MONDAY_TIMEOUT_MS: '2000' };
const AWAY = { MONDAY_API_URL: 'http://127.0.0.1:49999/v2', LOG_LEVEL: 'debug' };
const WITHIN_MS = patience(1_000);
const UNANSWERED = 'sends had no answer';

let world: World;
let batchId: string;

beforeAll(async () => {
  world = await World.open(['GREYSON CLOTHIERS']);
  batchId = await world.stagedBatch(...GREYSON);
});
afterAll(() => world.close());

beforeEach(() => control(world, '/_faults', { script: [] }));

/** A push that waits for what may still become of its first create. */
async function waitingPush() {
  await control(world, '/_faults', { script: [{ operation: 'create_item', nth: 1, fault: 'hang' }] });
  const push = world.start('push', ['--batch-id', batchId], IMPATIENT);
  await until('push waits for what has no answer', () => push.hasSaid(UNANSWERED));
  return push;
}

describe('a waiting push', () => {
  // In the order in which a push asks for them: nothing of it is done by the ones before.
  it.each(['me', 'boards', 'create_group', 'update_dropdown_column', 'create_item'])(
    'for the limit of %s ends at SIGTERM, and everything stays pending',
    async (operation) => {
      await control(world, '/_limits', { retrySeconds: 200 });
      await control(world, '/_faults', { script: [{ operation, fault: 'error:RATE_LIMIT_EXCEEDED' }] });
      const push = world.start('push', ['--batch-id', batchId], { LOG_LEVEL: 'debug' });
      await until('it is told to wait', () => push.hasSaid('"status":429'));
      const { code, outputs, said, ms } = await push.stop();
      expect(said).not.toContain('Unexpected');
      expect({ code, outputs }).toMatchObject({ code: 0, outputs: { status: 'PARTIAL', itemsCreated: 0 } });
      expect(ms).toBeLessThan(WITHIN_MS);
    },
  );

  it('for an unread answer ends at SIGTERM, and the rest stays pending', async () => {
    const push = await waitingPush();
    const { code, outputs, said, ms } = await push.stop();
    expect(said).not.toContain('Unexpected');
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ status: 'PARTIAL', pending: expect.any(Number) });
    expect(Number(outputs['pending'])).toBeGreaterThan(0);
    expect(ms).toBeLessThan(WITHIN_MS);
  });

  it('for an unreachable board ends at SIGTERM, and everything stays pending', async () => {
    const push = world.start('push', ['--batch-id', batchId], AWAY);
    await until('a read was refused', () => push.hasSaid('ECONNREFUSED'));
    const { code, outputs, said, ms } = await push.stop();
    expect(said).not.toContain('Unexpected');
    expect({ code, status: outputs['status'] }).toEqual({ code: 0, status: 'PARTIAL' });
    expect(ms).toBeLessThan(WITHIN_MS);
  });

  it('ends when its time is up, and the rest stays pending', async () => {
    const { code, outputs, said } = await world.run('push', ['--batch-id', batchId, '--max-minutes', '0.02'], AWAY);
    expect(said).toContain('The time limit was reached.');
    expect({ code, status: outputs['status'] }).toEqual({ code: 0, status: 'PARTIAL' });
  });

  it('ends with one sentence when its lock is lost', async () => {
    const push = await waitingPush();
    await cutLocks();
    const { code, said } = await push.ended;
    const errors = said.split('\n').filter((line) => line.includes('"level":"error"'));
    expect(code).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/The lock \S+ was lost, so nothing more is sent\. Run push again\./);
  });
});

describe('a task that waits for a lock', () => {
  const cases: readonly [Task, readonly string[], () => string][] = [
    ['detect', ['--run-key', 'stopped'], () => 'run:stopped'],
    ['stage', [], () => customerLock(IN_DBO, 'GREYSON')],
    ['push', [], () => pushLock(ITEMS_BOARD)],
    ['push', ['--audit'], () => pushLock(ITEMS_BOARD)],
    ['promote', [], () => customerLock(IN_DBO, 'GREYSON')],
    ['archive', [], () => customerLock(IN_DBO, 'GREYSON')],
    ['migrate', [], () => migrateLock(IN_DBO)],
    ['doctor', ['--adopt', '--apply'], () => pushLock(ITEMS_BOARD)],
  ];

  it.each(cases)('%s %j ends within a second of a stop, and has done nothing', async (task, flags, lockName) => {
    const ofBatch = flags.length === 0 && task !== 'migrate' ? ['--batch-id', batchId] : flags;
    const name = lockName();
    const held = await world.warehouse.lock(name, 0);
    const before = await state();
    const program = world.start(task, ofBatch);
    await until('it waits', () => program.hasSaid(`Waiting for the lock ${name}, which is held by`));
    const { code, said, ms } = await program.stop(task === 'stage' ? 'SIGINT' : 'SIGTERM');
    await held?.release();
    expect(said).toContain(`Stopped while waiting for the lock ${name}.`);
    expect(code).toBe(1);
    expect(ms).toBeLessThan(WITHIN_MS);
    expect(await state()).toEqual(before);
  });
});

/** What a task that takes a batch up would have changed first. */
async function state() {
  const batches = await world.sql(
    'SELECT "batch_id", "status", "owner_token", "last_error" FROM dbo."MON_BatchProcessing"',
  );
  const runs = await world.sql('SELECT "run_id", "state" FROM dbo."MON_Run" ORDER BY "seq"');
  return { batches, runs, mutations: await mutationsAfter(world, 0) };
}

/** Cuts the connections that hold the locks of a push. */
async function cutLocks(): Promise<void> {
  if (ENGINE === 'postgres') {
    const holders = `FROM pg_locks l WHERE l.locktype = 'advisory' AND l.pid <> pg_backend_pid() AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    await world.sql(`SELECT pg_terminate_backend(l.pid) ${holders}`);
    return;
  }
  const sessions = await world.sql(
    `SELECT session_id AS "id" FROM sys.dm_exec_sessions WHERE program_name LIKE 'customer-orders push%'`,
  );
  for (const { id } of sessions) await world.sql(`KILL ${Number(id)}`);
}
