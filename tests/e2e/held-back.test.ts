import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { control, createdTwice, readBoard } from './board-view.js';
import { World } from './world.js';

const ONLY = ['--customer', 'TITLE 9'] as const;
const heldLines = z.array(z.object({ lineKey: z.string(), step: z.string(), reason: z.string(), message: z.string() }));

let world: World;

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
});

afterAll(() => world.close());

async function held() {
  const { code, said } = await world.run('batch', ['list', '--held', '--json', ...ONLY]);
  expect(code).toBe(0);
  return heldLines.parse(JSON.parse(said.split('\n').find((line) => line.startsWith('[')) ?? 'null'));
}

async function makeBatch(...flags: string[]) {
  const { runId } = await world.expect('detect', ...ONLY);
  const { batches, heldBack } = await world.expect('batch', '--run-id', String(runId), ...flags);
  const [batch] = batches as { batchId: string; lines: number }[];
  return { batch, heldBack };
}

/** Stage, push and promote; a push that some lines failed in ends with exit code 3. */
async function finish(batchId: string | undefined, pushCode: number) {
  const args = ['--batch-id', batchId ?? ''];
  await world.expect('stage', ...args);
  const { code, outputs } = await world.run('push', args);
  expect(code).toBe(pushCode);
  return { pushed: outputs, promoted: await world.expect('promote', ...args) };
}

const unresolved = async () =>
  Number(
    (
      await world.sql(
        `SELECT CAST(COUNT(*) AS INT) AS n FROM dbo."ERR_MON_CustMasterSchedule" WHERE "severity" = 'ERROR' AND "resolved_date" IS NULL`,
      )
    )[0]?.['n'],
  );

// One story of a line that the board refuses.
describe('a rejected line', () => {
  it('is reported with its reason, and the others continue', async () => {
    await control(world, '/_faults', {
      script: [{ operation: 'create_item', nth: 2, fault: 'error:ColumnValueException' }],
    });
    const { batch } = await makeBatch();
    const { pushed, promoted } = await finish(batch?.batchId, 3);
    expect(pushed).toMatchObject({ itemsCreated: 3, itemsFailed: 1, newFailures: 1 });
    expect(promoted).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', promoted: 3, failed: 1 });
    expect(await held()).toEqual([
      expect.objectContaining({
        step: 'push',
        reason: 'ColumnValueException',
        message: expect.stringContaining('board'),
      }),
    ]);
    const { said } = await world.run('batch', ['list', ...ONLY]);
    expect(said).toMatch(/COMPLETED_WITH_ERRORS +TITLE NINE {2}4 lines, 1 failed, 0 held back/);
  });

  it('is held back from later batches, and does not count as newly failed there', async () => {
    const { batch, heldBack } = await makeBatch();
    expect([batch, heldBack]).toEqual([undefined, 1]);
    expect(await held()).toHaveLength(1);
    expect(await unresolved()).toBe(1);
  });

  it('counts as newly failed, with exit code 3, when it is refused again after --retry-failed', async () => {
    await control(world, '/_faults', {
      script: [{ operation: 'create_item', nth: 1, fault: 'error:ColumnValueException' }],
    });
    const { batch } = await makeBatch('--retry-failed');
    const { pushed } = await finish(batch?.batchId, 3);
    expect(pushed).toMatchObject({ itemsFailed: 1, newFailures: 1 });
    expect([await unresolved(), (await held()).length]).toEqual([1, 1]);
    expect(await makeBatch()).toMatchObject({ batch: undefined, heldBack: 1 });
  });

  it('is released by --retry-failed, and its error is resolved when it succeeds', async () => {
    const { batch, heldBack } = await makeBatch('--retry-failed');
    expect([batch?.lines, heldBack]).toEqual([1, 0]);
    expect(await held()).toEqual([]);
    const { pushed, promoted } = await finish(batch?.batchId, 0);
    expect(pushed).toMatchObject({ itemsCreated: 1, newFailures: 0 });
    expect(promoted).toMatchObject({ status: 'COMPLETED', promoted: 1, failed: 0 });
    expect([await unresolved(), await held()]).toEqual([0, []]);
    expect(await readBoard(world)).toHaveLength(4);
    expect(await createdTwice(world)).toEqual([]);
    expect(await makeBatch()).toEqual({ batch: undefined, heldBack: 0 });
  });
});
