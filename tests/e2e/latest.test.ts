import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await World.open(['TITLE 9', 'JOHNNIE O']);
});
afterAll(() => world.close());

describe('latest', () => {
  it('never means the batch of an earlier run', async () => {
    await world.expect('detect', '--customer', 'TITLE 9');
    await world.expect('batch', '--run-id', 'latest');
    for (const task of ['stage', 'push', 'promote', 'archive'] as const) await world.expect(task, '--batch', 'latest');
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "S" = 13 WHERE "CUSTOMER NAME" = 'JOHNNIE O'`);
    await world.expect('detect', '--customer', 'JOHNNIE O'); // somebody's batch, left open
    await world.expect('batch', '--run-id', 'latest');
    await world.expect('detect', '--customer', 'TITLE 9'); // finds nothing
    expect(await world.expect('batch', '--run-id', 'latest')).toMatchObject({ count: 0 });
    const { code, said } = await world.run('stage', ['--batch-id', 'latest']);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('The newest run has no batch') });
  });
});
