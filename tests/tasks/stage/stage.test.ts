import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { stageCommand } from '../../../tasks/stage/commands.js';
import { runStage } from '../../../tasks/stage/run.js';
import { makeBatch } from '../../helpers/batches.js';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { taskContext } from '../../helpers/task-context.js';
import {
  insertLines,
  line,
  openTestWarehouse,
  sql,
  type TestWarehouse,
  updateLine,
  uuid,
} from '../../helpers/warehouse.js';

let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
});
afterAll(() => test.drop());
beforeEach(async () => {
  for (const table of [
    'ORDERS_UNIFIED',
    'ORDERS_UNIFIED_SNAPSHOT',
    'ERR_MON_CustMasterSchedule',
    'ERR_MON_CustMasterSchedule_Subitems',
  ]) {
    await sql(test.warehouse, `DELETE FROM dbo."${table}"`);
  }
});

async function stage(batchId: string) {
  const context = taskContext(stageCommand.settings, {
    warehouse: test.warehouse,
  });
  return (await runStage(context, { batchId })).outputs ?? {};
}

const staged = (batchId: string) =>
  sql(
    test.warehouse,
    'SELECT * FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id ORDER BY "line_key"',
    { batch_id: batchId },
  );
const sizes = (batchId: string) =>
  sql(
    test.warehouse,
    'SELECT "Size", "Order Qty" FROM dbo."STG_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @batch_id ORDER BY "line_key", "size_order"',
    { batch_id: batchId },
  );

describe('stage', () => {
  it('turns XS=10 S=20 M=0 L=15 XL=0 into three sizes in column order', async () => {
    await insertLines(test.warehouse, [line(1, { XS: 10, S: 20, M: 0, L: 15, XL: 0, '28': null })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    expect(await stage(batchId)).toMatchObject({
      status: 'STAGED',
      items: 1,
      subitems: 3,
      rejected: 0,
      obsolete: 0,
      newFailures: 0,
    });
    expect(await sizes(batchId)).toEqual([
      { Size: 'XS', 'Order Qty': 10 },
      { Size: 'S', 'Order Qty': 20 },
      { Size: 'L', 'Order Qty': 15 },
    ]);
    const [row] = await staged(batchId);
    expect(row).toMatchObject({
      line_key: uuid(1),
      stg_status: 'PENDING',
      stg_change: 'NEW',
      Group: 'GREYSON 2025 FALL',
      Title: 'MSP26B1BLACKGRE-00001',
      CUSTOMER: 'GREYSON',
      'src sizes': 'XS=10;S=20;L=15',
    });
  });

  it('stages a cancelled line without sizes', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5, 'ORDER TYPE': 'Cancelled' })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    expect(await stage(batchId)).toMatchObject({ items: 1, subitems: 0 });
    expect((await staged(batchId))[0]).toMatchObject({ stg_cancelled: 1, 'ORDER TYPE': 'CANCELLED' });
  });

  it('returns what is recorded when run again, although the source has changed', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5 })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    const first = await stage(batchId);
    await updateLine(test.warehouse, 1, { S: 6 });
    expect(await stage(batchId)).toEqual(first);
    expect(await sizes(batchId)).toEqual([{ Size: 'S', 'Order Qty': 5 }]);
  });

  it('rejects a line without a required column and records why, once', async () => {
    await insertLines(test.warehouse, [line(1, { 'AAG ORDER NUMBER': null })]);
    for (const expected of [1, 0]) {
      const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
      expect(await stage(batchId)).toMatchObject({ items: 0, rejected: 1, newFailures: expected });
    }
    const failures = await sql(
      test.warehouse,
      'SELECT "reason", "line_key", "retry_count", "resolved_date" FROM dbo."ERR_MON_CustMasterSchedule"',
    );
    expect(failures).toEqual([{ reason: 'REQUIRED', line_key: uuid(1), retry_count: 1, resolved_date: null }]);
    await updateLine(test.warehouse, 1, { 'AAG ORDER NUMBER': 'GRE-00001' });
    await stage(await makeBatch(test.warehouse, [{ line: 1, change: 'CHANGED' }]));
    const [resolved] = await sql(test.warehouse, 'SELECT "resolved_date" FROM dbo."ERR_MON_CustMasterSchedule"');
    expect(resolved?.['resolved_date']).toBeInstanceOf(Date);
  });

  it('drops a negative size with a warning and sends the rest', async () => {
    await insertLines(test.warehouse, [line(1, { S: -5, M: 7 })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    expect(await stage(batchId)).toMatchObject({ items: 1, subitems: 1, newFailures: 0 });
    const warnings = await sql(
      test.warehouse,
      'SELECT "reason", "size_label", "severity" FROM dbo."ERR_MON_CustMasterSchedule_Subitems"',
    );
    expect(warnings).toEqual([{ reason: 'SIZE_NEGATIVE', size_label: 'S', severity: 'WARNING' }]);
  });

  it('marks changes that no longer hold as obsolete', async () => {
    await insertLines(test.warehouse, [
      line(1, { S: 1 }),
      line(2, { S: 1, 'CUSTOMER NAME': 'RHONE' }),
      line(3, { S: 1, 'ORDER TYPE': 'SAMPLE' }),
    ]);
    const batchId = await makeBatch(test.warehouse, [
      { line: 1, change: 'DELETED' },
      { line: 2, change: 'CHANGED' },
      { line: 3, change: 'CHANGED' },
      { line: 4, change: 'NEW' },
      { line: 5, change: 'DELETED' },
    ]);
    expect(await stage(batchId)).toMatchObject({ items: 1, obsolete: 4 });
    expect((await staged(batchId)).map((row) => [row['line_key'], row['stg_status']])).toEqual([
      [uuid(1), 'OBSOLETE'],
      [uuid(2), 'OBSOLETE'],
      [uuid(3), 'OBSOLETE'],
      [uuid(4), 'OBSOLETE'],
      [uuid(5), 'PENDING'],
    ]);
  });

  it('records what changed in a line for --explain if detect did not', async () => {
    await insertLines(test.warehouse, [line(1, { S: 5, NOTES: 'new' }), line(2, { S: 5 }), line(3, { S: 5 })]);
    await insertSnapshot(test.warehouse, [{ source: line(1, { S: 4 }) }, { source: line(3, { S: 4 }) }]);
    const batchId = await makeBatch(test.warehouse, [
      { line: 1, change: 'CHANGED' },
      { line: 2, change: 'NEW' },
      { line: 3, change: 'CHANGED' },
    ]);
    await sql(test.warehouse, `UPDATE dbo."MON_Change" SET "differences" = '[]' WHERE "line_key" = '${uuid(3)}'`);
    await stage(batchId);
    const rows = await sql(
      test.warehouse,
      'SELECT c."line_key", c."differences" FROM dbo."MON_Change" c JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" WHERE b."batch_id" = @batch_id ORDER BY c."line_key"',
      { batch_id: batchId },
    );
    expect(rows).toEqual([
      {
        line_key: uuid(1),
        differences: JSON.stringify([
          { kind: 'column', name: 'NOTES', before: null, after: 'new' },
          { kind: 'column', name: 'TOTAL QTY', before: '4', after: '5' },
          { kind: 'size', name: 'S', before: '4', after: '5' },
        ]),
      },
      { line_key: uuid(2), differences: null },
      { line_key: uuid(3), differences: '[]' },
    ]);
  });

  it('refuses an unknown batch, and says where to look', async () => {
    await expect(stage(uuid(99))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('batch list'),
    });
  });

  it('stages nothing when a record_uuid is in the source twice, and leaves the batch open', async () => {
    await insertLines(test.warehouse, [line(1, { S: 1 }), line(1, { S: 2 })]);
    const batchId = await makeBatch(test.warehouse, [{ line: 1, change: 'NEW' }]);
    await expect(stage(batchId)).rejects.toMatchObject({ exitCode: 1, where: { lineKey: uuid(1) } });
    expect(await staged(batchId)).toEqual([]);
    const [batch] = await sql(
      test.warehouse,
      'SELECT "status", "last_error" FROM dbo."MON_BatchProcessing" WHERE "batch_id" = @batch_id',
      { batch_id: batchId },
    );
    expect(batch).toMatchObject({ status: 'STARTED', last_error: expect.stringContaining('more than once') });
  });
});
