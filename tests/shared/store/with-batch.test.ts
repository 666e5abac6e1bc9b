import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { FixFirstError, silentLog, TryAgainError } from '../../../shared/ground/errors.js';
import { newUuid } from '../../../shared/ground/ids.js';
import { assertOwner, claimBatch } from '../../../shared/store/batches.js';
import { customerLock, type TakeUp, withBatch } from '../../../shared/store/locks.js';
import { BATCH_STATES, type BatchState } from '../../../shared/store/states.js';
import { makeBatch } from '../../helpers/batches.js';
import { IN_DBO, openTestWarehouse, sql, type TestWarehouse } from '../../helpers/warehouse.js';

const clock = systemClock();
let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
});
afterAll(() => test.drop());
afterEach(async () => {
  await sql(test.warehouse, 'DELETE FROM dbo."MON_BatchProcessing"');
});

async function batchIn(status: BatchState, options: { dry?: boolean } = {}): Promise<string> {
  const batchId = await makeBatch(test.warehouse, [], options);
  await set(batchId, status);
  return batchId;
}

async function set(batchId: string, status: BatchState): Promise<void> {
  const values = { status, batch_id: batchId };
  await sql(
    test.warehouse,
    'UPDATE dbo."MON_BatchProcessing" SET "status" = @status WHERE "batch_id" = @batch_id',
    values,
  );
}

async function ownerOf(batchId: string): Promise<unknown> {
  const text = 'SELECT "owner_token" FROM dbo."MON_BatchProcessing" WHERE "batch_id" = @batch_id';
  return (await sql(test.warehouse, text, { batch_id: batchId }))[0]?.['owner_token'];
}

async function errorOf(batchId: string): Promise<unknown> {
  const text = 'SELECT "last_error" FROM dbo."MON_BatchProcessing" WHERE "batch_id" = @batch_id';
  return (await sql(test.warehouse, text, { batch_id: batchId }))[0]?.['last_error'];
}

async function fail(message: string): Promise<void> {
  throw new TryAgainError('STOPPED', message);
}

/** What a step makes of a batch: `work` or what the log is told. */
async function takeUp(
  batchId: string,
  given: Pick<TakeUp, 'step'> & Partial<TakeUp>,
  hear = (_: string) => {},
  work = async () => {},
) {
  const said: string[] = [];
  const info = (message: string): void => {
    said.push(message);
    hear(message);
  };
  const log = { ...silentLog, info };
  const options = { clock, waitMs: 0, signal: new AbortController().signal, log, ...given };
  return withBatch(test.warehouse, batchId, options, {
    work: async ({ batch, lock, ownerToken }) => {
      await work();
      return { did: 'work', status: batch.status, lock: lock.name, ownerToken };
    },
    otherwise: async (batch) => ({ did: said.join(), status: batch.status, lock: '', ownerToken: '' }),
  });
}

describe('withBatch', () => {
  const TAKEN = {
    stage: ['STARTED'],
    push: ['STAGED', 'PUSHED'],
    promote: ['STAGED', 'PUSHED'],
    archive: ['COMPLETED', 'COMPLETED_WITH_ERRORS'],
  } as const;

  it.each(
    Object.entries(TAKEN).flatMap(([step, states]) =>
      BATCH_STATES.map((status) => ({ step: step as keyof typeof TAKEN, status, states: states as readonly string[] })),
    ),
  )('$step on a $status batch works, reports that there is nothing to do, or refuses it', async (given) => {
    const { step, status, states } = given;
    const batchId = await batchIn(status);
    const done = takeUp(batchId, { step });
    if (states.includes(status)) expect((await done).did).toBe('work');
    else if (status === 'STARTED') await expect(done).rejects.toThrow(/not staged yet: run stage.* first/);
    else expect((await done).did).toMatch(new RegExp(`^Nothing to ${step}.*: the batch is ${status}`));
    const owner = await ownerOf(batchId);
    if (states.includes(status) && step !== 'archive') expect(owner).toBe((await done).ownerToken);
    else expect(owner).toBeNull();
  });

  it.each(['promote', 'archive'] as const)('%s leaves a batch of a dry run alone, whatever its state', async (step) => {
    for (const status of ['STARTED', 'STAGED', 'DRY_RUN'] as const)
      expect((await takeUp(await batchIn(status, { dry: true }), { step })).did).toBe(
        `Nothing to ${step}: the batch is part of a dry run.`,
      );
  });

  it('keeps the owner of a batch that is only read', async () => {
    const batchId = await batchIn('STAGED');
    const owner = await claimBatch(test.warehouse, batchId, 'push', clock.now());
    expect(await takeUp(batchId, { step: 'push', readOnly: true })).toMatchObject({ did: 'work', ownerToken: '' });
    expect(await ownerOf(batchId)).toBe(owner);
  });

  it('reads the batch again once it has the lock, and ignores what it read before', async () => {
    const batchId = await batchIn('STAGED');
    const held = await test.warehouse.lock(customerLock(IN_DBO, 'GREYSON'), 0);
    let meanwhile: Promise<void> | undefined;
    const { did, status } = await takeUp(batchId, { step: 'push', waitMs: 60_000 }, () => {
      meanwhile ??= set(batchId, 'SUPERSEDED').then(() => held?.release());
    });
    await meanwhile;
    expect([status, did]).toEqual(['SUPERSEDED', expect.stringContaining('Nothing to push: the batch is SUPERSEDED.')]);
  });

  it('takes over the batch from an owner whose lock is gone, who can then change nothing', async () => {
    const batchId = await batchIn('STAGED');
    const first = await claimBatch(test.warehouse, batchId, 'push', clock.now());
    const { ownerToken } = await takeUp(batchId, { step: 'push' });
    const prove = (token: string) =>
      test.warehouse.transaction((transaction) => assertOwner(transaction, batchId, token, ['STAGED']));
    await expect(prove(first)).rejects.toThrow(TryAgainError);
    await prove(ownerToken);
  });

  it('holds only the lock of its customer, and releases it', async () => {
    const batchId = await batchIn('STAGED');
    expect((await takeUp(batchId, { step: 'push' })).lock).toBe(customerLock(IN_DBO, 'GREYSON'));
    const free = await test.warehouse.lock(customerLock(IN_DBO, 'GREYSON'), 0);
    expect(free).toBeDefined();
    await expect(takeUp(batchId, { step: 'push' })).rejects.toThrow(/lock customer:GREYSON was still held/);
    await free?.release();
  });

  it.each(['stage', 'push', 'promote'] as const)('keeps beside the batch what ended its %s', async (step) => {
    const batchId = await batchIn(TAKEN[step][0]);
    await expect(takeUp(batchId, { step }, undefined, () => fail('the disk is full'))).rejects.toThrow(
      'the disk is full',
    );
    expect(await errorOf(batchId)).toBe('the disk is full');
  });

  it('keeps no error of an owner that has lost the batch, nor of one that only reads it', async () => {
    const batchId = await batchIn('STAGED');
    const lost = takeUp(batchId, { step: 'push' }, undefined, async () => {
      await claimBatch(test.warehouse, batchId, 'push', clock.now());
      await fail('too late');
    });
    await expect(lost).rejects.toThrow('too late');
    const reading = takeUp(batchId, { step: 'push', readOnly: true }, undefined, () => fail('read'));
    await expect(reading).rejects.toThrow('read');
    expect(await errorOf(batchId)).toBeNull();
  });

  it('refuses an unknown batch', async () => {
    await expect(takeUp(newUuid(), { step: 'push' })).rejects.toThrow(FixFirstError);
  });
});
