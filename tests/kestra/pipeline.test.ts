import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Engine } from './engine.js';
import { FLOWS, flowText, variant } from './flow-files.js';
import { describeWith } from './machine.js';
import { addLines, editLines, healLine, keepCustomers, renameCustomer, spoilLine } from './orders.js';
import { type BriefExecution, errorsOf, steps } from './views.js';
import { World } from './world.js';

const COMMA = 'FARADAY LABS, INC (LAMBS)';
const APOSTROPHE = "STARLIGHT CHILDREN'S FOUNDATION (AU)";
const PUSH_TIMEOUT = 'PT{{ inputs.max_minutes + vars.lock_wait_minutes + 2 }}M';
const FAST = { preset: 'raised' };
const ACKNOWLEDGED = 'dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE deleted_at IS NULL AND row_hash IS NOT NULL';

/** The flows with their schedules off, so that nothing starts by itself while a test looks. */
const quiet = (text: string): string => text.replace(/^( +)cron: .*$/m, '$&\n$1disabled: true');

// The tests tell one story, in order: each begins with the board that the one before left.
describeWith(['docker', 'jdk', 'maven'], 'flows with the real images, warehouse and board', () => {
  let world: World;
  let engine: Engine;

  const load = async (replacements: Record<string, string> = {}): Promise<void> => {
    await engine.load(quiet(variant(flowText('customer-orders-batch'), replacements)));
  };
  const lastBatch = async (customer: string): Promise<BriefExecution> => {
    const batches = await engine.list('customer-orders-batch');
    const found = batches.findLast(({ labels }) => labels['customer'] === customer);
    if (!found) throw new Error(`no batch of ${customer}`);
    return found;
  };
  /** One active item for each line that was acknowledged, and no other. */
  const expectBoardRight = async (): Promise<void> => {
    const lines = await world.rows(`SELECT line_key::text AS key FROM ${ACKNOWLEDGED} ORDER BY 1`);
    expect(await world.activeKeys()).toEqual(lines.map(({ key }) => key));
  };

  beforeAll(async () => {
    world = await World.make(300);
    await keepCustomers(world, ['GREYSON CLOTHIERS', 'SEISSENSE', 'EQUINOX', 'TITLE 9']);
    await renameCustomer(world, 'SEISSENSE', COMMA);
    await renameCustomer(world, 'EQUINOX', APOSTROPHE);
    const { boardId } = await world.board();
    engine = new Engine({
      secrets: world.secrets,
      envs: { DOCKER_NETWORK: 'host', MONDAY_BOARD_ID: boardId, MONDAY_API_URL: new URL('v2', world.boardUrl).href },
    });
    await engine.start();
    for (const flow of FLOWS) await engine.load(quiet(flowText(flow)));
  }, 400_000);

  afterAll(async () => {
    await engine?.close();
    await world?.close();
  });

  it('a dry run mutates nothing and promotes nothing', async () => {
    const run = await engine.run('customer-orders', { dry_run: true });
    expect([run.state, errorsOf(run)]).toEqual(['SUCCESS', '']);
    expect(await world.mutationsSince(0)).toEqual([]);
    expect(await world.count(ACKNOWLEDGED)).toBe(0);
  });

  it('a first load keeps a failing customer to itself, and a Restart finishes it', async () => {
    const secret = "{{ secret('MONDAY_API_TOKEN') }}";
    await load({ [secret]: "{{ labels.customer == 'GREYSON' ? 'wrong' : secret('MONDAY_API_TOKEN') }}" });
    const run = await engine.run('customer-orders');
    expect([run.state, run.outputs?.['not_done']]).toEqual(['WARNING', 'failed: GREYSON']);
    const failed = await lastBatch('GREYSON');
    expect(failed.state).toBe('FAILED');
    expect(await world.count(`${ACKNOWLEDGED} AND customer = 'GREYSON'`)).toBe(0);
    expect(await world.count(`${ACKNOWLEDGED} AND customer <> 'GREYSON'`)).toBeGreaterThan(20);
    await expectBoardRight();

    await load();
    const done = await engine.restartOnLatest(failed.id);
    expect([done.state, steps(done)[0]]).toEqual(['SUCCESS', 'stage=SUCCESS']);
    expect(done.tasks[0]?.attempts).toBe(1);
    expect(await world.count(`${ACKNOWLEDGED} AND customer = 'GREYSON'`)).toBeGreaterThan(50);
    await expectBoardRight();
  });

  it('a run with nothing changed makes no batch and no mutation', async () => {
    const before = await world.lastRequest();
    const run = await engine.run('customer-orders');
    expect([run.state, ...steps(run)]).toEqual([
      'SUCCESS',
      'detect=SUCCESS',
      'batch=SUCCESS',
      'customers=SUCCESS',
      'summary=SUCCESS',
      'not_all_done=SKIPPED',
      'alert=SKIPPED',
    ]);
    expect(await world.mutationsSince(before)).toEqual([]);
  });

  it('a run by hand takes only its customers, with a comma or an apostrophe in the name', async () => {
    for (const customer of [COMMA, APOSTROPHE, 'GREYSON']) await editLines(world, customer, 'by hand');
    const before = await world.lastRequest();
    const run = await engine.run('customer-orders', { customers: [COMMA, APOSTROPHE] });
    expect(run.state).toBe('SUCCESS');
    expect(await world.mutationsSince(before)).toHaveLength(2);
    expect([(await lastBatch(COMMA)).state, (await lastBatch(APOSTROPHE)).state]).toEqual(['SUCCESS', 'SUCCESS']);
    expect((await engine.run('customer-orders')).state).toBe('SUCCESS');
    expect(await world.mutationsSince(before)).toHaveLength(3);
  });

  it('a closed batch can be replayed, stepped and started again without a mutation', async () => {
    const { id, labels } = await lastBatch('GREYSON');
    const before = await world.lastRequest();
    for (const step of ['stage', 'push']) expect((await engine.replay(id, step)).state).toBe('SUCCESS');
    for (const only of ['push', 'all']) {
      const again = await engine.run('customer-orders-batch', { batch_id: labels['batch'], only });
      expect(again.state).toBe('SUCCESS');
    }
    expect(await world.mutationsSince(before)).toEqual([]);
  });

  it('a refused line ends the run WARNING, and the others are promoted', async () => {
    await editLines(world, 'GREYSON', 'beside a refused line');
    await spoilLine(world, 'GREYSON');
    const run = await engine.run('customer-orders');
    expect(run.state).toBe('WARNING');
    expect(run.outputs?.['not_done']).toMatch(/^partly done: GREYSON \(1 newly refused/);
    expect(await world.count('dbo."ERR_MON_CustMasterSchedule" WHERE customer = $1', ['GREYSON'])).toBeGreaterThan(0);
    const again = await engine.run('customer-orders');
    expect([again.state, errorsOf(again)]).toEqual(['SUCCESS', '']);
    await healLine(world);
    expect((await engine.run('customer-orders')).state).toBe('SUCCESS');
  });

  it('an unusually large change brakes its customer until it is allowed', async () => {
    await editLines(world, 'GREYSON', 'everything at once', 1_000);
    const before = await world.lastRequest();
    const braked = await engine.run('customer-orders');
    expect([braked.state, braked.outputs?.['not_done']]).toEqual(['WARNING', 'braked: GREYSON']);
    expect(await world.mutationsSince(before)).toEqual([]);
    const allowed = await engine.run('customer-orders', { customers: ['GREYSON'], allow_large_change: true });
    expect(allowed.state).toBe('SUCCESS');
    expect((await world.mutationsSince(before)).length).toBeGreaterThan(50);
  });

  it('a push that stops at its time limit is promoted as far as it came, and taken up without sending again', async () => {
    await editLines(world, 'GREYSON', 'slowly', 1_000);
    const before = await world.lastRequest();
    // About thirty mutations a minute, each answered at once: nothing is in doubt when the time is up.
    await world.limit({ complexityPerMinute: 900_000 });
    const inputs = { customers: ['GREYSON'], allow_large_change: true };
    const partial = await engine.run('customer-orders', { ...inputs, max_minutes: 1 });
    await world.limit(FAST);
    expect(partial.state).toBe('WARNING');
    expect(partial.outputs?.['not_done']).toMatch(/^partly done: GREYSON \(stopped at the time limit, \d+ pending\)$/);
    const sent = await world.mutationsSince(before);
    expect(sent.length).toBeGreaterThan(0);
    expect((await engine.run('customer-orders', inputs)).state).toBe('SUCCESS');
    const lines = await world.count(`${ACKNOWLEDGED} AND customer = 'GREYSON' AND "NOTES" = 'slowly'`);
    expect(await world.mutationsSince(before)).toHaveLength(lines);
    expect(lines).toBeGreaterThan(sent.length);
  });

  it('a push ended by its time-out is finished by a Restart, with no item twice', async () => {
    await addLines(world, 'GREYSON', 'T', 12);
    await world.limit({ mutationMs: 4_000 });
    await load({ [PUSH_TIMEOUT]: 'PT10S' });
    const run = await engine.run('customer-orders', { customers: ['GREYSON'] });
    await world.limit(FAST);
    await load();
    expect(run.outputs?.['not_done']).toBe('failed: GREYSON');
    const failed = await lastBatch('GREYSON');
    expect(errorsOf((await engine.get(failed.id)) ?? (await engine.wait(failed.id)))).toContain('Timeout after');
    expect((await engine.restartOnLatest(failed.id)).state).toBe('SUCCESS');
    await expectBoardRight();
  });

  it('a push whose engine was killed is finished, with no item twice although two containers ran', async () => {
    await addLines(world, 'GREYSON', 'K', 12);
    const before = await world.lastRequest();
    await world.limit({ mutationMs: 4_000 });
    const id = await engine.begin('customer-orders', { customers: ['GREYSON'] });
    while ((await world.mutationsSince(before)).length === 0) await sleep(200);
    await engine.kill();
    await world.limit(FAST);
    await engine.start();
    await engine.wait(id);
    expect((await engine.run('customer-orders')).state).toBe('SUCCESS');
    await expectBoardRight();
    expect(await world.count('dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE row_hash IS NULL AND deleted_at IS NULL')).toBe(0);
  });

  it('archives every customer daily, and offers their names to the planner', async () => {
    const run = await engine.run('customer-orders-archive');
    expect([run.state, errorsOf(run)]).toEqual(['SUCCESS', '']);
    expect(await world.count('snapshot_archive WHERE customer_filter = $1', [COMMA])).toBeGreaterThan(0);
  });

  it.each([
    ['an unknown customer', 'customer-orders', { customers: ['NOBODY INC'] }, 'NOBODY INC'],
    [
      'an unknown batch',
      'customer-orders-batch',
      { batch_id: '00000000-0000-5000-8000-000000000000' },
      '00000000-0000',
    ],
  ])('says at once what is wrong with %s', async (_, flow, inputs, named) => {
    const run = await engine.run(flow, inputs);
    expect(run.state).toBe('FAILED');
    expect(errorsOf(run).split('\n')[0]).toContain(named);
  });

  it('refuses another board than the one that was loaded', async () => {
    await editLines(world, 'GREYSON', 'for another board');
    await load({ '{{ envs.monday_board_id }}': '1' });
    const run = await engine.run('customer-orders', { customers: ['GREYSON'] });
    await load();
    expect(run.outputs?.['not_done']).toBe('failed: GREYSON');
    const failed = await engine.get((await lastBatch('GREYSON')).id);
    expect(failed && errorsOf(failed)).toMatch(/board/i);
  });
});
