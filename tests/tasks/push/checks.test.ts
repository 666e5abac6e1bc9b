import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FixFirstError, TryAgainError } from '../../../shared/ground/errors.js';
import { customerLock } from '../../../shared/store/locks.js';
import { IN_DBO, insertLines, line, sql, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

let pushing: Pushing;

beforeAll(async () => {
  pushing = await Pushing.open();
  await insertLines(warehouse(), [line(1, { XS: 10, S: 20 }), line(2, { OS: 7 })]);
});
afterAll(() => pushing.close());
beforeEach(() => pushing.startOver(['MON_Ledger', 'MON_Request', 'MON_Board', 'ORDERS_UNIFIED_SNAPSHOT']));

const warehouse = () => pushing.test.warehouse;
const LOAD = [
  { line: 1, change: 'NEW' },
  { line: 2, change: 'NEW' },
] as const;

const ATTEMPTS = `SELECT "ledger_key" FROM dbo."MON_Ledger" WHERE "kind" = 'item' AND "attempt_id" IS NOT NULL`;

/** Nothing of the batch failed, and the board was not asked to change anything. */
async function expectUntouched(batchId: string): Promise<void> {
  const statuses = await sql(
    warehouse(),
    'SELECT DISTINCT "stg_status" FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id',
    { batch_id: batchId },
  );
  expect(statuses).toEqual([{ stg_status: 'PENDING' }]);
  expect(await pushing.mutations(0)).toEqual([]);
}

describe('before the first write push refuses', () => {
  it('a board other than the one used before', async () => {
    await sql(warehouse(), 'INSERT INTO dbo."MON_Board" ("board_id", "remembered_at") VALUES (4711, @now)', {
      now: new Date(),
    });
    const batchId = await pushing.stage(LOAD);
    await expect(pushing.push(batchId)).rejects.toThrow('The ledger belongs to board 4711');
    await expectUntouched(batchId);
  });

  it('a missing board', async () => {
    const batchId = await pushing.stage(LOAD);
    await expect(pushing.push(batchId, { env: { MONDAY_BOARD_ID: '1' } })).rejects.toThrow(FixFirstError);
    await expectUntouched(batchId);
  });

  it('a customer whose orders are on the board without our key', async () => {
    const values = { text_mkr5wya6: 'GRE-00001' };
    await pushing.board.control('POST', '/_edit', {
      create: { name: 'by hand', group: 'topics', values, subitems: [] },
    });
    const batchId = await pushing.stage(LOAD);
    await expect(pushing.push(batchId)).rejects.toThrow('already holds 1 items with order numbers of this customer');
    await expectUntouched(batchId);
  });

  it('a batch that is not staged', async () => {
    const batchId = await pushing.stage(LOAD);
    await sql(warehouse(), 'UPDATE dbo."MON_BatchProcessing" SET "status" = \'STARTED\' WHERE "batch_id" = @id', {
      id: batchId,
    });
    await expect(pushing.push(batchId)).rejects.toThrow('run stage first');
  });

  it('a token that the account does not know, without failing a line', async () => {
    const batchId = await pushing.stage(LOAD);
    await pushing.board.fault('create_item', 'error:USER_UNAUTHORIZED', 1);
    await expect(pushing.push(batchId)).rejects.toThrow('No line is marked as failed');
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 2, itemsFailed: 0 });
  });
});

describe('a dry run of push', () => {
  it('reports what a push would do, and changes neither batch nor board', async () => {
    const batchId = await pushing.stage(LOAD);
    const { outputs, lines } = await pushing.push(batchId, { dryRun: true });
    expect(outputs).toMatchObject({
      status: 'STAGED',
      itemsCreated: 2,
      subitemsCreated: 3,
      forecast: { points: 150_000 },
    });
    expect(lines?.join('\n')).toContain('items     2 to create, 0 to update, 0 to archive, 0 unchanged');
    await expectUntouched(batchId);
    expect(await sql(warehouse(), 'SELECT "ledger_key" FROM dbo."MON_Ledger"')).toEqual([]);
  });

  it('tells of orders without our key, with which a push ends', async () => {
    const values = { text_mkr5wya6: 'GRE-00001' };
    await pushing.board.control('POST', '/_edit', {
      create: { name: 'by hand', group: 'topics', values, subitems: [] },
    });
    const { lines } = await pushing.push(await pushing.stage(LOAD), { dryRun: true });
    expect(lines?.at(-1)).toMatch(
      /^refused {3}The board already holds 1 items with order numbers .* \(doctor --adopt\)/,
    );
  });

  it('shows old and new values of what would change', async () => {
    await pushing.carry(LOAD);
    await updateLine(warehouse(), 1, { S: 25 });
    const { lines } = await pushing.push(await pushing.stage([{ line: 1, change: 'CHANGED' }]), { dryRun: true });
    expect(lines?.join('\n')).toContain(`${uuid(1)} S  numeric_mkra7j8e: "20" -> "25"`);
    await updateLine(warehouse(), 1, { S: 20 });
  });

  it('reports what a push would do after one was killed while waiting for an answer', async () => {
    const batchId = await pushing.stage(LOAD);
    const kill = async (moment: string) => {
      const [sent] = await sql(warehouse(), ATTEMPTS);
      if (moment === 'begun' && sent !== undefined) throw new Error('killed');
    };
    await expect(pushing.push(batchId, { checkpoint: kill })).rejects.toThrow('killed');
    const { outputs } = await pushing.push(batchId, { dryRun: true });
    expect(outputs).toMatchObject({ status: 'STAGED', itemsCreated: 2, subitemsCreated: 3 });
    expect(await sql(warehouse(), ATTEMPTS)).not.toEqual([]);
  });

  it('ends a batch of a dry run as DRY_RUN, without a mutation', async () => {
    const batchId = await pushing.stage(LOAD, { dry: true });
    const { outputs } = await pushing.push(batchId);
    expect(outputs).toMatchObject({ status: 'DRY_RUN', itemsCreated: 2 });
    expect(await pushing.mutations(0)).toEqual([]);
  });
});

describe('a push that must stop', () => {
  it('stops sending on request, and the next push does the rest', async () => {
    const batchId = await pushing.stage(LOAD);
    const stop = new AbortController();
    const checkpoint = (moment: string) => (moment === 'answered' ? stop.abort() : undefined);
    const { outputs } = await pushing.push(batchId, { checkpoint, signal: stop.signal });
    expect(outputs).toMatchObject({ status: 'PARTIAL', pending: 5 });
    expect((await pushing.push(batchId)).outputs).toMatchObject({
      status: 'PUSHED',
      itemsCreated: 2,
      subitemsCreated: 3,
    });
    expect(await pushing.items()).toHaveLength(2);
  });

  it('counts lines whose sizes need nothing as landed, even if it stops before reaching them', async () => {
    await pushing.carry(LOAD);
    await updateLine(warehouse(), 1, { NOTES: 'late' });
    await updateLine(warehouse(), 2, { NOTES: 'late', L: 8 });
    const batchId = await pushing.stage(LOAD.map(({ line: number }) => ({ line: number, change: 'CHANGED' })));
    const stop = new AbortController();
    const checkpoint = (moment: string) => (moment === 'recorded' ? stop.abort() : undefined);
    const { outputs } = await pushing.push(batchId, { checkpoint, signal: stop.signal });
    expect(outputs).toMatchObject({ status: 'PARTIAL', itemsUpdated: 2, subitemsUnchanged: 3, pending: 1 });
    expect((await pushing.push(batchId)).outputs).toMatchObject({ status: 'PUSHED', subitemsCreated: 1, pending: 0 });
    await updateLine(warehouse(), 2, { L: null });
  });

  it('leaves complete lines on the board, which promote acknowledges', async () => {
    const batchId = await pushing.stage(LOAD);
    const stop = new AbortController();
    let requests = 0;
    const checkpoint = (moment: string) => {
      if (moment === 'recorded') requests += 1;
      // The group, the item of the first line, its sizes, the item of the second.
      if (requests === 4) stop.abort();
    };
    const { outputs } = await pushing.push(batchId, { checkpoint, signal: stop.signal, waveLines: 1 });
    expect(outputs).toMatchObject({ status: 'PARTIAL', itemsCreated: 2, subitemsCreated: 2, pending: 1 });
    expect((await pushing.promote(batchId)).outputs).toMatchObject({ promoted: 1 });
    expect((await pushing.push(batchId)).outputs).toMatchObject({ status: 'PUSHED', pending: 0 });
  });

  it('stops when its time is up', async () => {
    const batchId = await pushing.stage(LOAD);
    await pushing.board.fault('create_item', 'resetAfterCommit', 1);
    const { outputs } = await pushing.push(batchId, { maxMinutes: 1 });
    expect(outputs).toMatchObject({ status: 'PARTIAL' });
    await pushing.push(batchId);
    expect(await pushing.items()).toHaveLength(2);
  });

  it('waits for the customer, and says who holds the lock', async () => {
    const batchId = await pushing.stage(LOAD);
    const held = await warehouse().lock(customerLock(IN_DBO, 'GREYSON'), 0);
    await expect(pushing.push(batchId, { env: { LOCK_WAIT: '100ms' } })).rejects.toThrow(TryAgainError);
    await held?.release();
    await expectUntouched(batchId);
  });

  it('is taken over by the second of two, without duplicates', async () => {
    const batchId = await pushing.stage(LOAD);
    // The clock jumps from look to look at the holder: a slow server is not to take longer than all of them.
    const patient = { env: { LOCK_WAIT: '24h' } };
    const both = await Promise.all([pushing.push(batchId, patient), pushing.push(batchId, patient)]);
    expect(both.map(({ outputs }) => outputs?.['status'])).toEqual(['PUSHED', 'PUSHED']);
    expect(await pushing.items()).toHaveLength(2);
  });
});
