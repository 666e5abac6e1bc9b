import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createdTwice, effectsAfter, lastRequest, mutationsAfter } from '../e2e/board-view.js';
import { shown, shownByCleanRun } from './clean-run.js';
import { EVERYBODY, oneCustomer } from './flow-files.js';
import { describeWith } from './machine.js';
import { addLines, editLines, keepCustomers } from './orders.js';
import { ACKNOWLEDGED, Scene } from './scene.js';
import { type BriefExecution, type Execution, errorsOf, steps } from './views.js';

const PUSH_TIMEOUT = 'PT{{ 4 * inputs.max_minutes + 5 * vars.lock_wait_minutes + 2 }}M';

// The tests tell one story, in order: each begins with the board that the one before left.
describeWith(['docker', 'jdk', 'maven'], 'flows after a failure, with the real images, warehouse and board', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open((world) => keepCustomers(world, ['GREYSON CLOTHIERS', 'EQUINOX', 'TITLE 9']));
    await scene.carryOneAtATime();
  }, 900_000);

  afterAll(() => scene?.close());

  /** A run whose last and largest batch finds a board that refuses everything; it is well again afterwards. */
  async function runWithFailingPush(): Promise<{ run: Execution; failed: BriefExecution }> {
    const { engine } = scene;
    const known = (await scene.findBatch('GREYSON'))?.id;
    const id = await engine.begin('customer-orders', EVERYBODY);
    for (let found = known; found === known; await sleep(50)) found = (await scene.findBatch('GREYSON'))?.id;
    await scene.refuse('Not Authenticated');
    const run = await engine.wait(id);
    await scene.heal();
    const failed = await scene.lastBatch('GREYSON');
    expect([run.state, run.outputs?.['not_done']]).toEqual([
      'WARNING',
      expect.stringMatching(/^Failed: GREYSON \(.*Not Authenticated/),
    ]);
    expect([failed.state, ...steps((await engine.get(failed.id)) as Execution)]).toEqual(
      expect.arrayContaining(['FAILED', 'stage=SUCCESS', 'push=FAILED']),
    );
    return { run, failed };
  }

  const expectAsAfterCleanRun = async (): Promise<void> => {
    expect(await shown(scene.world)).toEqual(await shownByCleanRun(scene.world));
    expect(await createdTwice(scene.world)).toEqual([]);
  };

  async function hasDetected(id: string): Promise<boolean> {
    const tasks = (await scene.engine.get(id))?.tasks ?? [];
    return tasks.some(({ task, state }) => task === 'detect' && state === 'SUCCESS');
  }

  it("one customer's failing push leaves the others green, and a Restart finishes it without repeating earlier steps", async () => {
    const { world, engine } = scene;
    const { failed } = await runWithFailingPush();
    expect(await world.count(`${ACKNOWLEDGED} AND customer = 'GREYSON'`)).toBe(0);
    expect(await world.count(`${ACKNOWLEDGED} AND customer <> 'GREYSON'`)).toBeGreaterThan(3);

    const done = await engine.restart(failed.id);
    expect([done.id, done.state]).toEqual([failed.id, 'SUCCESS']);
    expect(done.tasks.slice(0, 2).map(({ task, state, attempts }) => ({ task, state, attempts }))).toEqual([
      { task: 'stage', state: 'SUCCESS', attempts: 1 },
      { task: 'push', state: 'SUCCESS', attempts: 2 },
    ]);
    await expectAsAfterCleanRun();
  });

  it.each([
    ['stage', ['stage', 'push', 'promote', 'archive']],
    ['push', ['push', 'promote', 'archive']],
  ])('a Replay from %s finishes a failed batch', async (step, again) => {
    const { world, engine } = scene;
    await editLines(world, 'GREYSON', `replayed from ${step}`, 3);
    const before = await lastRequest(world);
    const { failed } = await runWithFailingPush();
    const replay = await engine.replay(failed.id, step);
    expect([replay.state, replay.id === failed.id]).toEqual(['SUCCESS', false]);
    expect(steps(replay)).toEqual(expect.arrayContaining(again.map((task) => `${task}=SUCCESS`)));
    expect(await mutationsAfter(world, before)).toHaveLength(3);
  });

  it('single steps finish a failed batch', async () => {
    const { world, engine } = scene;
    await editLines(world, 'GREYSON', 'step by step', 3);
    const before = await lastRequest(world);
    const { failed } = await runWithFailingPush();
    for (const only of ['push', 'promote']) {
      const alone = await engine.run('customer-orders-batch', { batch_id: await scene.batchOf(failed.id), only });
      expect(alone.state).toBe('SUCCESS');
      expect(steps(alone).filter((step) => /^(stage|push|promote|archive)=SUCCESS/.test(step))).toEqual([
        `${only}=SUCCESS`,
      ]);
    }
    expect(await mutationsAfter(world, before)).toHaveLength(3);
    expect(await world.count(`${ACKNOWLEDGED} AND "NOTES" = 'step by step'`)).toBe(3);
    await expectAsAfterCleanRun();
  });

  it('a failed batch that a newer run has taken over does nothing more, and names that run', async () => {
    const { world, engine } = scene;
    await editLines(world, 'GREYSON', 'taken over', 3);
    const { failed } = await runWithFailingPush();
    const newer = await engine.run('customer-orders', EVERYBODY);
    expect(newer.state).toBe('SUCCESS');
    const before = await lastRequest(world);
    const restarted = await engine.restart(failed.id);
    expect(restarted.state).toBe('WARNING');
    expect(restarted.outputs?.['reason']).toBe(`superseded by run ${String(newer.outputs?.['run'])}`);
    expect(await mutationsAfter(world, before)).toEqual([]);
  });

  it('overlapping runs leave a customer to the run that carries it, and carry the others', async () => {
    const { world, engine } = scene;
    await editLines(world, 'GREYSON', 'overlapping', 30);
    await editLines(world, 'EQUINOX', 'overlapping', 2);
    const before = await lastRequest(world);
    // About thirty mutations a minute: the first push lasts until the other two have looked.
    await scene.limit({ complexityPerMinute: 900_000 });
    const first = await engine.begin('customer-orders', oneCustomer('GREYSON'));
    while ((await mutationsAfter(world, before)).length === 0) await sleep(200);
    const later = [
      await engine.begin('customer-orders', oneCustomer('GREYSON')),
      await engine.begin('customer-orders', EVERYBODY),
    ];
    for (const id of later) while (!(await hasDetected(id))) await sleep(200);
    await scene.limit();
    // The pace of the first goes on until its minute is over.
    const runs = await Promise.all([first, ...later].map((id) => engine.wait(id, 0, 280_000)));
    expect(runs.map(({ state, outputs }) => [state, outputs?.['not_done']])).toEqual([
      ['SUCCESS', ''],
      ['WARNING', 'Busy: GREYSON'],
      ['WARNING', 'Busy: GREYSON'],
    ]);
    expect((await effectsAfter(world, before)).kinds).toEqual({ 'item.updated': 32 });
    expect((await engine.run('customer-orders', EVERYBODY)).state).toBe('SUCCESS');
    expect((await effectsAfter(world, before)).kinds).toEqual({ 'item.updated': 32 });
    await expectAsAfterCleanRun();
  }, 500_000);

  it('runs of a customer that start at the same moment create each item once', async () => {
    const { world, engine } = scene;
    await addLines(world, 'GREYSON', 'O', 12);
    const inputs = [oneCustomer('GREYSON'), oneCustomer('GREYSON'), EVERYBODY];
    const ids = await Promise.all(inputs.map((each) => engine.begin('customer-orders', each)));
    for (const { state, outputs } of await Promise.all(ids.map((id) => engine.wait(id)))) {
      const told = String(outputs?.['not_done']);
      expect([state, told]).toEqual(
        told === ''
          ? ['SUCCESS', '']
          : [
              'WARNING',
              expect.stringMatching(/^(Busy|Superseded): GREYSON$|^Partly done: GREYSON \(superseded by run /),
            ],
      );
    }
    expect((await engine.run('customer-orders', EVERYBODY)).state).toBe('SUCCESS');
    await expectAsAfterCleanRun();
  });

  it('a batch that is started twice at the same time is sent once', async () => {
    const { world, engine } = scene;
    await editLines(world, 'GREYSON', 'twice at once', 3);
    const before = await lastRequest(world);
    const { failed } = await runWithFailingPush();
    const batch_id = await scene.batchOf(failed.id);
    const ids = await Promise.all([1, 2].map(() => engine.begin('customer-orders-batch', { batch_id })));
    const runs = await Promise.all(ids.map((id) => engine.wait(id)));
    expect(runs.map(({ state, outputs }) => [state, outputs?.['reason']])).toEqual([
      ['SUCCESS', ''],
      ['SUCCESS', ''],
    ]);
    expect(await mutationsAfter(world, before)).toHaveLength(3);
    await expectAsAfterCleanRun();
  });

  it('a push ended by its timeout is finished by a Restart, without duplicate items', async () => {
    const { world, engine } = scene;
    await addLines(world, 'GREYSON', 'T', 12);
    await scene.limit({ mutationMs: 4_000 });
    await scene.loadBatchFlow({ [PUSH_TIMEOUT]: 'PT10S' });
    const run = await engine.run('customer-orders', oneCustomer('GREYSON'));
    await scene.limit();
    await scene.loadBatchFlow();
    // What a time-out ends hands nothing over: Kestra keeps no outputs of it.
    expect(run.outputs?.['not_done']).toBe('Failed: GREYSON');
    const failed = await engine.wait((await scene.lastBatch('GREYSON')).id);
    expect(errorsOf(failed)).toContain('Timeout after');
    // With its own time-out back: Restart takes the latest revision of the flow.
    expect((await engine.restartOnLatest(failed.id)).state).toBe('SUCCESS');
    await expectAsAfterCleanRun();
  });

  it('a push whose engine was killed is finished without duplicate items, although two containers ran', async () => {
    const { world, engine } = scene;
    await addLines(world, 'GREYSON', 'K', 12);
    const before = await lastRequest(world);
    await scene.limit({ mutationMs: 4_000 });
    const id = await engine.begin('customer-orders', oneCustomer('GREYSON'));
    while ((await mutationsAfter(world, before)).length === 0) await sleep(200);
    await engine.kill();
    await scene.limit();
    await engine.start();
    await engine.wait(id);
    const { tasks } = (await engine.get((await scene.lastBatch('GREYSON')).id)) as Execution;
    expect(tasks.find(({ task }) => task === 'push')?.attempts).toBeGreaterThan(1);
    expect((await engine.run('customer-orders', EVERYBODY)).state).toBe('SUCCESS');
    await expectAsAfterCleanRun();
    expect(await world.count('dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE row_hash IS NULL AND deleted_at IS NULL')).toBe(0);
  });
});
