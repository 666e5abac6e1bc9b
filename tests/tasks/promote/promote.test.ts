import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { silentLog } from '../../../shared/ground/errors.js';
import { setMissing, withdrawAcknowledgements } from '../../../shared/store/snapshot.js';
import { settleRekeyed } from '../../../shared/store/staging.js';
import { promoteCommand } from '../../../tasks/promote/commands.js';
import { runPromote } from '../../../tasks/promote/run.js';
import { stageCommand } from '../../../tasks/stage/commands.js';
import { runStage } from '../../../tasks/stage/run.js';
import { makeBatch } from '../../helpers/batches.js';
import { taskContext } from '../../helpers/task-context.js';
import {
  deleteLine,
  insertLines,
  line,
  openTestWarehouse,
  sql,
  type TestWarehouse,
  uuid,
} from '../../helpers/warehouse.js';

let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
});
afterAll(() => test.drop());
beforeEach(async () => {
  const tables = [
    'ORDERS_UNIFIED',
    'ORDERS_UNIFIED_SNAPSHOT',
    'MON_CustMasterSchedule_Subitems',
    'MON_CustMasterSchedule',
    'MON_Ledger',
    'MON_Board',
  ];
  for (const table of tables) await sql(test.warehouse, `DELETE FROM dbo."${table}"`);
});

async function promote(batchId: string) {
  return (
    (await runPromote(taskContext(promoteCommand.settings, { warehouse: test.warehouse }), { batchId })).outputs ?? {}
  );
}

/** Stages a batch and answers its lines as push would. */
async function land(batchId: string, status = 'API_SUCCESS') {
  await runStage(taskContext(stageCommand.settings, { warehouse: test.warehouse }), { batchId });
  const where = `WHERE "batch_id" = @batch_id AND "stg_status" = 'PENDING'`;
  await sql(
    test.warehouse,
    `UPDATE dbo."STG_MON_CustMasterSchedule" SET "stg_status" = @status, "stg_monday_item_id" = 700 ${where}`,
    { batch_id: batchId, status },
  );
  await sql(
    test.warehouse,
    `UPDATE dbo."STG_MON_CustMasterSchedule_Subitems" SET "stg_status" = @status, "stg_monday_subitem_id" = 800 ${where}`,
    { batch_id: batchId, status },
  );
  await sql(test.warehouse, `UPDATE dbo."MON_BatchProcessing" SET "status" = 'PUSHED' WHERE "batch_id" = @batch_id`, {
    batch_id: batchId,
  });
}

const snapshot = () => sql(test.warehouse, 'SELECT * FROM dbo."ORDERS_UNIFIED_SNAPSHOT" ORDER BY "line_key"');

describe('promote', () => {
  it('acknowledges what landed with the staged hash and values, and closes the batch', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5, 'CUSTOMER PRICE': '$1,234.50' })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await land(batchId);
    expect(await promote(batchId)).toEqual({ status: 'COMPLETED', promoted: 1, failed: 0 });
    const [staged] = await sql(
      test.warehouse,
      'SELECT "row_hash" FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id',
      { batch_id: batchId },
    );
    expect(await snapshot()).toMatchObject([
      {
        line_key: uuid(1),
        record_uuid: uuid(1),
        row_hash: staged?.['row_hash'],
        customer: 'GREYSON',
        sizes: 'S=5',
        'CUSTOMER PRICE': '$1,234.50',
        deleted_at: null,
      },
    ]);
    const items = await sql(
      test.warehouse,
      `SELECT "Item ID", "Title", CAST("CUSTOMER PRICE" AS VARCHAR(60)) AS "CUSTOMER PRICE"
       FROM dbo."MON_CustMasterSchedule"`,
    );
    expect(items).toEqual([
      { 'Item ID': '700', Title: 'MSP26B1BLACKGRE-00001', 'CUSTOMER PRICE': '1234.500000000000000000' },
    ]);
    const subitems = await sql(
      test.warehouse,
      'SELECT "Size", "Order Qty", "subitem_id" FROM dbo."MON_CustMasterSchedule_Subitems"',
    );
    expect(subitems).toEqual([{ Size: 'S', 'Order Qty': 5, subitem_id: '800' }]);
    expect(await promote(batchId)).toEqual({ status: 'COMPLETED', promoted: 1, failed: 0 });
  });

  it('leaves a batch open while lines wait, and promotes the others', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5 }), line(2, { S: 6 })]);
    const batchId = await makeBatch(test.warehouse, [
      { line: 1, change: 'NEW' },
      { line: 2, change: 'NEW' },
    ]);
    await land(batchId);
    await sql(
      test.warehouse,
      `UPDATE dbo."STG_MON_CustMasterSchedule_Subitems" SET "stg_status" = 'PENDING' WHERE "line_key" = @line_key`,
      { line_key: uuid(2) },
    );
    expect(await promote(batchId)).toEqual({ status: 'PARTIAL', promoted: 1, failed: 0 });
    expect((await snapshot()).map((row) => row['line_key'])).toEqual([uuid(1)]);
  });

  it('closes with errors when lines failed, and does not acknowledge them', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5 })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await land(batchId, 'API_FAILED');
    expect(await promote(batchId)).toEqual({ status: 'COMPLETED_WITH_ERRORS', promoted: 0, failed: 1 });
    expect(await snapshot()).toEqual([]);
  });

  it('does not acknowledge a line while the ledger has something of it unresolved', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5 })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await land(batchId);
    await sql(test.warehouse, 'INSERT INTO dbo."MON_Board" ("board_id", "remembered_at") VALUES (1, @now)', {
      now: new Date(),
    });
    await sql(
      test.warehouse,
      `INSERT INTO dbo."MON_Ledger" ("board_id", "kind", "ledger_key", "size", "operation", "updated_at") VALUES (1, 'size', @key, 'S', 'change', @now)`,
      { key: uuid(1), now: new Date() },
    );
    expect(await promote(batchId)).toMatchObject({ status: 'PARTIAL', promoted: 0 });
    expect(await snapshot()).toEqual([]);
  });

  it('leaves a tombstone for a deleted line and removes it from the production tables', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5 })]);
    const first = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await land(first);
    await promote(first);
    await deleteLine(test.warehouse, 1);
    const second = await makeBatch(test.warehouse, [{ line: 1, change: 'DELETED' }]);
    await land(second);
    expect(await promote(second)).toMatchObject({ status: 'COMPLETED', promoted: 1 });
    expect((await snapshot())[0]?.['deleted_at']).toBeInstanceOf(Date);
    expect(await sql(test.warehouse, 'SELECT * FROM dbo."MON_CustMasterSchedule"')).toEqual([]);
  });

  it('gives a re-keyed line its new uuid under the old line key', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5 })]);
    const first = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await land(first);
    await promote(first);
    const hash = String((await snapshot())[0]?.['row_hash']);
    await sql(test.warehouse, 'UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = @uuid', { uuid: uuid(2) });
    const second = await makeBatch(test.warehouse, [{ line: 2, lineKey: 1, oldUuid: 1, change: 'REKEYED', hash }]);
    await land(second, 'PENDING');
    await settleRekeyed(test.warehouse, second, new Date());
    await promote(second);
    expect(await snapshot()).toMatchObject([{ line_key: uuid(1), record_uuid: uuid(2), row_hash: hash }]);
    expect(
      await sql(test.warehouse, 'SELECT "record_uuid", "batch_id", "Item ID" FROM dbo."MON_CustMasterSchedule"'),
    ).toMatchObject([{ record_uuid: uuid(2), batch_id: second, 'Item ID': '700' }]);
  });

  it('forgets when a deleted line was missed, so that one that returns is not deleted at the first look', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5 })]);
    const first = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await land(first);
    await promote(first);
    await setMissing(test.warehouse, [uuid(1)], new Date());
    await deleteLine(test.warehouse, 1);
    const second = await makeBatch(test.warehouse, [{ line: 1, change: 'DELETED' }]);
    await land(second);
    await promote(second);
    expect(await snapshot()).toMatchObject([{ deleted_at: expect.any(Date), missing_since: null }]);
    await sql(test.warehouse, 'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "missing_since" = "deleted_at"');
    await withdrawAcknowledgements(test.warehouse, [{ lineKey: uuid(1), deleted: false }]);
    expect(await snapshot()).toMatchObject([{ deleted_at: null, missing_since: null }]);
  });

  it('writes the columns that exist, and closes the batch, when the production table lost ours', async () => {
    await sql(test.warehouse, 'ALTER TABLE dbo."MON_CustMasterSchedule" DROP COLUMN "HS CODE"');
    await insertLines(test.warehouse, [line(1, { S: 5 })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await land(batchId);
    expect(await promote(batchId)).toMatchObject({ status: 'COMPLETED' });
    expect(await sql(test.warehouse, 'SELECT "Title" FROM dbo."MON_CustMasterSchedule"')).toHaveLength(1);
  });

  it('logs its progress when it takes long, up to the last step', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5 })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await land(batchId);
    const said: string[] = [];
    let minutes = 0;
    const later = (): Date => {
      minutes += 1;
      return new Date(Date.UTC(2026, 0, 5, 0, minutes));
    };
    const context = taskContext(promoteCommand.settings, {
      warehouse: test.warehouse,
      clock: { ...systemClock(), now: later },
      log: { ...silentLog, info: (message) => said.push(message) },
    });
    await runPromote(context, { batchId });
    const steps = said.flatMap(
      (message) => message.match(/^Promoting: (\d of 6 steps) .* a second, about .* left\.$/)?.[1] ?? [],
    );
    expect(steps).toEqual([
      '1 of 6 steps',
      '2 of 6 steps',
      '3 of 6 steps',
      '4 of 6 steps',
      '5 of 6 steps',
      '6 of 6 steps',
    ]);
  });

  it('refuses a batch that is not staged', async () => {
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await expect(promote(batchId)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('stage') });
  });
});
