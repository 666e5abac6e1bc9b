import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ENGINE } from '../helpers/engine.js';
import { control, createdTwice, mutationsAfter, readBoard, requestsAfter } from './board-view.js';
import { until } from './until.js';
import { World } from './world.js';

/** Not every login of SQL Server is shown the sessions of others. */
const HOLDER =
  ENGINE === 'mssql' ? '(customer-orders push|a session that this login may not see)' : 'customer-orders push';
const GREYSON = ['--customer', 'GREYSON CLOTHIERS'] as const;

let world: World;

beforeAll(async () => {
  world = await World.open(['GREYSON CLOTHIERS', 'TITLE 9']);
});

afterAll(() => world.close());

const openBatches = () =>
  world.sql(
    `SELECT "batch_id" FROM dbo."MON_BatchProcessing" WHERE "customer_name" = 'GREYSON' AND "status" IN ('STARTED', 'STAGED', 'PUSHED')`,
  );

describe('two detects at the same time', () => {
  it('leave one usable change set, and say which of them made it', async () => {
    const both = await Promise.all([world.run('detect', GREYSON), world.run('detect', GREYSON)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const found = both.map(({ outputs }) => ({ new: outputs['new'], busy: outputs['busy'] }));
    // One after the other both find all lines, and the later supersedes; at the same moment one is turned away.
    for (const { new: lines, busy } of found)
      expect([{ lines, busy }]).toContainEqual(
        lines === 71 ? { lines: 71, busy: [] } : { lines: 0, busy: ['GREYSON'] },
      );
    expect(found.some(({ new: lines }) => lines === 71)).toBe(true);
    const open = await world.sql(`SELECT "run_id" FROM dbo."MON_ChangeSet" WHERE "state" = 'OPEN'`);
    expect(open).toHaveLength(1);
    const made = await Promise.all(
      both.map(({ outputs }) => world.expect('batch', '--run-id', String(outputs['runId']))),
    );
    expect(made.map(({ count }) => count).sort()).toEqual([0, 1]);
    expect(await openBatches()).toHaveLength(1);
  });

  it('with the same run key are one run', async () => {
    const args = ['--run-key', 'execution-1', '--customer', 'TITLE 9'];
    const [one, other] = await Promise.all([world.run('detect', args), world.run('detect', args)]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(other.outputs).toEqual(one.outputs);
  });
});

describe('while a push is running', () => {
  it('a second push of the batch waits or gives up, and a run by hand leaves the customer out', async () => {
    const batchId = await world.stagedBatch(...GREYSON);
    await control(world, '/_faults', { script: [{ operation: 'create_subitem', nth: 40, fault: 'hang' }] });
    const first = world.start('push', ['--batch-id', batchId]);
    await until('the board is silent', async () => (await requestsAfter(world)).some(({ fault }) => fault === 'hang'));

    const second = await world.run('push', ['--batch-id', batchId], { LOCK_WAIT: '1s' });
    expect(second.code).toBe(1);
    expect(second.said).toMatch(new RegExp(`lock push:\\d+ was still held by ${HOLDER} .* after 1`));
    const stage = await world.run('stage', ['--batch-id', batchId], { LOCK_WAIT: '1s' });
    expect(stage.code).toBe(1);
    expect(stage.said).toMatch(new RegExp(`The lock customer:GREYSON was still held by ${HOLDER}`));

    const byHand = await world.batches(...GREYSON);
    expect(byHand.detected).toMatchObject({ busy: ['GREYSON'], new: 0 });
    expect(byHand.batches).toEqual([]);
    expect(await openBatches()).toEqual([{ batch_id: batchId }]);
    await first.kill();
  });
});

describe('two pushes of one batch at the same time', () => {
  it('send every line once: the second waits and finds nothing to do', async () => {
    await control(world, '/_reset', {});
    for (const table of ['MON_Ledger', 'MON_Request', 'ORDERS_UNIFIED_SNAPSHOT'])
      await world.sql(`DELETE FROM dbo."${table}"`);
    const batchId = await world.stagedBatch(...GREYSON);
    const both = await Promise.all([
      world.run('push', ['--batch-id', batchId]),
      world.run('push', ['--batch-id', batchId]),
    ]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const [one, other] = both.map(({ outputs }) => ({ ...outputs, requests: 0, points: 0 }));
    expect(one).toMatchObject({ status: 'PUSHED', itemsCreated: 71, pending: 0 });
    expect(other).toEqual(one);
    expect(await createdTwice(world)).toEqual([]);
    expect(await readBoard(world)).toHaveLength(71);
    const created = (await mutationsAfter(world, 0)).filter((name) => name === 'create_item');
    expect(created).toHaveLength(71);
  });
});
