import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { patience } from '../helpers/engine.js';
import { control, createdTwice, readBoard } from './board-view.js';
import { commandsIn, everything, runPrinted } from './printed.js';
import { type Ended, type Environment, HURRY } from './program.js';
import { until } from './until.js';
import { World } from './world.js';

/** Nobody listens there. */
const CLOSED = '127.0.0.1:20999';
/** What is waited for after a request that was never answered is waited for here as well, but not for a minute. */
const QUICK: Environment = { ...HURRY, MONDAY_SETTLE_WAIT: '1s', MONDAY_TIMEOUT_MS: '2000' };
const CALM = /Nothing needs attention\.$/;
// Each drill is several whole runs.
jest.setTimeout(patience(240_000));
let world: World;
let quantity = 10;

beforeAll(async () => {
  world = await World.open(['TITLE 9', 'JOHNNIE O']);
  expect((await sync()).code).toBe(0);
});

afterAll(() => world.close());

beforeEach(async () => {
  quantity += 1;
  await world.sql(
    `UPDATE dbo."ORDERS_UNIFIED" SET "S" = ${quantity} WHERE "CUSTOMER NAME" IN ('TITLE 9', 'JOHNNIE O')`,
  );
});

const sync = (env: Environment = {}): Promise<Ended> =>
  world.run('local/sync', [], { ...everything(world), ...QUICK, ...env });

/** Reads status and runs what it prints, as it is printed, until it is calm: as an operator does who knows nothing else. */
async function recover(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const { code, said } = await world.run('batch', ['status']);
    expect({ code, said }).toEqual({ code: 0, said });
    if (CALM.test(said)) return;
    const commands = commandsIn(said);
    expect({ said, commands: commands.length }).not.toMatchObject({ commands: 0 });
    for (const command of commands) await runPrinted(world, command, QUICK);
  }
  expect((await world.run('batch', ['status'])).said).toMatch(CALM);
}

/** The board shows every line of the source with its sizes, and nothing twice. */
async function expectRight(): Promise<void> {
  const items = (await readBoard(world)).filter(({ state }) => state === 'active');
  expect(items.map(({ sizes }) => sizes['S'])).toEqual(items.map(() => quantity));
  expect(await createdTwice(world)).toEqual([]);
  const { code, said } = await world.run('push', ['--audit'], QUICK);
  expect({ code, said }).toEqual({ code: 0, said });
}

// An operator reads what was said and batch status, and runs the commands that are printed.
describe('after', () => {
  it('a board that was away', async () => {
    const { code, said } = await sync({ MONDAY_API_URL: `http://${CLOSED}/v2` });
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(CLOSED) });
    await recover();
    await expectRight();
  });

  it('a database that was down', async () => {
    const url = new URL(everything(world)['WAREHOUSE_URL'] ?? '');
    url.host = CLOSED;
    const { code, said } = await sync({ WAREHOUSE_URL: url.href });
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(CLOSED) });
    const [again = ''] = commandsIn(said);
    expect((await runPrinted(world, again, QUICK)).code).toBe(0);
    await recover();
    await expectRight();
  });

  it.each<[string, Environment]>([
    ['schema', { WAREHOUSE_SCHEMA: 'nowhere' }],
    ['mapping', { MAPPING_FILE: '/nowhere/mapping.yaml' }],
    ['token', { MONDAY_API_TOKEN: 'another' }],
  ])('a wrong %s', async (_, env) => {
    const { code, said } = await sync(env);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('Put right what is said above') });
    const [again = ''] = commandsIn(said);
    expect((await runPrinted(world, again, QUICK)).code).toBe(0);
    await recover();
    await expectRight();
  });

  it('kill -9 of push', async () => {
    const { batches } = await world.batches('--customer', 'TITLE NINE');
    const batchId = batches[0]?.batchId ?? '';
    await world.expect('stage', '--batch-id', batchId);
    await control(world, '/_faults', {
      script: [{ operation: 'change_multiple_column_values', nth: 1, fault: 'hangAfterCommit' }],
    });
    const push = world.start('push', ['--batch-id', batchId], QUICK);
    await until('push has sent', async () => {
      const [row] = await world.sql('SELECT COUNT(*) AS n FROM dbo."MON_Ledger" WHERE "attempt_id" IS NOT NULL');
      return Number(row?.['n']) > 0;
    });
    await push.kill();
    await control(world, '/_faults', {});
    await recover();
    expect((await sync()).code).toBe(0);
    await expectRight();
  });
});
