import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  COLUMN,
  control,
  createdTwice,
  effectsAfter,
  lastRequest,
  mutationsAfter,
  readBoard,
} from '../e2e/board-view.js';
import { shown, shownByCleanRun } from './clean-run.js';
import { EVERYBODY, oneCustomer } from './flow-files.js';
import { ODD_CUSTOMER } from './images.js';
import { describeWith } from './machine.js';
import { editLines, healLine, keepCustomers, renameCustomer, spoilLine } from './orders.js';
import { ACKNOWLEDGED, Scene } from './scene.js';
import { type Execution, errorsOf, steps } from './views.js';

// The tests tell one story, in order: each begins with the board that the one before left.
describeWith(['docker', 'jdk', 'maven'], 'flows with the real images, warehouse and board', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(async (world) => {
      await keepCustomers(world, ['GREYSON CLOTHIERS', 'SEISSENSE', 'EQUINOX', 'TITLE 9']);
      await renameCustomer(world, 'SEISSENSE', ODD_CUSTOMER);
    });
  }, 900_000);

  afterAll(() => scene?.close());

  it('a dry run sends no mutation and promotes nothing', async () => {
    const run = await scene.engine.run('customer-orders', { ...EVERYBODY, mode: 'only say what would be sent' });
    expect([run.state, errorsOf(run)]).toEqual(['SUCCESS', '']);
    expect(await mutationsAfter(scene.world, 0)).toEqual([]);
    expect(await scene.world.count(ACKNOWLEDGED)).toBe(0);
  });

  it('a run of several customers is green, and the board shows what a clean run of the executables shows', async () => {
    const { world, engine } = scene;
    const run = await engine.run('customer-orders', EVERYBODY);
    expect([run.state, run.outputs?.['not_done'], errorsOf(run)]).toEqual(['SUCCESS', '', '']);
    expect((await engine.list('customer-orders-batch')).map(({ labels }) => labels['customer'])).toContain(
      ODD_CUSTOMER,
    );
    const board = await shown(world);
    expect(board.length).toBeGreaterThan(70);
    expect(board).toEqual(await shownByCleanRun(world));
    expect(await createdTwice(world)).toEqual([]);
    expect(await world.count(ACKNOWLEDGED)).toBe(board.length);
  });

  it('a run without changes creates no batch and sends no mutation', async () => {
    const before = await lastRequest(scene.world);
    const run = await scene.engine.run('customer-orders', EVERYBODY);
    expect([run.state, ...steps(run)]).toEqual([
      'SUCCESS',
      'detect=SUCCESS',
      'batch=SUCCESS',
      'each=SUCCESS',
      'watch=SUCCESS',
      'read=SUCCESS',
      'report=SUCCESS',
      'failed=SKIPPED',
      'summary=SUCCESS',
      'page=SUCCESS',
      'notdone=SKIPPED',
      'alert=SKIPPED',
      'why=SKIPPED',
    ]);
    expect(await mutationsAfter(scene.world, before)).toEqual([]);
  });

  it('a run by hand covers only its customer, with apostrophe, comma and brackets in the name', async () => {
    const { world, engine } = scene;
    for (const customer of [ODD_CUSTOMER, 'GREYSON']) await editLines(world, customer, 'by hand');
    const before = await lastRequest(world);
    const run = await engine.run('customer-orders', oneCustomer(ODD_CUSTOMER));
    expect(run.state).toBe('SUCCESS');
    expect(await mutationsAfter(world, before)).toHaveLength(1);
    expect((await scene.lastBatch(ODD_CUSTOMER)).state).toBe('SUCCESS');
    expect((await engine.run('customer-orders', EVERYBODY)).state).toBe('SUCCESS');
    expect(await mutationsAfter(world, before)).toHaveLength(2);
  });

  it('a closed batch can be replayed, stepped and started again without a mutation', async () => {
    const { world, engine } = scene;
    const { id } = await scene.lastBatch('GREYSON');
    const batch_id = await scene.batchOf(id);
    const before = await lastRequest(world);
    for (const step of ['stage', 'push']) expect((await engine.replay(id, step)).state).toBe('SUCCESS');
    for (const only of ['push', 'all']) {
      const again = await engine.run('customer-orders-batch', { batch_id, only });
      expect(again.state).toBe('SUCCESS');
    }
    expect(await mutationsAfter(world, before)).toEqual([]);
  });

  it('a refused line ends the run WARNING, and the others are promoted', async () => {
    const { world, engine } = scene;
    await editLines(world, 'GREYSON', 'beside a refused line');
    await spoilLine(world, 'GREYSON');
    const run = await engine.run('customer-orders', EVERYBODY);
    expect(run.state).toBe('WARNING');
    expect(run.outputs?.['not_done']).toMatch(/^Partly done: GREYSON \(1 newly refused/);
    expect(await world.count('dbo."ERR_MON_CustMasterSchedule" WHERE customer = $1', ['GREYSON'])).toBeGreaterThan(0);
    expect(await world.count(`${ACKNOWLEDGED} AND "NOTES" = 'beside a refused line'`)).toBe(1);
    const refused = (await engine.get((await scene.lastBatch('GREYSON')).id)) as Execution;
    const warned = refused.logs.filter(({ level }) => level === 'WARN').map(({ message }) => message);
    expect(warned).toEqual([expect.stringMatching(/^Refused .+, column S: SIZE_TOO_LARGE\. .+\(customer=GREYSON/)]);
    expect(engine.file(refused.outputs?.['report'])).toMatch(/^\| \S.* \| S \| SIZE&#95;TOO&#95;LARGE \| /m);
    expect(engine.file(refused.outputs?.['refused'])).toMatch(/^GREYSON,.*,SIZE_TOO_LARGE,/m);
    expect(engine.file(run.outputs?.['report'])).toMatch(/^<!doctype html>[\s\S]*SIZE_TOO_LARGE[\s\S]*<\/html>\n$/);
    expect(engine.file(run.outputs?.['failed'])).toMatch(/^customer,order,.*\r\nGREYSON,.*,SIZE_TOO_LARGE,/);
    const boardLink = `[Open the board](${world.board.url}/boards/`;
    expect(engine.file(run.outputs?.['page'])).toContain(boardLink);
    expect(engine.file(refused.outputs?.['report'])).toContain(boardLink);
    expect(engine.file(refused.outputs?.['report'])).toContain(
      `[Open the run of all customers](http://localhost:8080/ui/main/executions/company.team/customer-orders/${run.id})`,
    );
    const again = await engine.run('customer-orders', EVERYBODY);
    expect([again.state, errorsOf(again)]).toEqual(['SUCCESS', '']);
    await healLine(world);
    expect((await engine.run('customer-orders', EVERYBODY)).state).toBe('SUCCESS');
  });

  it('an unusually large change brakes its customer until it is allowed', async () => {
    const { world, engine } = scene;
    await editLines(world, 'GREYSON', 'everything at once', 1_000);
    const before = await lastRequest(world);
    const braked = await engine.run('customer-orders', EVERYBODY);
    expect(braked.state).toBe('WARNING');
    expect(braked.outputs?.['not_done']).toMatch(/^Braked: GREYSON \(\d+ changed, 0 deleted of \d+ lines\)$/);
    expect(await mutationsAfter(world, before)).toEqual([]);
    const allowed = await engine.run('customer-orders', { ...oneCustomer('GREYSON'), allow_large_change: true });
    expect(allowed.state).toBe('SUCCESS');
    expect((await mutationsAfter(world, before)).length).toBeGreaterThan(50);
  });

  it('a push that stops at its time limit is promoted as far as it got, and resumed without sending anything twice', async () => {
    const { world, engine } = scene;
    await editLines(world, 'GREYSON', 'slowly', 1_000);
    const before = await lastRequest(world);
    // About thirty mutations a minute, each answered at once: nothing is in doubt when the time is up.
    await scene.limit({ complexityPerMinute: 900_000 });
    const inputs = { ...oneCustomer('GREYSON'), allow_large_change: true };
    const partial = await engine.run('customer-orders', { ...inputs, max_minutes: 1 });
    await scene.limit();
    expect(partial.state).toBe('WARNING');
    expect(partial.outputs?.['not_done']).toMatch(/^Partly done: GREYSON \(stopped at the time limit, \d+ pending\)$/);
    const slowly = `${ACKNOWLEDGED} AND customer = 'GREYSON' AND "NOTES" = 'slowly'`;
    const { keys } = await effectsAfter(world, before);
    expect(keys.length).toBeGreaterThan(0);
    expect(await world.count(slowly)).toBe(keys.length);
    expect((await engine.run('customer-orders', inputs)).state).toBe('SUCCESS');
    const lines = await world.count(slowly);
    expect(lines).toBeGreaterThan(keys.length);
    expect((await effectsAfter(world, before)).kinds).toEqual({ 'item.updated': lines });
    expect(await shown(world)).toEqual(await shownByCleanRun(world));
  });

  it('the daily archive covers every customer, and offers their names to the planner', async () => {
    const { world, engine } = scene;
    const run = await engine.run('customer-orders-archive');
    expect([run.state, errorsOf(run)]).toEqual(['SUCCESS', '']);
    expect(await world.count('snapshot_archive WHERE customer_filter = $1', [ODD_CUSTOMER])).toBeGreaterThan(0);
    const listed = run.tasks.find(({ task }) => task === 'list')?.outputs?.['vars'];
    expect(listed).toMatchObject({ customers: expect.arrayContaining([ODD_CUSTOMER, 'GREYSON']) });
  });

  it('the weekly audit ends WARNING when somebody has changed the board', async () => {
    const { world, engine } = scene;
    const before = await lastRequest(world);
    const clean = await engine.run('customer-orders-maintenance');
    expect(steps(clean)).toEqual(expect.arrayContaining(['audit=SUCCESS', 'prune=SUCCESS']));
    // Doctor looks at settings too, and may have something to tell of this machine; what counts is that it looked.
    expect(clean.tasks.find(({ task }) => task === 'doctor')?.outputs?.['vars']).toHaveProperty('findings');
    const [item] = await readBoard(world);
    await control(world, '/_edit', { item: item?.id, values: { [COLUMN.poNumber]: 'by hand' } });
    const drifted = await engine.run('customer-orders-maintenance');
    expect(drifted.state).toBe('WARNING');
    expect(steps(drifted)).toEqual(expect.arrayContaining(['audit=WARNING', 'prune=SUCCESS']));
    expect(await mutationsAfter(world, before)).toEqual([]);
  });

  it.each([
    ['an unknown customer', 'customer-orders', oneCustomer('NOBODY INC'), 'NOBODY INC'],
    [
      'an unknown batch',
      'customer-orders-batch',
      { batch_id: '00000000-0000-5000-8000-000000000000' },
      '00000000-0000',
    ],
  ])('a run says immediately what is wrong with %s', async (_, flow, inputs, named) => {
    const run = await scene.engine.run(flow, inputs);
    expect(run.state).toBe('FAILED');
    expect(errorsOf(run).split('\n')[0]).toContain(named);
  });

  it('a run refuses a board other than the one that was loaded', async () => {
    const { world, engine } = scene;
    await editLines(world, 'GREYSON', 'for another board');
    await scene.loadBatchFlow({ 'envs.monday_board_id ?? ""': '"1"' });
    const run = await engine.run('customer-orders', oneCustomer('GREYSON'));
    await scene.loadBatchFlow();
    expect(run.outputs?.['not_done']).toMatch(/^Failed: GREYSON \(.*board/i);
    const failed = await engine.get((await scene.lastBatch('GREYSON')).id);
    expect(failed && errorsOf(failed)).toMatch(/board/i);
  });
});
