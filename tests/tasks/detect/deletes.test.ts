import { beforeEach, describe, expect, it } from '@jest/globals';
import { insertSnapshot } from '../../helpers/snapshot.js';
import { deleteLine, insertLines, line, sql, uuid } from '../../helpers/warehouse.js';
import { changesOf, useDetector } from './detector.js';
import { afterScan } from './intercept.js';

describe('detect deletes a line', () => {
  const test = useDetector();
  beforeEach(async () => {
    const lines = [1, 2, 3].map((n) => line(n, { S: n }));
    await insertSnapshot(
      test.database.warehouse,
      lines.map((source) => ({ source })),
    );
    await insertLines(test.database.warehouse, lines);
  });

  const look = async (n: number) =>
    (
      await sql(
        test.database.warehouse,
        'SELECT "missing_since" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" = @key',
        { key: uuid(n) },
      )
    )[0]?.['missing_since'];

  it('only when it is missing a second time, after DELETE_GRACE', async () => {
    await deleteLine(test.database.warehouse, 2);
    expect(await test.detector.run()).toMatchObject({ deleted: 0, pendingDeletes: 1 });
    test.detector.passHours(2);
    expect(await test.detector.run()).toMatchObject({ deleted: 0, pendingDeletes: 1 });
    test.detector.passHours(1);
    const outputs = await test.detector.run();
    expect(outputs).toMatchObject({ deleted: 1, pendingDeletes: 0 });
    expect(await changesOf(test.database.warehouse, outputs['runId'])).toMatchObject([
      { line_key: uuid(2), record_uuid: uuid(2), change: 'DELETED', reason: 'CONTENT' },
    ]);
  });

  it('immediately with --confirm-deletes', async () => {
    await deleteLine(test.database.warehouse, 2);
    expect(await test.detector.run({ confirmDeletes: true })).toMatchObject({ deleted: 1 });
  });

  it('never when it was seen in between', async () => {
    await deleteLine(test.database.warehouse, 2);
    await test.detector.run();
    await insertLines(test.database.warehouse, [line(2, { S: 2 })]);
    expect(await test.detector.run()).toMatchObject({ unchanged: 3, pendingDeletes: 0 });
    expect(await look(2)).toBeNull();
    await deleteLine(test.database.warehouse, 2);
    test.detector.passHours(5);
    expect(await test.detector.run()).toMatchObject({ deleted: 0, pendingDeletes: 1 });
  });

  it('and notes missing lines of every customer, including those not chosen', async () => {
    await deleteLine(test.database.warehouse, 2);
    await test.detector.run({ customer: ['PELOTON'] });
    expect(await look(2)).toBeInstanceOf(Date);
  });

  it('only once: a tombstone is not deleted again', async () => {
    await sql(
      test.database.warehouse,
      'UPDATE dbo."ORDERS_UNIFIED_SNAPSHOT" SET "deleted_at" = @at WHERE "line_key" = @key',
      {
        at: new Date(),
        key: uuid(2),
      },
    );
    await deleteLine(test.database.warehouse, 2);
    expect(await test.detector.run({ confirmDeletes: true })).toMatchObject({
      deleted: 0,
      pendingDeletes: 0,
      unchanged: 2,
    });
  });

  it('not, and without noting it as missing, while the source changes during the scan', async () => {
    await deleteLine(test.database.warehouse, 2);
    const shrinking = afterScan(test.database.warehouse, () => deleteLine(test.database.warehouse, 3));
    const { outputs } = await test.detector.runTask({ confirmDeletes: true }, {}, shrinking);
    expect(outputs).toMatchObject({ deleted: 0, pendingDeletes: 1, unchanged: 2 });
    expect(await look(2)).toBeNull();
  });

  it('but never all of them: an empty source is refused', async () => {
    await sql(test.database.warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED"');
    await expect(test.detector.run({ confirmDeletes: true, allowLargeChange: true })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('The source is empty'),
    });
    expect(await look(1)).toBeNull();
  });
});
