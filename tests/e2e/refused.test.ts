import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { control, createdTwice, readBoard } from './board-view.js';
import { World } from './world.js';

let world: World;
let keys: string[];

beforeAll(async () => {
  world = await World.open(['GREYSON CLOTHIERS']);
  const rows = await world.sql('SELECT "record_uuid" AS uuid FROM dbo."ORDERS_UNIFIED" ORDER BY "record_uuid"');
  keys = rows.map(({ uuid }) => String(uuid).toLowerCase());
});
afterAll(() => world.close());

/** A run of the one customer; push ends with `code`. */
async function carry(code: number, ...flags: string[]) {
  const { runId } = await world.expect('detect', '--allow-large-change');
  const { batches } = await world.expect('batch', '--run-id', String(runId), ...flags);
  const [batch] = batches as { batchId: string }[];
  const args = ['--batch-id', batch?.batchId ?? ''];
  await world.expect('stage', ...args);
  const pushed = await world.run('push', args);
  if (pushed.code !== code) throw new Error(`push ended with exit code ${pushed.code}:\n${pushed.said}`);
  return { pushed, promoted: await world.expect('promote', ...args) };
}

const reasons = async () =>
  (
    await world.sql(
      `SELECT "reason", "error_message" AS text FROM dbo."ERR_MON_CustMasterSchedule"
       WHERE "step" = 'push' AND "severity" = 'ERROR' AND "resolved_date" IS NULL ORDER BY "reason"`,
    )
  ).map(({ reason, text }) => [reason, text]);

// One story of a first load in which the board refuses four lines for four reasons, and of what becomes of them.
describe('lines that the board refuses', () => {
  it("are reported in the board's words, and all others land and are promoted", async () => {
    const [group, rule, unlisted, right] = keys;
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "CUSTOMER SEASON" = \'NEW ONE\' WHERE "record_uuid" = @group', {
      group: group ?? null,
    });
    const rules = [{ itemId: null, columnIds: ['x'], message: "'PO NUMBER' is required" }];
    await control(world, '/_faults', {
      script: [
        { operation: 'create_group', value: 'GREYSON NEW ONE', fault: 'error:InvalidArgumentException@field' },
        {
          operation: 'create_item',
          value: rule,
          fault: 'error:DATA_VALIDATIONS_ERROR@field',
          error_data: rules,
        },
        { operation: 'create_item', value: unlisted, fault: 'error:CODE_OF_TOMORROW@field', status_code: 451 },
        { operation: 'create_item', value: right, fault: 'error:USER_UNAUTHORIZED@field', status_code: 403 },
      ],
    });
    const started = Date.now();
    const { pushed, promoted } = await carry(3);
    expect(Date.now() - started).toBeLessThan(60_000);
    expect(pushed.outputs).toMatchObject({ status: 'PUSHED', itemsFailed: 4, newFailures: 4, pending: 0 });
    expect(promoted).toMatchObject({ promoted: keys.length - 4, failed: 4 });
    expect(await reasons()).toEqual([
      ['CODE_OF_TOMORROW', expect.stringContaining('CODE_OF_TOMORROW')],
      ['DATA_VALIDATIONS_ERROR', expect.stringContaining("'PO NUMBER' is required")],
      ['GROUP', expect.stringContaining('group "GREYSON NEW ONE" of season NEW ONE')],
      ['USER_UNAUTHORIZED', expect.stringContaining('unauthorized')],
    ]);
  });

  it('do not block the next run', async () => {
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = \'later\' WHERE "record_uuid" = @uuid', {
      uuid: keys[10] ?? null,
    });
    const { pushed, promoted } = await carry(0);
    expect(pushed.outputs).toMatchObject({ status: 'PUSHED', itemsUpdated: 1, itemsFailed: 0 });
    expect(promoted).toMatchObject({ status: 'COMPLETED', promoted: 1 });
  });

  it('land when the cause is gone', async () => {
    await control(world, '/_faults', { script: [] });
    const { pushed, promoted } = await carry(0, '--retry-failed');
    expect(pushed.outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 4 });
    expect(promoted).toMatchObject({ status: 'COMPLETED', promoted: 4 });
    expect((await readBoard(world)).map(({ key }) => key).sort()).toEqual(keys);
    expect(await createdTwice(world)).toEqual([]);
    expect(await reasons()).toEqual([]);
  });
});

describe('a full board', () => {
  it('accepts what needs no room, and the waiting lines, which are counted, once there is room', async () => {
    await control(world, '/_limits', { itemsLimit: keys.length });
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "NOTES" = \'fits\' WHERE "record_uuid" = @uuid', {
      uuid: keys[11] ?? null,
    });
    const taken = '7a11e000-0000-4000-8000-000000000001';
    await world.sql(
      'UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = @taken, "AAG ORDER NUMBER" = \'GRE-NEW\' WHERE "record_uuid" = @uuid',
      {
        taken,
        uuid: keys[12] ?? null,
      },
    );
    const { pushed, promoted } = await carry(0);
    expect(pushed.outputs).toMatchObject({
      status: 'PARTIAL',
      reason: 'BOARD_FULL',
      itemsWaiting: 1,
      itemsLimit: keys.length,
      itemsUpdated: 1,
    });
    expect(pushed.said.match(/The board is full/g)).toHaveLength(1);
    expect(promoted).toMatchObject({ status: 'PARTIAL', promoted: 1 });
    await control(world, '/_limits', { itemsLimit: 10_000 });
    expect((await carry(0)).pushed.outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 1 });
  });
});
