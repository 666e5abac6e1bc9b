import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChangingOrders } from '../../scripts/bench/changing-orders.js';
import { RunsAtBoard } from '../../scripts/bench/play-day.js';
import { systemClock } from '../../shared/ground/clock.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import { migrateArchive } from '../../shared/store/schema/migrate-archive.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { expectedCalls } from '../../tasks/batch/facts/calls.js';
import { createTestDatabase, type TestDatabase } from '../helpers/database.js';
import { mapping } from '../helpers/warehouse.js';

const CUSTOMERS = 2;
const CHANGED = 20;
let database: TestDatabase;
let warehouse: Warehouse;
let archives: Warehouse;
let board: RunsAtBoard;
let orders: ChangingOrders;

beforeAll(async () => {
  const clock = systemClock();
  database = await createTestDatabase();
  const open = (schema: string) =>
    openWarehouse({ url: database.url, schema, clock, applicationName: 'test bench-day' });
  [warehouse, archives] = [await open('dbo'), await open('public')];
  board = await RunsAtBoard.open({ warehouse, archives });
  await migrate(warehouse, mapping, clock, { waitMs: 10_000, signal: new AbortController().signal });
  await migrateArchive({ url: database.url, schema: 'public' }, { clock, look: false });
  orders = await ChangingOrders.load(warehouse, mapping, { customers: CUSTOMERS, lines: 60, seed: 1 });
  await board.run('first load');
  board.limits = { callsPerDay: 1_000, complexityPerMinute: 10_000_000, requestsPerMinute: 1_000, mutationMs: 500 };
});
afterAll(async () => {
  await board.close();
  await Promise.all([warehouse.close(), archives.close()]);
  await database.drop();
});

describe('a day of runs that change a value and a size of twenty lines of each customer', () => {
  it('takes one read and one request of changes per customer and run, none refused', async () => {
    for (const hour of [0, 4]) {
      await orders.change(CHANGED);
      await board.passUntil(hour * 60 + 1);
      const taken = await board.run(`at ${hour}`);
      expect(taken).toMatchObject({
        pushes: CUSTOMERS,
        requests: 2 * CUSTOMERS,
        forecast: { requests: 2 * CUSTOMERS },
      });
    }
    expect(board.callsToday).toBe(2 * 2 * CUSTOMERS);
    expect(board.refused).toBe(0);
  });

  it('takes no request when nothing changed', async () => {
    await board.passUntil(8 * 60 + 1);
    expect(await board.run('at 8')).toMatchObject({ pushes: 0, requests: 0 });
    expect(board.callsToday).toBe(2 * 2 * CUSTOMERS);
  });

  it('is counted by watch as the board counts it, and forecast from the day before', async () => {
    const ofDay = 3 * 2 * CUSTOMERS;
    for (const day of ['a day', 'the next']) {
      for (const hour of [0, 4, 8]) {
        await orders.change(CHANGED);
        await board.passUntil(hour * 60 + 1);
        await board.run(`${day} at ${hour}`);
        const calls = await board.calls();
        expect(calls).toMatchObject({ made: board.callsToday, limit: { calls: 1_000 }, isUsedUp: false });
        if (day === 'the next') expect(expectedCalls(calls)).toBe(ofDay);
      }
      expect(board.callsToday).toBe(ofDay);
    }
  });
});
